"""The view log: one true line for every view that was drawn."""

from __future__ import annotations

import json


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_home_is_logged_once_with_where_to_touch(start, tmp_path):
    log = tmp_path / "views.jsonl"
    kiosk = start(view_log=log)
    kiosk.frame(5)

    (home,) = lines(log)
    assert home["view"] == "home"
    x, y, width, height = home["targets"]["rate-3"]
    card = kiosk.find("rate-3")
    assert (x, width, height) == (card.x, card.width, card.height)
    assert y == 800 - card.top, "counted from the top, as pictures are"
    assert {"rate-1", "rate-2", "rate-3", "language-vi", "language-en", "access", "staff-corner"} <= set(
        home["targets"]
    )


def test_thanks_is_logged_only_after_the_save_and_once(start, tmp_path):
    log = tmp_path / "views.jsonl"
    kiosk = start(view_log=log)
    kiosk.touch("rate-3")
    kiosk.frame(10)
    assert [line["view"] for line in lines(log)] == ["home", "home"]
    assert lines(log)[1]["pressed"] == 3

    kiosk.save_succeeds(event_id="the-event")
    kiosk.settle()
    kiosk.pass_time(2)
    kiosk.frame(5)
    last = lines(log)[-1]
    assert (last["view"], last["level"], last["event_id"]) == ("closing", 3, "the-event")
    assert {"done", "more"} <= set(last["targets"])
    assert len(lines(log)) == 3, "a countdown is no new view"


def test_more_is_logged_with_what_is_chosen_and_where_to_touch(start, tmp_path):
    log = tmp_path / "views.jsonl"
    kiosk = start(view_log=log)
    kiosk.touch("rate-1")
    kiosk.save_succeeds(event_id="the-event")
    kiosk.settle()
    kiosk.pass_time(1)
    kiosk.touch("chip-thai-do")
    kiosk.touch("chip-nghe-dan-noi")
    kiosk.frame(2)

    first, _, last = lines(log)[2:]
    assert (first["view"], first["level"], first["event_id"]) == ("more", 1, "the-event")
    assert (first["chosen"], last["chosen"]) == ([], ["nghe-dan-noi", "thai-do"])
    assert {"done", "again", "chip-gan-gui", "chip-ket-qua"} <= set(first["targets"])
    x, y, width, height = first["targets"]["chip-thoi-gian"]
    chip = kiosk.find("chip-thoi-gian")
    assert (x, y, width, height) == (chip.x, 800 - chip.top, chip.width, chip.height)


def test_home_that_waits_for_a_correction_says_so(start, tmp_path):
    log = tmp_path / "views.jsonl"
    kiosk = start(view_log=log)
    kiosk.touch("rate-1")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(1)
    kiosk.touch("again")
    kiosk.settle()
    assert (lines(log)[-1]["view"], lines(log)[-1]["again"]) == ("home", True)
    kiosk.pass_time(31)
    assert (lines(log)[-1]["view"], "again" in lines(log)[-1]) == ("home", False)


def test_failure_is_logged_as_a_failure(start, tmp_path):
    from kiosk.store import StorageError

    log = tmp_path / "views.jsonl"
    kiosk = start(view_log=log)
    kiosk.touch("rate-3")
    kiosk.save_fails(StorageError("full"))
    kiosk.settle()

    assert [line["view"] for line in lines(log)] == ["home", "home", "not_saved"]


def test_a_page_that_fades_in_is_logged_when_it_can_be_read(start, tmp_path):
    log = tmp_path / "views.jsonl"
    kiosk = start(view_log=log)
    kiosk.touch("rate-3")
    kiosk.save_succeeds()
    assert not kiosk.app.stage.settled
    assert lines(log)[-1]["view"] == "home"
    kiosk.settle()
    assert lines(log)[-1]["view"] == "closing"


def test_coming_home_is_logged_again(start, tmp_path):
    log = tmp_path / "views.jsonl"
    kiosk = start(view_log=log)
    kiosk.touch("rate-3")
    kiosk.save_succeeds()
    kiosk.settle()
    kiosk.pass_time(9)

    views = lines(log)
    assert [line["view"] for line in views] == ["home", "home", "closing", "home"]
    assert "pressed" not in views[-1]
    times = [line["mono_ms"] for line in views]
    assert times == sorted(times)


def test_pages_beside_the_visit_have_names(start, tmp_path):
    from kiosk.ui.preview_admin import StillDesk
    from kiosk.ui.session import Page

    log = tmp_path / "views.jsonl"
    kiosk = start(view_log=log, admin=StillDesk)
    for page in Page:
        kiosk.app.open_page(page)
        kiosk.settle()

    views = {line["view"]: set(line["targets"]) for line in lines(log)}
    assert {"pin-1", "pin-0", "pin-ok", "close"} <= views["pin"]
    assert {"month", "close"} <= views["staff"]
    assert {"text-base", "text-largest", "theme-contrast", "motion-still", "close"} <= views["access"]
    assert "close" in views["promises"]
