"""Groups of tablets, their configuration, and the likeness of the home screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
from headquarters.tablets.models import TabletGroup, WishList
from headquarters.web import home_likeness
from headquarters.web.wish_forms import SLOGANS
from sync.wishes import Wishes
from tests.headquarters.web.conftest import Town
from tests.headquarters.web.test_tablet_pages import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(make_user: Callable[..., User]) -> Browser:
    return signed_in(make_user(role=Role.SYSTEM_ADMIN))


def test_a_group_is_made_filled_and_configured(town: Town, web: Browser) -> None:
    first, second = (town.tablet(town.office(name)) for name in ("Phường A", "Phường B"))
    assert "Xin đặt tên" in text_of(web.post("/tablets/groups/", {"name": "  "}), 400)
    made = web.post("/tablets/groups/", {"name": " Sảnh  lớn "})
    group = TabletGroup.objects.get()
    assert (group.name, made.headers["Location"]) == ("Sảnh lớn", f"/tablets/groups/{group.pk}/")
    members = {"name": "Sảnh", "tablet": [str(first.pk), str(second.pk), "x"]}
    assert web.post(f"/tablets/groups/{group.pk}/", members).status_code == 302
    assert set(group.tablets.all()) == {first, second}
    address = f"/tablets/configuration/?group={group.pk}"
    seen = text_of(web.post(address, {"action": "preview", "slogans": "bom-bo-2024"}))
    assert "Nhóm: Sảnh" in seen
    assert "Luôn mỉm cười" in seen
    ticket = seen.split('name="seen" value="')[1].split('"')[0]
    publish = {"action": "publish", "slogans": "bom-bo-2024", "seen": ticket}
    assert web.post(address, publish).headers["Location"] == f"{address}&published=1"
    entry = WishList.objects.get()
    assert (entry.group, entry.office) == (group, None)
    first.refresh_from_db()
    assert first.config_issued == 1
    assert web.post(f"/tablets/configuration/{entry.pk}/back/").status_code == 302


def test_an_office_has_its_own_groups_and_tablets_only(
    town: Town, web: Browser, make_user: Callable[..., User]
) -> None:
    office = town.office("Phường A")
    mine, foreign = town.tablet(office), town.tablet(town.office("Phường B"))
    clerk = signed_in(make_user("clerk", role=Role.OFFICE_ADMIN, office=office))
    clerk.post("/tablets/groups/", {"name": "Của tôi"})
    web.post("/tablets/groups/", {"name": "Toàn tỉnh"})
    own, all_of_them = TabletGroup.objects.get(name="Của tôi"), TabletGroup.objects.get(name="Toàn tỉnh")
    assert "Toàn tỉnh" not in text_of(clerk.get("/tablets/groups/"))
    assert clerk.get(f"/tablets/groups/{all_of_them.pk}/").status_code == 404
    assert clerk.get(f"/tablets/configuration/?group={all_of_them.pk}").status_code == 404
    clerk.post(f"/tablets/groups/{own.pk}/", {"name": "", "tablet": [str(mine.pk), str(foreign.pk)]})
    assert list(own.tablets.all()) == [mine]
    # Those that somebody else put in stay when this person keeps the page.
    own.tablets.add(foreign)
    clerk.post(f"/tablets/groups/{own.pk}/", {"name": "Của tôi", "tablet": []})
    assert list(own.tablets.all()) == [foreign]


@pytest.mark.parametrize("query", ["office=²", "group=²", "group=999999999999", "office=-1"])
def test_odd_places_are_no_error(web: Browser, query: str) -> None:
    assert web.get(f"/tablets/configuration/?{query}").status_code in (200, 404)


@pytest.mark.screen_only
@pytest.mark.parametrize("name", sorted(path.stem for path in SLOGANS.glob("*.yaml")))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_slogan_set_has_a_likeness(name: str, language: str) -> None:
    found = home_likeness.of(Wishes(slogans=name, language=language))
    assert found.known
    assert all(text and icon for _number, _title, promises in found.groups for icon, text in promises)
    assert [level for level, _label in found.faces] == [3, 2, 1]


@pytest.mark.screen_only
def test_likeness_follows_the_wishes_and_survives_an_unknown_set() -> None:
    found = home_likeness.of(Wishes(slogans="../../etc/passwd", level_1="khong-hai-long", languages=("vi",)))
    assert (found.known, found.faces[2], found.languages) == (False, (1, "Không hài lòng"), ["Tiếng Việt"])
