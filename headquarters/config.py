"""What the machine tells headquarters: its data folder, its own secret, its database. No Django here."""

from __future__ import annotations

import difflib
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

DEFAULT_DATA = ".headquarters"
_CONFIGURATION, _NEXT = "configuration.key", "configuration-next.key"
_SEALING = "sealing.key"
_SCHEME = re.compile(r"postgres(ql)?://")
_KEY = re.compile(r"[0-9a-f]{64}")
_MAIL = re.compile(r"[^@\s<>,]+@[^@\s<>,]+")
_PUBLIC = re.compile(r"https?://[^/?#\s@]+(/[^?#\s]*)?")
KNOWN = frozenset(
    f"HEADQUARTERS_{name}"
    for name in (
        "DATA", "HOSTS", "LEAST_FREE_MB", "LOG", "MAIL", "MAIL_FROM", "METRICS_TOKEN", "TLS", "TOTP", "URL",
        "WEBHOOKS_PRIVATE",
    )
)  # fmt: skip
"""Every variable of ours; a new one is added here and to docs/operating.md."""
_TOKEN_LEAST = 24
_EXPECTED_URL = "DATABASE_URL: expected postgresql://user:password@host:port/name"


class ConfigError(ValueError):
    """An environment variable that cannot be used; names it and what was expected."""


def check_names(environment: Mapping[str, str]) -> None:
    """Refuse a variable that looks like ours and is none: it would silently change nothing."""
    unknown = sorted(name for name in environment if name.startswith("HEADQUARTERS_") and name not in KNOWN)
    for name in unknown:
        near = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.0)[0]
        raise ConfigError(f"{name}: there is no such setting; the nearest is {near}")


def data_dir(environment: Mapping[str, str]) -> Path:
    """The folder of HEADQUARTERS_DATA, made if need be, readable by its owner only."""
    path = Path(environment.get("HEADQUARTERS_DATA") or DEFAULT_DATA).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(
            f"HEADQUARTERS_DATA: {path} cannot be used as a folder ({error.strerror})"
        ) from error
    return path


def secret_key(directory: Path) -> str:
    """The installation's own secret; made once, mode 0600, never replaced."""
    path = directory / "secret.key"
    if not path.exists():
        _make_secret(path, secrets.token_urlsafe(48))
    return _read_secret(path)


def sealing_key(directory: Path) -> str:
    """The X25519 private key (hex, 32 bytes) that opens what citizens leave for a reply.

    In a file of its own, made once, mode 0600: without it nothing sealed to it can be read again. It is
    replaced only by ``rotate_sealing_key``. It is never in the database, so a copy of the database opens
    nothing.
    """
    return _key(directory / _SEALING)


def old_sealing_keys(directory: Path) -> list[str]:
    """Other keys that still open what was sealed to them, each once: those that were rotated away, and those
    that a restore put aside. A restore can also put one of them in force again."""
    own = sealing_key(directory)
    kept = dict.fromkeys(_read_key(path) for path in sorted(directory.glob("sealing-*.key")))
    return [key for key in kept if key != own]


def rotate_sealing_key(directory: Path) -> str:
    """A new sealing key is in force; the old one is kept beside it, named by its key id, and goes on opening.
    The kept file. At no moment is there none: another process would make one of its own and hand it out."""
    from nacl.public import PrivateKey

    from sync.sealing import key_id

    own = bytes(PrivateKey(bytes.fromhex(sealing_key(directory))).public_key).hex()
    kept = directory / f"sealing-old-{key_id(own)}.key"
    with suppress(FileExistsError):  # a rotation that was cut short has kept it already
        os.link(directory / _SEALING, kept)
    fresh = _written(directory / _SEALING, secrets.token_hex(32))
    fresh.replace(directory / _SEALING)
    _sync(directory)  # before any tablet seals to it
    return kept.name


def configuration_key(directory: Path) -> str:
    """The Ed25519 seed (hex, 32 bytes) that signs tablets' configurations and receipts.

    In a file of its own, made once, mode 0600. Tablets have pinned its public half: it is replaced only by
    ``rotate_configuration_key``.
    """
    return _key(directory / _CONFIGURATION)


def next_configuration_key(directory: Path, make: bool = False) -> str | None:
    """The seed that will sign later, once it has been announced; made now if ``make``."""
    path = directory / _NEXT
    return _key(path) if make or path.exists() else None


def rotate_configuration_key(directory: Path) -> None:
    """The announced key signs from now on; the old one is kept beside it, for the day somebody needs it."""
    if next_configuration_key(directory) is None:
        raise ConfigError("no next key has been announced")
    old = (directory / _CONFIGURATION).rename(directory / f"configuration-old-{secrets.token_hex(4)}.key")
    try:
        (directory / _NEXT).rename(directory / _CONFIGURATION)
    except OSError:
        old.rename(directory / _CONFIGURATION)
        raise


def drop_next_configuration_key(directory: Path) -> None:
    """Take an announcement back."""
    (directory / _NEXT).unlink(missing_ok=True)


def _key(path: Path) -> str:
    if not path.exists():
        _make_secret(path, secrets.token_hex(32))
    return _read_key(path)


def _read_key(path: Path) -> str:
    text = _read_secret(path)
    if not _KEY.fullmatch(text):
        raise ConfigError(f"{path} is not a key of 32 bytes in hexadecimal; restore it from a backup")
    return text


def _make_secret(path: Path, text: str) -> None:
    """Written whole under another name, then linked: of two first starts at one moment, one wins, and
    neither reads half a secret."""
    fresh = _written(path, text)
    try:
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()


def _written(path: Path, text: str) -> Path:
    """A file beside ``path`` with this text, its owner's only, on the disk when this returns."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
    ) as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    return fresh


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _read_secret(path: Path) -> str:
    text = path.read_text(encoding="ascii").strip()
    if len(text) < 32:
        raise ConfigError(f"{path} is too short to be a secret; restore it or move it away")
    return text


def database(url: str, directory: Path) -> dict[str, Any]:
    """Django's settings for DATABASE_URL, or for SQLite in ``directory`` when it is empty.

    What libpq's address says is passed on: several hosts, ``target_session_attrs``, ``sslmode``, a socket.
    """
    if not url:
        return _sqlite(directory)
    import psycopg

    try:
        options = psycopg.conninfo.conninfo_to_dict(url) if _SCHEME.match(url) else {}
    except psycopg.ProgrammingError as error:
        # The driver's own words could repeat the password.
        raise ConfigError(_EXPECTED_URL) from error
    name, port = options.pop("dbname", None), str(options.pop("port", "") or "")
    if not name or not all(one.isdigit() or not one for one in port.split(",")):
        raise ConfigError(_EXPECTED_URL)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _sqlite(directory: Path) -> dict[str, Any]:
    """WAL with an fsync at every commit; a writer takes its lock at BEGIN, so that it never gives up."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": directory / "headquarters.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": directory / "test.sqlite3"},
    }


def flag(environment: Mapping[str, str], name: str) -> bool:
    """A yes/no variable; anything but 1, true, yes, 0, false, no or nothing is an error."""
    value = environment.get(name, "").lower()
    if value not in ("", "0", "false", "no", "1", "true", "yes"):
        raise ConfigError(f"{name}: expected 1 or 0, found '{value}'")
    return value in ("1", "true", "yes")


def choice(environment: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """One of a few words; the first when nothing is said."""
    value = environment.get(name, "").strip().lower() or allowed[0]
    if value not in allowed:
        raise ConfigError(f"{name}: expected {' or '.join(allowed)}, found '{value}'")
    return value


def mail(environment: Mapping[str, str], name: str = "HEADQUARTERS_MAIL") -> dict[str, Any]:
    """Django's EMAIL_… settings for an address such as smtps://user:password@host:465; without one, no host.

    ``smtp://`` is without TLS, ``smtp+tls://`` with STARTTLS, ``smtps://`` with TLS from the first byte.
    """
    expected = ConfigError(f"{name}: expected smtps://user:password@host:port, or smtp+tls://, or smtp://")
    url = environment.get(name, "").strip()
    if not url:
        return {"EMAIL_HOST": ""}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise expected from None  # the driver's own words could repeat the password
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    if (
        parts.scheme not in ports
        or not parts.hostname
        or parts.path not in ("", "/")
        or parts.query
        or port == 0
    ):
        raise expected
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def mail_from(environment: Mapping[str, str], name: str = "HEADQUARTERS_MAIL_FROM") -> str:
    """Whom mails come from."""
    value = environment.get(name, "").strip() or "headquarters@localhost"
    if not _MAIL.fullmatch(value):
        raise ConfigError(f"{name}: expected an address such as danh-gia@example.gov.vn, found '{value}'")
    return value


def public_url(environment: Mapping[str, str], name: str = "HEADQUARTERS_URL") -> str:
    """Where people reach these pages, for links in mails; without a slash at the end."""
    value = environment.get(name, "").strip().rstrip("/") or "http://127.0.0.1:8480"
    if not _PUBLIC.fullmatch(value):
        raise ConfigError(
            f"{name}: expected an address such as https://danh-gia.example.gov.vn, found '{value}'"
        )
    return value


def number(environment: Mapping[str, str], name: str, usual: int, most: int) -> int:
    """A whole number from 0 to ``most``."""
    value = environment.get(name, "").strip() or str(usual)
    if not (value.isascii() and value.isdigit() and int(value) <= most):
        raise ConfigError(f"{name}: expected a number from 0 to {most}, found '{value}'")
    return int(value)


def token(environment: Mapping[str, str], name: str) -> str:
    """A secret for a machine, or none. What was found is not repeated: it is a secret."""
    value = environment.get(name, "").strip()
    if value and (len(value) < _TOKEN_LEAST or not value.isascii() or not value.isprintable()):
        raise ConfigError(f"{name}: expected {_TOKEN_LEAST} or more printable ASCII characters")
    return value


def words(environment: Mapping[str, str], name: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in environment.get(name, "").split(",") if word.strip()]
