"""Pages and files travel packed where the browser takes it, and unharmed where it does not."""

import gzip
from collections.abc import Callable

import pytest
from django.test import Client

from headquarters.accounts.models import User
from tests.headquarters.web.conftest import Town

pytestmark = [pytest.mark.django_db, pytest.mark.screen_only]
_CSS = "/static/web/hq.css"


def _body(answer: object) -> bytes:
    return b"".join(answer) if getattr(answer, "streaming", False) else answer.content  # type: ignore[call-overload, attr-defined, no-any-return]


def test_file_is_packed_for_a_browser_that_takes_it_and_plain_for_one_that_does_not(client: Client) -> None:
    packed = client.get(_CSS, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(_CSS)
    refused = client.get(_CSS, headers={"Accept-Encoding": "gzip;q=0, br"})
    whole = _body(plain)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(_body(packed)) < len(whole) / 3
    assert gzip.decompress(_body(packed)) == whole == _body(refused)
    assert {answer.headers["Vary"] for answer in (packed, plain, refused)} == {"Accept-Encoding"}


def test_known_file_is_not_sent_again(client: Client) -> None:
    mark = client.get(_CSS, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    again = client.get(_CSS, headers={"Accept-Encoding": "gzip", "If-None-Match": mark})
    assert (again.status_code, _body(again)) == (304, b"")


def test_overview_with_all_it_loads_stays_under_600_kb(
    client: Client, town: Town, make_user: Callable[..., User]
) -> None:
    for k in range(60):
        town.office_with(f"Phường số {k}", (k, 100, 300))
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    packing = {"Accept-Encoding": "gzip"}
    page = client.get("/", headers=packing)
    text = gzip.decompress(page.content).decode()
    names = {part.split('"')[0] for mark in ('src="', 'href="') for part in text.split(mark)[1:]}
    files = sorted(name for name in names if name.startswith("/static/"))
    fonts = [
        f"/static/fonts/BeVietnamPro_{cut}.ttf"
        for cut in ("400Regular", "600SemiBold", "700Bold", "800ExtraBold")
    ]
    assert any("echarts" in name for name in files)
    weights = {name: len(_body(client.get(name, headers=packing))) for name in [*files, *fonts]}
    weights["page"] = len(page.content)
    assert sum(weights.values()) < 600_000, weights


def test_what_a_tablet_asks_stays_as_it_is(client: Client) -> None:
    answer = client.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
