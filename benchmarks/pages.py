"""Every page that a leader of the demo province can click to, on PostgreSQL, as the server makes it.

From the request to the last byte. The long form (``./bench pages-long``) of what ``dashboards`` asks of the
figures' pages: the province is made as anybody would make it, which takes some minutes.
"""

from __future__ import annotations

import html
import os
import re
import time
from typing import TYPE_CHECKING

from benchmarks import ingest
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from django.test import Client

RATINGS = 2_000_000
LIMIT_MS, ROUNDS = 150.0, 40
MOST_PAGES = 200
_LINK = re.compile(rb'href="(/[^"#]*)"')


def measure_long() -> list[Figure]:
    """The slowest page's p95."""
    os.environ["HEADQUARTERS_TOTP"] = "optional"
    with ingest.headquarters():
        from headquarters.demo import making
        from headquarters.server import calm_collector

        calm_collector()  # as in the server
        events = making.make(RATINGS, 1, print)
        taken = {path: _p95(web, path) for web in [_leader()] for path in _pages(web)}
    for path, ms in sorted(taken.items(), key=lambda item: -item[1]):
        print(f"{ms:6.1f} ms  {path}", flush=True)
    path = max(taken, key=lambda one: taken[one])
    name = f"page of the demo province ({events} events, {len(taken)} pages, slowest: {path})"
    return [Figure(name, taken[path], LIMIT_MS, "ms p95", "150 ms", 1)]


def _leader() -> Client:
    from django.test import Client

    from headquarters.accounts.models import User
    from headquarters.accounts.roles import Role
    from headquarters.offices.models import Office

    web = Client(headers={"host": "localhost"})
    top = Office.objects.get(demo=True, parent=None)
    web.force_login(User.objects.create_user("bench", role=Role.LEADER, office=top))
    return web


def _pages(web: Client) -> list[str]:
    """One page of each kind that is linked from another, found as a person finds it: from the first on."""
    from django.urls import resolve

    kinds: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(kinds) < MOST_PAGES:
        path = waiting.pop(0)
        kind = resolve(path.partition("?")[0]).view_name
        if kind in kinds:
            continue
        answer = web.get(path)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        kinds[kind] = path
        found = (html.unescape(link.decode()) for link in _LINK.findall(answer.content))
        waiting += [link for link in found if not link.startswith(("/static/", "/sign-out", "/language"))]
    return list(kinds.values())


def _p95(web: Client, path: str) -> float:
    taken = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        answer = web.get(path)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return sorted(taken[1:])[int(ROUNDS * 0.95)]  # the first one reads the templates
