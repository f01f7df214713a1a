"""Icons, bars and number filters for headquarters' templates."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from headquarters import formats
from headquarters.accounts.models import User
from headquarters.accounts.roles import Right
from headquarters.ratings.figures import Tally
from headquarters.web import nav

register = template.Library()

_ICONS = Path(__file__).parents[3] / "node_modules" / "@mdi" / "svg" / "svg"
_PATH = re.compile(r"<path d=\"([A-Za-z0-9 .,-]+)\"")

register.filter("count", formats.count)
register.filter("percent", formats.percent)
register.filter("percent_short", formats.percent_short)
register.filter("points", formats.points)
register.filter("interval", formats.interval)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("duration", formats.duration)
register.filter("megabytes", formats.megabytes)
register.filter("drift", formats.drift)


@cache
def _icon_path(name: str) -> str:
    """The icon's outline. A missing icon stops the page in tests instead of leaving a hole in it."""
    found = _PATH.search((_ICONS / f"{name}.svg").read_text(encoding="ascii"))
    if found is None:
        raise ValueError(f"no outline in the icon {name}")
    return found.group(1)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An inline MDI icon, hidden from screen readers: its neighbour always says the same in words."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        css,
        mark_safe(_icon_path(name)),  # noqa: S308 – from our own icon set, and matched above
    )


@register.filter
def bar(tally: Tally) -> SafeString:
    """The three levels side by side. For tables of hundreds of rows: an included template costs five times
    as much."""
    parts = format_html_join(
        "",
        '<rect class="l{level}" x="{x}" width="{width}" height="100%" rx="5"/>',
        _segments(tally),
    )
    return format_html('<svg class="bar" aria-hidden="true" focusable="false">{}</svg>', parts)


@register.filter
def levels(tally: Tally) -> str:
    """The same in words."""
    numbers = {f"n{level}": formats.count(tally.of(level)) for level in (1, 2, 3)}
    return _("%(n3)s very satisfied, %(n2)s satisfied, %(n1)s not satisfied yet") % numbers


def _segments(tally: Tally) -> list[dict[str, str]]:
    """Level 3, 2, 1 as percentages of a bar's width; SVG wants a decimal point in every language."""
    placed, start = [], 0.0
    for level in (3, 2, 1):
        width = 100 * (tally.share(level) or 0.0)
        if width:
            placed.append({"level": str(level), "x": f"{start:.3f}%", "width": f"{width:.3f}%"})
        start += width
    return placed


@register.filter
def width(share: float | None) -> str:
    """A share as a part of a bar's width; SVG wants a decimal point in every language."""
    return f"{100 * min(1.0, share or 0.0):.2f}%"


@register.filter
def level_count(tally: Tally, level: int) -> int:
    return tally.of(level)


@register.filter
def level_share(tally: Tally, level: int) -> float | None:
    return tally.share(level)


@register.filter
def may(user: User, right: str) -> bool:
    """{% if request.user|may:"manage_tablets" %}"""
    return user.is_authenticated and user.may(Right(right))


@register.simple_tag(takes_context=True)
def nav_items(context: template.Context) -> list[nav.Item]:
    """The pages this person is let into."""
    user: User = context["request"].user
    return [item for item in nav.ITEMS if user.is_authenticated and user.may(item.right)]


@register.simple_tag(takes_context=True)
def nav_waiting(context: template.Context, item: nav.Item) -> int:
    """How much waits behind a page of the rail for this person."""
    return item.waiting(context["request"].user) if item.waiting else 0
