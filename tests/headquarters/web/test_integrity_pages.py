"""What the pages show of a chain that was touched, and of one that was not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client as Browser

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.alerts.models import Alert
from headquarters.offices.models import Office
from headquarters.ratings.models import Event
from tests.headquarters.alerts.conftest import Bell
from tests.headquarters.conftest import Office26740
from tests.headquarters.web.test_tablet_pages import signed_in, text_of
from tests.support import FakeTablet

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
SAID = "Cán bộ Nguyễn Văn A nói to"


@pytest.fixture
def web(make_user: Callable[..., User], office: Office26740, tablet: FakeTablet) -> Browser:
    events = [tablet.rating(level) for level in (3, 1, 2)]
    comment = tablet.event("comment", {"text": SAID, "topic": "thai-do"})
    office.push(tablet, [*events, tablet.append(comment)])
    return signed_in(make_user(role=Role.OFFICE_ADMIN, office=office.desk().office))


def touch() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ratings_event SET level = 3 WHERE seq = 2")
        cursor.execute("DELETE FROM ratings_event WHERE seq = 3")


def test_whole_chain_is_said_to_be_whole(web: Browser, tablet: FakeTablet) -> None:
    path = f"/tablets/{tablet.tablet_id}/chain/"
    assert "chưa được kiểm tra" in text_of(web.get(path))
    assert web.post(path).status_code == 302
    text = text_of(web.get(path))
    assert "Không có gì bị sửa hay bị xóa" in text
    assert "Không thiếu vị trí nào" in text


def test_touched_rows_are_named_and_ring(web: Browser, tablet: FakeTablet) -> None:
    from headquarters.alerts.models import Kind

    bell = Bell(tablet)
    bell.rule(Kind.CHAIN_BROKEN)
    touch()
    path = f"/tablets/{tablet.tablet_id}/chain/"
    assert web.post(path).status_code == 302
    text = text_of(web.get(path))
    assert "3 chỗ không còn như lúc nhận" in text
    assert "Ở vị trí 2, số liệu đang tính theo giá trị khác với nội dung gốc (mức)" in text
    assert "Vị trí 3 đã từng có và nay bị mất" in text
    assert [alert.kind for alert in bell.look()] == ["chain_broken"]
    assert Alert.objects.count() == 1


@pytest.mark.parametrize("asked", ["place", "id"])
def test_event_is_found_and_proved_without_what_the_citizen_wrote(
    web: Browser, tablet: FakeTablet, asked: str
) -> None:
    event = Event.objects.get(seq=4)
    typed = "4" if asked == "place" else str(event.event_id)
    found = web.get(f"/tablets/{tablet.tablet_id}/chain/find/", {"q": typed})
    text = text_of(web.get(found.headers["Location"]))
    assert "Đúng như máy đã gửi" in text
    assert bytes(event.hash).hex() in text
    assert SAID not in text
    assert "•••" in text


def test_first_event_is_not_said_to_have_one_before_it(web: Browser, tablet: FakeTablet) -> None:
    first, second = (
        text_of(web.get(f"/tablets/{tablet.tablet_id}/events/{Event.objects.get(seq=seq).event_id}/"))
        for seq in (1, 2)
    )
    assert "sự kiện đầu tiên của chuỗi: không có sự kiện nào đứng trước" in first
    assert "Toàn số 0" in first
    assert "nối với mã băm của sự kiện đứng trước, và sự kiện ấy còn nguyên" in second
    assert "Toàn số 0" not in second


def test_list_says_nothing_of_chains_that_nobody_walked(
    web: Browser, tablet: FakeTablet, office: Office26740
) -> None:
    found = "Chưa phát hiện chỗ nào bị sửa hay bị xóa"
    text = text_of(web.get("/tablets/chains/"))
    assert "Chưa dò chuỗi nào" in text
    assert found not in text
    web.post(f"/tablets/{tablet.tablet_id}/chain/")
    text = text_of(web.get("/tablets/chains/"))
    assert found in text
    assert "chuỗi chưa dò" not in text
    office.place(FakeTablet())
    assert "Còn 1 chuỗi chưa dò" in text_of(web.get("/tablets/chains/"))


def test_touched_event_is_said_to_be_touched(web: Browser, tablet: FakeTablet) -> None:
    touch()
    event = Event.objects.get(seq=2)
    text = text_of(web.get(f"/tablets/{tablet.tablet_id}/events/{event.event_id}/"))
    assert "Không còn như máy đã gửi" in text
    assert "Bảng ghi khác với nội dung gốc: mức." in text


@pytest.mark.parametrize("typed", ["", "99", "²", "x" * 60, "9" * 30, "KM-2026-0000"])
def test_odd_or_unknown_events_are_told(web: Browser, tablet: FakeTablet, typed: str) -> None:
    found = web.get(f"/tablets/{tablet.tablet_id}/chain/find/", {"q": typed})
    assert "không có sự kiện như vậy" in text_of(web.get(found.headers["Location"]))


def test_other_offices_chains_are_not_shown(
    web: Browser, tablet: FakeTablet, make_user: Callable[..., User]
) -> None:
    event = Event.objects.get(seq=2)
    sister = Office.objects.create(code="26741", name="Phường khác")
    other = signed_in(make_user("other", role=Role.OFFICE_ADMIN, office=sister))
    for path in ("chain/", "chain/find/?q=2", f"events/{event.event_id}/"):
        assert other.get(f"/tablets/{tablet.tablet_id}/{path}").status_code == 404, path


def test_an_auditor_reads_chains_and_proofs_without_managing_tablets(
    web: Browser, make_user: Callable[..., User], office: Office26740, tablet: FakeTablet
) -> None:
    auditor = signed_in(make_user("auditor", role=Role.AUDITOR, office=office.desk().office))
    path = f"/tablets/{tablet.tablet_id}/chain/"
    listed = auditor.get("/tablets/chains/").content.decode()
    assert path in listed
    touch()
    assert auditor.post(path).status_code == 302
    assert "3 chỗ không còn như lúc nhận" in text_of(auditor.get(path))
    assert auditor.get("/tablets/chains/").context["touched"] == 1
    event = Event.objects.filter(tablet_id=tablet.tablet_id).first()
    assert event is not None
    proof = auditor.get(f"/tablets/{tablet.tablet_id}/events/{event.event_id}/")
    assert proof.status_code == 200
    assert SAID not in text_of(proof)
    assert auditor.get(f"/tablets/{tablet.tablet_id}/").status_code == 403
    for page in (auditor.get(path), proof):
        assert f'href="/tablets/{tablet.tablet_id}/"' not in page.content.decode(), (
            "no way to a page of others"
        )
    sister = Office.objects.create(code="1", name="Sở Nội vụ")
    other = signed_in(make_user("other", role=Role.AUDITOR, office=sister))
    assert other.get(path).status_code == 404
    assert path not in other.get("/tablets/chains/").content.decode()
    staff = signed_in(make_user("staff", role=Role.DESK_STAFF, office=office.desk().office))
    assert staff.get("/tablets/chains/").status_code == staff.get(path).status_code == 403
