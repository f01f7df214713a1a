"""``python -m kiosk.ui.preview --shots DIR``: every screen as a picture, with sample data, no display needed.

Exits 1, naming each, when words do not fit their boxes.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.contact import load_purpose
from kiosk.hours import parse
from kiosk.office import load_book
from kiosk.pins import PinAnswer
from kiosk.survey import load_slogans, slogan_sets
from kiosk.ui.look import Comfort, look
from kiosk.ui.preview_comment import comment_pages
from kiosk.ui.preview_reach import Low, low_reach
from kiosk.ui.theme import TextSize, Theme
from kiosk.ui.window import configure

if TYPE_CHECKING:
    from PIL.Image import Image

ASSETS = Path(__file__).resolve().parent.parent.parent / "assets"
_WRONG = (
    "config.yaml, dòng 14: times.closing_s: cần số giây từ 3 đến 60; đang là '2'."
    " (line 14: expected a number of seconds from 3 to 60; found '2')"
)
NOW = datetime(2025, 11, 21, 9, 42, tzinfo=timezone(timedelta(hours=7)))


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen's name and how it is built from what every page is given."""

    name: str
    build: Callable[[dict[str, Any]], Any]


def shots() -> list[Shot]:
    """Every screen in every state worth a look."""
    from kiosk.ui import preview_admin, preview_notices, preview_reply, preview_staff, preview_subject
    from kiosk.ui.screens.access import AccessScreen
    from kiosk.ui.screens.closing import closing_screen
    from kiosk.ui.screens.halted import HaltedScreen
    from kiosk.ui.screens.home import HomeScreen
    from kiosk.ui.screens.more import MoreScreen
    from kiosk.ui.screens.not_saved import NotSavedScreen
    from kiosk.ui.screens.phone import PhoneScreen
    from kiosk.ui.screens.pin import PinScreen
    from kiosk.ui.screens.promises import PromisesScreen

    def closing(level: int, **said: Any) -> Callable[[dict[str, Any]], Any]:
        return lambda given: closing_screen(level, saved_at=NOW, left=8, total=8, **given, **said)

    written = {"commented": True, "lookup": "4K7PX-V2M9H-RT3CJ"}

    def more(level: int, *chosen: str) -> Callable[[dict[str, Any]], Any]:
        return lambda given: MoreScreen(level=level, chosen=frozenset(chosen), left=24, total=30, **given)

    return [
        Shot("home", lambda given: HomeScreen(**given)),
        Shot("home-pressed", lambda given: HomeScreen(pressed=1, **given)),
        Shot("home-low", Low(lambda given: HomeScreen(**given))),
        Shot("home-closed", closed(lambda given: HomeScreen(**given))),
        Shot("home-mended", _mended(lambda given: HomeScreen(**given))),
        Shot("home-mended-low", Low(_mended(lambda given: HomeScreen(**given)))),
        Shot("phone", lambda given: PhoneScreen(**given)),
        Shot("home-again", lambda given: HomeScreen(again=True, **given)),
        Shot("more-1", more(1, "nghe-dan-noi", "thoi-gian")),
        Shot("more-low", Low(more(1, "nghe-dan-noi", "thoi-gian"))),
        Shot("more-3", more(3, "cam-on", "thai-do", "ket-qua")),
        Shot("thanks-3", closing(3)),
        Shot("thanks-2", closing(2)),
        Shot("sorry", closing(1)),
        Shot("thanks-alone", unknown(closing(2))),
        Shot("sorry-alone", unknown(closing(1))),
        Shot("sorry-code", closing(1, masked=("phone",), **written)),
        Shot("thanks-code", closing(3, contacted=True, **written)),
        Shot("sorry-code-alone", unknown(closing(1, **written))),
        Shot("not-saved", lambda given: NotSavedScreen(reason="full", left=6, total=8, **given)),
        Shot("not-saved-rated", lambda given: NotSavedScreen(reason="full", rated=True, **given)),
        Shot("halted", lambda given: HaltedScreen(reason="too_new", **given)),
        Shot("halted-settings", lambda given: HaltedScreen(reason="settings", detail=_WRONG, **given)),
        Shot("halted-locked", lambda given: HaltedScreen(reason="locked", **given)),
        Shot("access", lambda given: AccessScreen(**given)),
        Shot("access-low", Low(lambda given: AccessScreen(**given))),
        Shot("promises", lambda given: PromisesScreen(**given)),
        Shot("pin", lambda given: PinScreen(count=4, **given)),
        Shot("pin-locked", lambda given: _answered(PinScreen(**given), PinAnswer(False, locked_for_s=42))),
        Shot("pin-unset", lambda given: _answered(PinScreen(**given), PinAnswer(False, is_set=False))),
        *[Shot(name, build) for name, build in comment_pages().items()],
        *[Shot(name, build) for name, build in preview_staff.pages().items()],
        *[Shot(name, build) for name, build in preview_admin.pages().items()],
        *[Shot(name, build) for name, build in preview_reply.pages().items()],
        *[Shot(name, build) for name, build in preview_subject.pages().items()],
        *[Shot(name, build) for name, build in preview_notices.pages().items()],
    ]


def _mended(build: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """Home when nobody has touched it for a while."""

    def built(given: dict[str, Any]) -> Any:
        page = build(given)
        page._touched_at = NOW - timedelta(seconds=50)
        return page

    return built


def _answered(page: Any, answer: PinAnswer) -> Any:
    page.answered(answer)
    return page


class Studio:
    """An offscreen surface of any size; the window itself may have another."""

    def __init__(self, assets: Path) -> None:
        import kivy.core.window  # noqa: F401 - textures need its GL context

        from kiosk.ui import fonts

        fonts.register(assets / "fonts")
        look.use_locale(assets / "locale")

    def lay_out(self, build: Callable[[dict[str, Any]], Any], given: dict[str, Any]) -> Any:
        """The built page, laid out at ``look``'s size."""
        from kivy.clock import Clock
        from kivy.lang import Builder

        with low_reach() if isinstance(build, Low) else nullcontext():
            page = build(given)
            page.size_hint = None, None
            page.pos, page.size = (0, 0), (look.width, look.height)
            page.tick(NOW)
            for _ in range(2):  # what is nested deep finds its place a frame later
                Clock.tick()
                Clock.tick_draw()
            Builder.sync()  # canvases of kv rules follow their widgets once a frame only
            return page

    def picture(self, page: Any) -> Image:
        """What ``page`` looks like."""
        from kivy.graphics import ClearBuffers, ClearColor, Fbo
        from PIL import Image

        surface = Fbo(size=(look.width, look.height), with_stencilbuffer=True)
        with surface:
            ClearColor(*look.c.paper)
            ClearBuffers()
        surface.add(page.canvas)
        surface.draw()
        pixels = surface.pixels
        surface.remove(page.canvas)
        image = Image.frombytes("RGBA", (look.width, look.height), pixels)
        return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")


def _phone() -> str:
    return "HTTPS://DANHGIA.EXAMPLE.GOV.VN/P/C4YOHZ5LXNV6RJ2ADPQ3M7KTWE4BFSGU"


def closed(build: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """The same page of an office that has closed for today, and without a phone's QR."""
    hours = parse("T2-T6 07:30-09:30")
    return lambda given: build(given | {"facts": replace(given["facts"], hours=hours, phone=None)})


def unknown(build: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    """The same page of a tablet that headquarters does not know yet."""
    return lambda given: build(
        given | {"facts": replace(given["facts"], enrolled=False, lookup=lambda code: "", purpose=None)}
    )


def given_for(slogans_key: str) -> dict[str, Any]:
    """Sample facts, and moves that do nothing."""
    from kiosk.ui.facts import Facts
    from kiosk.ui.phone_links import links_of
    from kiosk.ui.screens.page import Moves
    from kiosk.ui.widgets.phone_code import small

    slogans = load_slogans(ASSETS / "slogans", slogans_key)
    facts = Facts(
        "UBND phường Thủ Dầu Một",
        "Bộ phận Một cửa",
        "Quầy 3",
        slogans,
        lambda: NOW,
        book=load_book(ASSETS / "office" / "demo.yaml"),
        phone=_phone,
        lookup=lambda code: f"https://danhgia.example.gov.vn/tra-cuu/{code}",
        purpose=load_purpose(ASSETS / "privacy.yaml"),
        dossiers=True,
        aloud=lambda language: True,
    )
    links_of(_phone, small).renew(lambda _: None).join()

    def nothing(*_: object) -> None:
        """A picture answers no touch."""

    moves = Moves(*[nothing] * len(Moves.__dataclass_fields__))
    return {"facts": facts, "moves": moves}


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    configure(*arguments.size, fullscreen=False)
    from kivy.config import Config

    Config.set("graphics", "maxfps", "0")  # pictures wait for nobody
    from kiosk.ui.fitting import misfits

    gc.disable()  # a short life with many small objects
    comfort = Comfort(arguments.lang, TextSize[arguments.text.upper()], Theme(arguments.theme), still=True)
    studio = Studio(ASSETS)
    look.set(arguments.size, comfort)
    arguments.shots.mkdir(parents=True, exist_ok=True)
    given, faults, pictures = given_for(arguments.slogans), 0, {}
    for shot in _wanted(arguments.only):
        page = studio.lay_out(shot.build, given)
        for fault in misfits(page, look.width, look.height):
            print(f"{shot.name}: {fault}", file=sys.stderr)  # noqa: T201 - a command-line tool
            faults += 1
        pictures[shot.name] = studio.picture(page)
        pictures[shot.name].save(arguments.shots / f"{shot.name}.png")
        page.stop()
    if not pictures:
        print(f"no screen is called {arguments.only}", file=sys.stderr)  # noqa: T201 - a command-line tool
        return 2
    _contact_sheet(list(pictures.values())).save(arguments.shots / "all.png")
    return 1 if faults else 0


def _wanted(only: str) -> Iterator[Shot]:
    names = set(filter(None, only.split(",")))
    return (shot for shot in shots() if not names or shot.name in names)


def _contact_sheet(pictures: list[Image]) -> Image:
    from PIL import Image

    across = 4 if look.portrait else 3
    small = [p.resize((p.width // 2, p.height // 2)) for p in pictures]
    width, height = small[0].size
    rows = -(-len(small) // across)
    sheet = Image.new("RGB", (across * (width + 8), rows * (height + 8)), "#444444")
    for i, picture in enumerate(small):
        sheet.paste(picture, ((i % across) * (width + 8), (i // across) * (height + 8)))
    return sheet


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk.ui.preview", description=__doc__)
    parser.add_argument("--shots", type=Path, required=True, metavar="DIR", help="where the pictures go")
    parser.add_argument("--size", type=_size, default=(1280, 800), metavar="WxH")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi")
    parser.add_argument("--text", choices=[size.name.lower() for size in TextSize], default="base")
    parser.add_argument("--theme", choices=[theme.value for theme in Theme], default="light")
    parser.add_argument("--slogans", choices=slogan_sets(ASSETS / "slogans"), default="binh-duong-2023")
    parser.add_argument("--only", default="", metavar="NAME,…", help="only these screens")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


if __name__ == "__main__":
    sys.exit(main())
