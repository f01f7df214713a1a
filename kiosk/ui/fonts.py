"""Registers the bundled fonts with Kivy under short names: Be400 … Be800, Icons."""

from __future__ import annotations

from pathlib import Path

from kivy.core.text import LabelBase

from kiosk.ui import icons

FILES = {
    "Be400": "BeVietnamPro_400Regular.ttf",
    "Be600": "BeVietnamPro_600SemiBold.ttf",
    "Be700": "BeVietnamPro_700Bold.ttf",
    "Be800": "BeVietnamPro_800ExtraBold.ttf",
    "Icons": "MaterialDesignIcons.ttf",
}


def register(directory: Path) -> None:
    """Raises OSError when a font file is missing: a kiosk in a fallback font would lose tone marks."""
    for name, file in FILES.items():
        path = directory / file
        if not path.is_file():
            raise FileNotFoundError(f"font file is missing: {path}")
        LabelBase.register(name=name, fn_regular=str(path))
    icons.use_font(directory / FILES["Icons"])
