"""Where python-for-android begins: the same program, with the app's own folders, and the lock task if the
device's owner allows it (docs/android.md)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from android.runnable import run_on_ui_thread
from android.storage import app_storage_path
from jnius import autoclass

from kiosk.__main__ import main

HERE = Path(__file__).resolve().parent


def activity() -> object:
    """The app's one activity."""
    return autoclass("org.kivy.android.PythonActivity").mActivity


def config() -> Path:
    """config.yaml in the app's outer folder, where adb and a device manager can put it; a sample at first."""
    path = Path(activity().getExternalFilesDir(None).getAbsolutePath()) / "config.yaml"
    if not path.exists():
        shutil.copy(HERE / "config.yaml", path)
    return path


@run_on_ui_thread
def lock() -> None:
    """Nothing but the kiosk, without a question, where the device's owner has listed this package."""
    here = activity()
    policies = here.getSystemService("device_policy")
    if policies.isLockTaskPermitted(here.getPackageName()):
        here.startLockTask()


if __name__ == "__main__":
    lock()
    sys.exit(main(["--config", str(config()), "--data", str(Path(app_storage_path()) / "data")]))
