"""Cases as the citizen's side finds them, made without the pages of the staff."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from django.utils import timezone

from headquarters.accounts.models import User
from headquarters.cases.models import Case, Publication
from headquarters.offices.models import Office
from headquarters.ratings import lookups
from sync import lookup

TEXT = "Cán bộ quầy 3 hẹn tôi bốn lần."
ANSWER = "Chúng tôi đã kiểm tra và xin lỗi Ông/Bà.\n\nTừ nay phiếu hẹn ghi rõ ngày trả kết quả."


def code() -> str:
    return lookup.new_code(secrets.token_bytes)


def case(of: str = "", office: Office | None = None, **fields: Any) -> Case:
    """A case of a lookup code, received two days ago and due in five."""
    if office is None:
        office, _ = Office.objects.get_or_create(code="26740", defaults={"name": "UBND phường Thủ Dầu Một"})
    now = timezone.now()
    usual = {
        "number": f"PAKN-{secrets.token_hex(4)}", "office": office, "text": TEXT,
        "code_hash": lookups.hashed(of) if of else "", "received_at": now - dt.timedelta(days=2),
        "due_on": timezone.localdate(now) + dt.timedelta(days=5),
    }  # fmt: skip
    made: Case = Case.objects.create(**{**usual, **fields})
    return made


def told(of: str = "", **fields: Any) -> Case:
    """One whose answer could be read since an hour ago."""
    at = timezone.now() - dt.timedelta(hours=1)
    return case(of, **{"state": Case.State.TOLD, "answer": ANSWER, "told_at": at, **fields})


def published(at: dt.datetime | None, office: Office | None = None, **fields: Any) -> Publication:
    """Before everybody's eyes since then."""
    author, _ = User.objects.get_or_create(username="author")
    usual = {"said": "Phải chờ lâu.", "done": "Quầy 3 mở thêm buổi chiều.", "drafted_by": author}
    made: Publication = Publication.objects.create(
        case=told(office=office), **{**usual, "published_at": at, **fields}
    )
    return made
