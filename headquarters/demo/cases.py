"""Cases of the demo province, in every state: some of its comments, and what an office might have done."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from django.utils import timezone

from headquarters import folding
from headquarters.cases import terms
from headquarters.cases.models import Case, Step
from headquarters.offices.models import Desk, Office
from headquarters.ratings import lookups
from headquarters.ratings.models import Comment
from sync import lookup

MOST = 80
BACK = dt.timedelta(days=200)
_OPEN = (Case.State.RECEIVED, Case.State.WORKING, Case.State.ANSWERED)
_MOST_OPEN = 12
_ANSWERS = {
    1: (
        "Chúng tôi đã kiểm tra và xin lỗi Ông/Bà vì để phải chờ. Từ tuần này quầy mở thêm một vị trí vào "
        "sáng thứ Hai và thứ Ba; phiếu hẹn ghi rõ giờ trả kết quả.",
        "Cảm ơn Ông/Bà đã góp ý. Chúng tôi đã nhắc việc hướng dẫn một lần, đủ giấy tờ, và dán bảng hướng dẫn "
        "chữ lớn ngay tại quầy.",
        "Xin lỗi Ông/Bà. Thiết bị hỏng đã được sửa trong ngày; bộ phận một cửa cử người hướng dẫn mỗi khi "
        "máy dừng.",
    ),
    3: ("Cảm ơn Ông/Bà. Chúng tôi đã chuyển lời khen tới bộ phận một cửa.",),
}
_REFERRED = "Thanh tra tỉnh"
Done = tuple[Step.What, dt.datetime, str]
"""A step: what, when, with which words."""


def make(rng: random.Random, say: Callable[[str], None]) -> int:
    """Cases of the youngest comments; how many. Nobody handles them: the demo has no people."""
    now, law = timezone.now(), terms.load()
    demo = Office.objects.filter(demo=True).values("pk")
    young = Comment.objects.filter(office_id__in=demo, day__gte=timezone.localdate(now) - BACK)
    chosen = sorted(young.order_by("-wall_ms")[: MOST * 3], key=lambda _one: rng.random())[:MOST]
    code = ""
    for n, comment in enumerate(sorted(chosen, key=lambda one: one.wall_ms), 1):
        own = lookup.new_code(rng.randbytes)
        state = _state(len(chosen) - n, len(chosen))
        case = _case(n, comment, own, law, now)
        steps = [(Step.What.RAISED, case.received_at, ""), *_worked(case, state, now, rng)]
        case.save()
        Step.objects.bulk_create(Step(case=case, what=what, at=at, text=text) for what, at, text in steps)
        code = own if state == Case.State.TOLD else code
    if code:
        say(f"{len(chosen)} cases. As a citizen: /tra-cuu/{code}")
    return len(chosen)


def _state(age: int, n: int) -> Case.State:
    """The youngest (``age`` 0) are open; of the others some are overdue or were referred."""
    if age < min(_MOST_OPEN, n // 3):
        return _OPEN[age % len(_OPEN)]
    return {6: Case.State.REFERRED, 9: Case.State.WORKING}.get(age % 20, Case.State.TOLD)


def _case(n: int, comment: Comment, code: str, law: terms.Terms, now: dt.datetime) -> Case:
    received = dt.datetime.fromtimestamp(comment.wall_ms / 1000, dt.UTC) + dt.timedelta(minutes=2)
    received = min(received, now)
    number, day = f"PA-DEMO-{n:04d}", timezone.localdate(received)
    kind = comment.topic if comment.topic in Case.Kind.values else Case.Kind.REPORT
    return Case(
        number=number, office_id=comment.office_id, desk=Desk.objects.filter(pk=comment.desk_id).first(),
        kind=kind, text=comment.text, folded=f"{folding.fold(comment.text)} {number.casefold()}",
        level=comment.level, tablet_id=comment.tablet_id, visit_id=comment.visit_id,
        comment_event=comment.event_id, code_hash=lookups.hashed(code), received_at=received,
        counted_from=day, due_on=law.due_on(kind, day),
    )  # fmt: skip


def _worked(case: Case, state: Case.State, now: dt.datetime, rng: random.Random) -> list[Done]:
    """What was done since; sets the case's fields."""
    case.state = state
    if state == Case.State.RECEIVED:
        return []
    begun = min(case.received_at + dt.timedelta(hours=rng.uniform(1, 20)), now)
    if state == Case.State.REFERRED:
        case.kind, case.closed_at = Case.Kind.COMPLAINT, begun
        case.referred_to, case.referred_on = _REFERRED, timezone.localdate(begun)
        told = f"{_REFERRED} · {case.referred_on:%d/%m/%Y}\nNội dung là đơn khiếu nại."
        return [(Step.What.CLASSIFIED, begun, case.kind), (Step.What.REFERRED, begun, told)]
    steps: list[Done] = [(Step.What.CLASSIFIED, begun, case.kind)]
    if state == Case.State.WORKING:
        return steps
    case.answer = rng.choice(_ANSWERS.get(case.level or 0, _ANSWERS[1]))
    written = min(begun + dt.timedelta(days=rng.uniform(1, 11)), now)
    steps.append((Step.What.SUBMITTED, written, case.answer))
    if state == Case.State.TOLD:
        steps += _told(case, min(written + dt.timedelta(days=rng.choice((0, 1, 1, 2, 6))), now), now, rng)
    return steps


def _told(case: Case, at: dt.datetime, now: dt.datetime, rng: random.Random) -> list[Done]:
    case.state, case.approved_at, case.told_at, case.closed_at = Case.State.TOLD, at, at, at
    case.late = timezone.localdate(at) > case.due_on
    steps: list[Done] = [(Step.What.APPROVED, at, case.answer)]
    if rng.random() < 0.55:
        case.satisfaction = rng.choice((3, 3, 2, 2, 2, 1))
        case.satisfaction_at = min(at + dt.timedelta(hours=rng.uniform(2, 60)), now)
        steps.append((Step.What.RATED, case.satisfaction_at, str(case.satisfaction)))
    return steps
