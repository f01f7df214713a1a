"""What a report says of feedback cases: those received in its period, and the indicators made of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection

from headquarters.cases.models import Case
from headquarters.indicators import figures as indicator_figures
from headquarters.ratings.figures import Tally
from headquarters.reports.model import Cases, Indicator, Named

_KINDS = {
    Case.Kind.REPORT: "Phản ánh, kiến nghị",
    Case.Kind.SUGGESTION: "Góp ý",
    Case.Kind.PRAISE: "Khen ngợi",
    Case.Kind.COMPLAINT: "Khiếu nại, tố cáo",
}
_NAMES = {
    "R1": "Tỷ lệ phản ánh, kiến nghị được xử lý đúng hạn",
    "R2": "Tỷ lệ phản ánh, kiến nghị được trả lời đúng hạn, không bị đánh giá không hài lòng",
    "R3": "Tỷ lệ hồ sơ giải quyết đúng hạn, không bị đánh giá không hài lòng, không có phản ánh, kiến nghị",
}


def cases(offices: Collection[int], first: dt.date, last: dt.date, today: dt.date) -> Cases | None:
    """Those received from ``first`` to ``last`` as they stand; None where there were none."""
    found = list(
        Case.objects.filter(office_id__in=offices, received_at__date__range=(first, last)).values_list(
            "kind", "state", "late", "due_on", "satisfaction"
        )
    )
    if not found:
        return None
    kinds = Counter(kind for kind, *_rest in found)
    ended = {Case.State.TOLD, Case.State.REFERRED}
    rated = Counter(satisfaction for *_rest, satisfaction in found)
    return Cases(
        received=len(found),
        kinds=tuple(Named(name, kinds[kind]) for kind, name in _KINDS.items() if kinds[kind]),
        answered=sum(state == Case.State.TOLD for _kind, state, *_rest in found),
        late=sum(state == Case.State.TOLD and late for _kind, state, late, *_rest in found),
        open=sum(state not in ended for _kind, state, *_rest in found),
        overdue=sum(state not in ended and due < today for _kind, state, _late, due, _rated in found),
        referred=sum(state == Case.State.REFERRED for _kind, state, *_rest in found),
        answers=Tally(rated[1], rated[2], rated[3]),
    )


def indicators(
    offices: Collection[int], first: dt.date, last: dt.date, today: dt.date
) -> tuple[Indicator, ...]:
    """R1 to R3, those whose inputs are there."""
    found = indicator_figures.results(offices, first, last, today)
    return tuple(
        Indicator(one.key, _NAMES[one.key], one.numerator, one.denominator, one.value, one.source)
        for one in found
        if one.numerator is not None and one.denominator is not None and one.value is not None
    )
