"""A province has hundreds of desks: their table comes in pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from headquarters.accounts.models import User
from headquarters.web import figure_pages
from tests.headquarters.web.conftest import Town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.screen_only]


def test_desks_come_in_pages_the_worst_first_and_the_csv_has_all(
    town: Town, client: Client, make_user: Callable[..., User]
) -> None:
    office, names = town.office("Phường Tân Hòa"), []
    for number in range(figure_pages.ROWS + 10):
        tablet = town.tablet(office)
        town.rated(tablet, (number, 100 - number, 0))
        names.append(tablet.desk.name if tablet.desk else "")
    client.force_login(make_user())
    worst_first = names[::-1]
    for path in ("/figures/desks/", f"/figures/offices/{office.pk}/"):
        first, second = (
            client.get(path, {"page": page}).content.decode().rsplit("<tbody>", 1)[1] for page in (1, 2)
        )
        assert sorted(worst_first, key=first.find)[10:] == worst_first[: figure_pages.ROWS]
        assert [name for name in worst_first if name in second] == worst_first[figure_pages.ROWS :]
        assert ("Trang 1/2" in first, "Trang 2/2" in second) == (True, True)
    csv = client.get("/figures/desks.csv").content.decode()
    assert all(name in csv for name in names)
