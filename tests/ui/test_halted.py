"""While no answer could be kept the tablet says so, in two languages, and asks for none."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from kiosk.store import StorageError
from kiosk.ui.reading import words_of


def said(kiosk) -> str:
    return " ".join(words_of(kiosk.app.stage.page))


@pytest.mark.parametrize(
    ("reason", "vi", "en"),
    [
        ("too_new", "Máy cần được cập nhật chương trình", "This tablet's program must be updated"),
        ("locked", "Máy chưa sẵn sàng", "This tablet is not ready yet"),
    ],
)
def test_the_page_names_what_is_wrong_in_both_languages_and_offers_nothing(kiosk, reason, vi, en):
    assert kiosk.has("rate-3")
    kiosk.app.halt(reason)
    kiosk.settle()
    assert vi in said(kiosk)
    assert en in said(kiosk)
    assert not any(getattr(widget, "target", "") for widget in kiosk.app.stage.walk(restrict=True))
    kiosk.app.halt("")
    kiosk.settle()
    assert kiosk.has("rate-3")


def test_who_helps_is_named(start):
    from dataclasses import replace

    kiosk = start()
    kiosk.app.facts = replace(kiosk.app.facts, support="Tổ CNTT, 0274 3822 999")
    kiosk.app.halt("locked")
    kiosk.settle()
    assert "Xin gọi: Tổ CNTT, 0274 3822 999" in said(kiosk)


def test_a_finger_that_was_faster_than_the_opening_is_not_thanked(kiosk):
    kiosk.touch("rate-3")
    kiosk.app.halt("too_new")
    kiosk.desk.saves[0][2].set_exception(StorageError("too_new"))
    kiosk.settle()
    kiosk.pass_time(60)
    assert "Máy cần được cập nhật" in said(kiosk)


def test_the_page_stays_however_long_nobody_comes(kiosk):
    kiosk.app.halt("too_new")
    for _ in range(3):
        kiosk.pass_time(400)
    assert "Máy cần được cập nhật" in said(kiosk)


def test_the_store_is_opened_again_until_it_can_be_used(kiosk, monkeypatch):
    from kiosk.ui import opening

    monkeypatch.setattr(opening, "AGAIN_S", 0.01)
    outcomes = [StorageError("locked"), StorageError("locked"), None, StorageError("locked")]
    told: list[str] = []

    def open_store() -> Future[str]:
        done: Future[str] = Future()
        outcome = outcomes.pop(0)
        done.set_result("id") if outcome is None else done.set_exception(outcome)
        return done

    opening.Opening(open_store, told.append).begin()
    kiosk.until(lambda: len(told) == 2)
    assert told == ["locked", ""]
    assert len(outcomes) == 1, "once it is open it is left alone"


@pytest.mark.parametrize("reason", ["full", "read_only", "failed"])
def test_what_the_next_tap_may_mend_halts_nothing(kiosk, reason):
    from kiosk.ui.opening import Opening

    told: list[str] = []
    done: Future[str] = Future()
    done.set_exception(StorageError(reason))
    Opening(lambda: done, told.append).begin()
    kiosk.frame(5)
    assert told == []


def test_settings_that_cannot_be_used_are_named_with_their_line(window):
    from kiosk.ui.refusal import Nowhere
    from kiosk.ui.screens.halted import HaltedScreen

    page = HaltedScreen(reason="settings", detail="config.yaml, dòng 6: office.desk: thiếu", facts=Nowhere())
    words = " ".join(words_of(page))
    assert "Máy cần được sửa phần cài đặt" in words
    assert "config.yaml, dòng 6: office.desk: thiếu" in words
