"""The pager that all lists share: it keeps every filter of the address."""

from __future__ import annotations

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

pytestmark = pytest.mark.screen_only


def pager(question: str, page: int, **context: object) -> str:
    shown = Paginator(range(30), 10).page(page)
    with translation.override("en"):
        return render_to_string(
            "web/parts/pager.html", {"shown": shown, **context}, RequestFactory().get(f"/{question}")
        )


def test_every_filter_of_the_address_is_kept_and_the_page_is_another() -> None:
    text = pager("?q=H%E1%BA%A3i+%26&state=open&page=2", 2)
    assert 'href="?q=H%E1%BA%A3i+%26&amp;state=open&amp;page=1"' in text
    assert 'href="?q=H%E1%BA%A3i+%26&amp;state=open&amp;page=3"' in text
    assert "Page 2 of 3" in text


def test_there_is_nothing_before_the_first_page_and_nothing_behind_the_last() -> None:
    assert 'rel="prev"' not in pager("", 1)
    assert 'rel="next"' not in pager("", 3)
    assert ("Older" in pager("", 1, by_time=True), "Next" in pager("", 1)) == (True, True)


def test_one_page_needs_no_pager() -> None:
    shown = Paginator(range(3), 10).page(1)
    assert "<nav" not in render_to_string("web/parts/pager.html", {"shown": shown}, RequestFactory().get("/"))
