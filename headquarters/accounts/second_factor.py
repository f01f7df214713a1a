"""The second step of signing in: six digits of an authenticator app (TOTP), or one of ten backup codes."""

from __future__ import annotations

import datetime as dt
import math
import re
import secrets
import time
from base64 import b32encode
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from headquarters.accounts.models import BackupCode, User
from headquarters.accounts.roles import RIGHTS, Right, Role

ISSUER = "Headquarters"
BACKUP_CODES = 10
SENSITIVE = frozenset(
    {
        Right.MANAGE_ACCOUNTS, Right.MANAGE_TABLETS, Right.MANAGE_OFFICES, Right.MANAGE_TREE,
        Right.MANAGE_SYSTEM, Right.OPEN_CONTACT, Right.HANDLE_REQUESTS, Right.READ_LOG,
    }
)  # fmt: skip
"""Rights over others, accounts, tablets, contact data: who holds one must show a second proof."""
# Easily told apart in any hand: no 0 O 1 I L.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_STEP_S, _DIGITS, _TOLERANCE = 30, 6, 1


class Verdict(NamedTuple):
    """``wait_s`` above 0: not even looked at, too many wrong codes before."""

    right: bool
    wait_s: int = 0
    backup: bool = False


def required(role: str) -> bool:
    """Whether this role cannot work without it (setting SECOND_FACTOR_REQUIRED)."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    return settings.SECOND_FACTOR_FOR_EVERYONE or not SENSITIVE.isdisjoint(RIGHTS[Role(role)])


def on(user: User) -> bool:
    """Whether it has been set up."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def new_key() -> str:
    """160 bits, as RFC 4226 advises, in hex."""
    return secrets.token_hex(20)


def letters(key: str) -> str:
    """The key as one types it into an app that cannot scan: groups of four."""
    text = b32encode(bytes.fromhex(key)).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(user: User, key: str) -> str:
    """The otpauth address that the QR holds (Key Uri Format)."""
    label = quote(f"{ISSUER}:{user.get_username()}")
    words = {"secret": b32encode(bytes.fromhex(key)).decode(), "issuer": ISSUER}
    return f"otpauth://totp/{label}?{urlencode(words)}"


@transaction.atomic
def set_up(user: User, key: str, typed: str) -> list[str] | None:
    """The app shows what it should: keep the key, and give new backup codes. None: the code is wrong."""
    code = TOTP(bytes.fromhex(key), _STEP_S, 0, _DIGITS)
    code.time = time.time()
    digits = _digits(typed)
    if digits is None or not code.verify(int(digits), _TOLERANCE):
        return None
    TOTPDevice.objects.filter(user=user).delete()
    TOTPDevice.objects.create(
        user=user, name="totp", key=key, confirmed=True, last_t=code.t(), drift=code.drift
    )
    return new_backup_codes(user)


@transaction.atomic
def new_backup_codes(user: User) -> list[str]:
    """Ten new ones; the old ones open nothing any more. Only their hashes are kept."""
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(BACKUP_CODES)]
    BackupCode.objects.filter(user=user).delete()
    BackupCode.objects.bulk_create([BackupCode(user=user, hash=_hash(user, code)) for code in codes])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def backup_codes_left(user: User) -> int:
    return BackupCode.objects.filter(user=user, used_at=None).count()


@transaction.atomic
def verify(user: User, typed: str) -> Verdict:
    """Six digits or a backup code. Every wrong one doubles the wait for the next, whichever it was."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return Verdict(False)
    allowed, why = device.verify_is_allowed()
    if not allowed:
        return Verdict(False, wait_s=_seconds_until(why["locked_until"]))
    digits = _digits(typed)
    if digits is not None:
        return Verdict(device.verify_token(digits))
    if _use_backup_code(user, typed):
        device.throttle_reset()
        return Verdict(True, backup=True)
    device.throttle_increment()
    return Verdict(False)


@transaction.atomic
def take_off(user: User) -> None:
    """Phone lost: they set it up anew at the next sign-in."""
    TOTPDevice.objects.filter(user=user).delete()
    BackupCode.objects.filter(user=user).delete()


def _use_backup_code(user: User, typed: str) -> bool:
    code = re.sub(r"[\s-]", "", typed).upper()
    unused = BackupCode.objects.filter(user=user, hash=_hash(user, code), used_at=None)
    # One row changed: we were first. A code works once, also when two ask at the same moment.
    return unused.update(used_at=timezone.now()) == 1


def _hash(user: User, code: str) -> str:
    """Keyed by the server's own secret: with the database alone nobody can try codes."""
    return salted_hmac("headquarters.backup-code", f"{user.pk}\0{code}", algorithm="sha256").hexdigest()


def _digits(typed: str) -> str | None:
    text = re.sub(r"\s", "", typed)
    return text if re.fullmatch(r"[0-9]{6}", text) else None


def _seconds_until(moment: dt.datetime) -> int:
    return max(1, math.ceil((moment - timezone.now()).total_seconds()))
