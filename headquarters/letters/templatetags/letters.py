"""Letters on other rooms' pages."""

from __future__ import annotations

from typing import Any

from django import template

from headquarters.cases.models import Case
from headquarters.letters import suggestions, wording
from headquarters.letters.kinds import Kind
from headquarters.letters.models import Letter

register = template.Library()


@register.inclusion_tag("letters/parts/of_case.html", takes_context=True)
def letters_of(context: template.Context, case: Case) -> dict[str, Any]:
    """{% letters_of case %}: the letters about a case, and the way to another."""
    return {
        "request": context["request"],
        "case": case,
        "letters": Letter.objects.filter(case=case).select_related("made_by"),
        "suggested": suggestions.of_case(case, wording.load().rules),
        "kinds": (Kind.APOLOGY, Kind.THANKS),
    }
