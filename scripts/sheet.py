"""``./run --shots DIR``: every screen of the tablet in every form, as pictures, and all of them on one sheet.

Forms: landscape and portrait, Vietnamese and English, usual and largest text, light and high contrast.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES, LANGUAGES = ("1280x800", "800x1280"), ("vi", "en")
TEXTS, THEMES = ("base", "largest"), ("light", "contrast")
WIDTH, GAP = 320, 8
"""Of one small picture on the sheet, in px."""


def contact_sheet(folder: Path) -> int:
    """0 when all words fit their boxes in all forms; 1, naming each that does not."""
    folder = folder.resolve()
    forms = list(itertools.product(SIZES, LANGUAGES, TEXTS, THEMES))
    with ThreadPoolExecutor(max(1, (os.cpu_count() or 2) - 1)) as pool:
        codes = list(pool.map(lambda form: _shoot(folder, *form), forms))
    _join([folder / "-".join(form) for form in forms]).save(folder / "sheet.png")
    print(folder / "sheet.png")
    return max(codes)


def _shoot(folder: Path, size: str, language: str, text: str, theme: str) -> int:
    """One form of every screen; says what does not fit."""
    name = "-".join((size, language, text, theme))
    arguments = ["--size", size, "--lang", language, "--text", text, "--theme", theme]
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.ui.preview", "--shots", str(folder / name), *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    for line in done.stderr.splitlines() if done.returncode else []:
        print(f"{name}: {line}", file=sys.stderr)
    return done.returncode


def _join(folders: list[Path]):  # type: ignore[no-untyped-def]
    """One row for each form, one column for each screen."""
    from PIL import Image

    rows = [sorted(path for path in folder.glob("*.png") if path.name != "all.png") for folder in folders]
    small = [[_small(Image.open(path)) for path in row] for row in rows]
    heights = [max(picture.height for picture in row) + GAP for row in small]
    sheet = Image.new("RGB", (max(map(len, small)) * (WIDTH + GAP), sum(heights)), "#444444")
    for index, row in enumerate(small):
        for column, picture in enumerate(row):
            sheet.paste(picture, (column * (WIDTH + GAP), sum(heights[:index])))
    return sheet


def _small(picture):  # type: ignore[no-untyped-def]
    return picture.convert("RGB").resize((WIDTH, round(picture.height * WIDTH / picture.width)))
