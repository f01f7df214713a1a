"""Chromium for ./run --check: signs in as the leader and reads the dashboard as a person would."""

from __future__ import annotations

import shutil
from pathlib import Path

from scripts.stage import StageError

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The browser that the machine's packages brought."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise StageError("chromium is not installed")
    return found


def photograph_dashboard(address: str, username: str, password: str, path: Path) -> int:
    """Sign in, take a picture of the dashboard, and give the N it shows for today."""
    from playwright.sync_api import sync_playwright

    path.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000}, locale="vi-VN")
        page.goto(address)
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_selector("dl.levels")
        page.wait_for_timeout(1500)
        page.screenshot(path=str(path), full_page=True)
        counted = page.inner_text("dl.levels > div:last-child > dd")
        browser.close()
    return int(counted.replace(".", ""))
