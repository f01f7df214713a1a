"""Passwords that anybody would try here first: words of this house, and what people put around them."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from headquarters.accounts.models import User
from headquarters.folding import fold

WORDS = (
    "headquarters", "satisfaction", "administrator", "password", "kiosk", "admin",
    "khonghailong", "chuahailong", "rathailong", "hailong", "danhgia", "khaosat", "gopy",
    "matkhau", "quantri", "hethong", "trungtam", "hanhchinh", "motcua", "bophan", "chuyenvien",
    "uyban", "nhandan", "ubnd", "phuong", "tinh", "thanhpho", "quan", "huyen", "dichvucong", "congchuc",
    "vietnam", "lanhdao", "canbo", "chinhphu", "qwerty", "abcdef",
)  # fmt: skip
"""Without marks and blanks. Longer ones first where one stands in another."""
LEAST_REST = 6
"""Letters and digits that must be left when such words, years and rows of digits are taken away."""
_ROWS = re.compile(r"(?:19|20)\d\d|0?123\d*|(\w)\1{2,}")


class OwnWords:
    """Of AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError for a password of little else than the house's words."""
        if len(set(rest(password, _of(user)))) < LEAST_REST:
            raise ValidationError(self.get_help_text(), code="own_words")

    def get_help_text(self) -> str:
        return _("This password is made of words that many would try here. Please put others in.")


def _of(user: User | None) -> tuple[str, ...]:
    """The name of the person's office."""
    office = getattr(user, "office", None)
    return tuple(word for word in fold(office.name).split() if len(word) > 2) if office else ()


def rest(password: str, more: tuple[str, ...] = ()) -> str:
    """What is left of it without the house's words, years and rows of digits."""
    text = re.sub(r"[\W_]", "", fold(password))
    for word in (*WORDS, *more):
        text = text.replace(word, "")
    return _ROWS.sub("", text)
