"""The admin's page for pictures and fit checks: every part, every lamp, every step of an enrolment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.admin import Carried, EnrolState, Overview, Standing, SyncStatus
from kiosk.store import Quarantined, QueueState

Build = Callable[[dict[str, Any]], Any]
NOW = datetime(2025, 11, 21, 9, 42, tzinfo=timezone(timedelta(hours=7)))
NOW_MS = round(NOW.timestamp() * 1000)
HOUR_MS = 3_600_000
CODE = EnrolState(
    "showing", "WDJB-MJHT", "https://danhgia.example.gov.vn/thiet-bi?ma=WDJB-MJHT", 1576.0, 900.0
)
WELL = Overview(
    QueueState(0, 0, 4329, None),
    SyncStatus(reached_seq=4329, succeeded_ms=NOW_MS - 100_000, succeeded_events=96),
    True,
    1000.0,
    NOW_MS,
)
SENDING = replace(
    WELL,
    queue=QueueState(174, 1, 4329, NOW_MS - 26 * HOUR_MS),
    sync=SyncStatus(
        running=True, confirmed=312, total=486, began_s=930.0, reached_seq=4155,
        succeeded_ms=NOW_MS - HOUR_MS, succeeded_events=96,
        failed_ms=NOW_MS - 25 * HOUR_MS, last_error="unreachable",
    ),
)  # fmt: skip
TROUBLE = replace(
    SENDING,
    queue=QueueState(12_904, 37, 20_110, NOW_MS - 19 * 24 * HOUR_MS),
    sync=replace(SENDING.sync, running=False, error="notheadquarters", last_error="notheadquarters"),
)
ALONE = Overview(QueueState(86, 0, 86, NOW_MS - 3 * HOUR_MS), SyncStatus(), False, 1000.0, NOW_MS)


@dataclass
class StillDesk:
    """An admin's desk on which nothing moves."""

    seen: Overview | None = WELL
    state: EnrolState | None = None

    def overview(self) -> Future[Any]:
        return _now(self.seen) if self.seen is not None else Future()

    def quarantined(self) -> Future[Any]:
        return _now(
            [Quarantined(7, "rating", "conflict", NOW_MS), Quarantined(9, "rating", "bad_hash", NOW_MS)]
        )

    def enrol(self, tell: Callable[[EnrolState], None]) -> Any:
        return self

    has_settings = True

    def settings(self) -> Future[Any]:
        return _now(standing())

    def dials(self) -> Future[Any]:
        return _now({"brightness": 80, "volume": 60})

    def challenge(self) -> Future[Any]:
        return _now("K7PX-V2M9")

    def now_s(self) -> float:
        return 1000.0

    def start(self) -> None: ...
    def stop(self) -> None: ...


def _now(value: Any) -> Future[Any]:
    done: Future[Any] = Future()
    done.set_result(value)
    return done


def pages() -> dict[str, Build]:
    """Name → how it is built."""
    return {
        "admin-sync": _page(WELL),
        "admin-sync-sending": _page(SENDING),
        "admin-sync-trouble": _page(TROUBLE),
        "admin-sync-reading": _page(None),
        "admin-enrol": _page(ALONE, CODE),
        "admin-enrolled": _page(ALONE, EnrolState("done", place="Bộ phận Một cửa, Quầy 3")),
        "admin-enrol-failed": _page(ALONE, EnrolState("failed", reason="unreachable")),
        "admin-usb": _page(TROUBLE, carried=Carried("writing", 3, 5)),
        "admin-usb-written": _page(TROUBLE, carried=Carried("written", 12904, 12904)),
        "admin-usb-failed": _page(TROUBLE, carried=Carried("failed", reason="gone")),
        "pin-reset": _reset(code="7XCA93"),
        "pin-reset-wrong": _reset(code="7XCA93WRKMT4", message=True),
        "pin-reset-new": _reset(step="first", count=4),
        "pin-reset-done": _reset(step="done"),
        "admin-pins": _page(WELL, part="pins"),
        "admin-content": _set("content"),
        "admin-content-changed": _set("content", slogans="bom-bo-2024"),
        "admin-screen": _set("screen"),
        "admin-screen-changed": _set("screen", **{"times.idle_s": "45"}),
        "admin-asked": _set("asked", **{"asked.reasons": "thoi-gian, thai-do"}),
        "admin-hours": _set("hours"),
        "admin-check": _page(WELL, part="check"),
        "admin-leave": _page(WELL, part="leave"),
        "admin-leave-watched": _page(WELL, part="leave", watched=True),
    }


def _page(
    seen: Overview | None,
    state: EnrolState | None = None,
    part: str = "sync",
    carried: Carried | None = None,
    watched: bool = False,
) -> Build:
    def build(given: dict[str, Any]) -> Any:
        from kiosk.ui.screens.admin import AdminScreen

        desk = StillDesk(seen, state)
        page = AdminScreen(
            part=part,
            left=270,
            **given | {"moves": replace(given["moves"], admin=lambda: desk, watched=watched)},
        )
        if part == "sync":
            standing = page.standing
            standing.now = NOW
            if seen is not None:
                standing._came(seen, None)
                standing._set_aside(desk.quarantined().result(), None)
            if state is not None:
                standing._enrol.show_state(state)
            if carried is not None:
                standing._stick.show_state(carried)
        return page

    return build


@cache
def standing() -> Standing:
    """Settings as an office has them, one of them changed here."""
    from kiosk.settings import load_settings
    from kiosk.survey import load_slogans, slogan_sets

    root = Path(__file__).resolve().parents[2]
    folder = root / "assets" / "slogans"
    keys = slogan_sets(folder)
    settings = replace(load_settings(root / "config.yaml", keys), closing_s=10.0)
    sets = tuple(load_slogans(folder, key) for key in keys)
    return Standing(settings, frozenset({"times.closing_s", "labels.level_1"}), sets, ("vi", "en"))


def _set(part: str, **draft: str) -> Build:
    """A part with settings, some of them changed and not saved."""

    def build(given: dict[str, Any]) -> Any:
        page = _page(WELL, part=part)(given)
        page.standing._came(standing(), None)
        if part == "screen":
            page.standing._turned({"brightness": 80, "volume": 60}, None)
        for key, raw in draft.items():
            page.standing.put(key, raw)
        return page

    return build


def _reset(message: bool = False, **shown: Any) -> Build:
    def build(given: dict[str, Any]) -> Any:
        from kiosk.pins import PinAnswer
        from kiosk.ui.screens.pin_reset import ResetScreen

        page = ResetScreen(**given | {"moves": replace(given["moves"], admin=lambda: StillDesk())})
        page.challenge = "K7PX-V2M9"
        for name, value in shown.items():
            setattr(page, name, value)
        if message:
            page._refused(PinAnswer(ok=False))
        return page

    return build
