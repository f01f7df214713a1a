"""With the settings of an office, in processes of their own: what TLS adds, files for their owner."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.screen_only
ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "headquarters.settings"
import django; django.setup()
from django.conf import settings
from django.core import checks
from django.test import Client
amiss = [f"{one.id} {one.msg}" for one in checks.run_checks(include_deployment_checks=True)
         if not one.is_silenced()]
from headquarters.accounts.models import User
from headquarters.accounts.roles import Role
User.objects.create_user("lan", password="một-mật-khẩu-dài", role=Role.LEADER)
client = Client(headers={"host": "danh-gia.example.gov.vn", "x-forwarded-proto": "https"})
client.get("/sign-in/")
signed = client.post("/sign-in/", {"username": "lan", "password": "một-mật-khẩu-dài"})
client.post("/language/", {"language": "en", "next": "/"})
page = client.get("/me/")
plain = Client(headers={"host": "danh-gia.example.gov.vn"})
led = {path: plain.get(path).status_code for path in ("/", "/sign-in/", "/healthz", "/api/v1/read/offices")}
redirect = plain.get("/sign-in/?next=/me/")
print(json.dumps({
    "amiss": amiss, "debug": settings.DEBUG, "silenced": settings.SILENCED_SYSTEM_CHECKS,
    "cookies": {name: dict(one) for name, one in client.cookies.items()},
    "hsts": page.headers.get("Strict-Transport-Security"), "status": page.status_code,
    "led": led, "to": redirect.headers.get("Location"),
    "policy": redirect.headers.get("Content-Security-Policy"),
    "trusts": client.post("/sign-in/", headers={"origin": "https://elsewhere.example"}).status_code,
}))
"""


def office(data: Path) -> dict[str, str]:
    """The environment that docs/operating.md asks for."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADQUARTERS_")}
    kept.pop("DATABASE_URL", None)
    return kept | {
        "HEADQUARTERS_DATA": str(data),
        "HEADQUARTERS_HOSTS": "danh-gia.example.gov.vn",
        "HEADQUARTERS_URL": "https://danh-gia.example.gov.vn",
        "HEADQUARTERS_TLS": "1",
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was there before, open to all, and a shell that gives everybody everything."""
    made = tmp_path_factory.mktemp("office") / "data"
    made.mkdir()
    made.chmod(0o777)
    for command in (["migrate"], ["backup", str(made / "copy.hqb")]):
        subprocess.run(
            ["sh", "-c", 'umask 000; exec "$@"', "-", sys.executable, "-m", "headquarters", *command],
            cwd=ROOT, env=office(made), check=True, capture_output=True,
        )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def seen(data: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=ROOT, env=office(data), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_djangos_own_look_at_the_settings_of_an_office_is_clean(seen: dict[str, object]) -> None:
    assert seen["amiss"] == []
    assert seen["debug"] is False
    assert seen["silenced"] == ["security.W021"], "one is silenced, with its reason beside it"


def test_every_cookie_behind_tls_is_of_this_host_alone(seen: dict[str, object]) -> None:
    cookies = seen["cookies"]
    assert isinstance(cookies, dict)
    assert set(cookies) == {"__Host-session", "__Host-csrf", "__Host-language"}
    for name, one in cookies.items():
        assert one["secure"] is True, name
        assert one["httponly"] is True, name
        assert (one["samesite"], one["path"], one["domain"]) == ("Lax", "/", ""), name
    assert cookies["__Host-session"]["max-age"] == 12 * 3600


def test_browsers_are_led_to_tls_and_told_to_stay_machines_are_not_led(seen: dict[str, object]) -> None:
    assert seen["hsts"] == "max-age=31536000; includeSubDomains"
    assert seen["status"] == 200
    assert seen["led"] == {"/": 301, "/sign-in/": 301, "/healthz": 200, "/api/v1/read/offices": 401}
    assert seen["to"] == "https://danh-gia.example.gov.vn/sign-in/?next=/me/"
    assert "frame-ancestors 'none'" in str(seen["policy"]), "a redirect carries the policy, too"


def test_nginx_says_no_more_and_takes_no_less(seen: dict[str, object]) -> None:
    text = (ROOT / "packaging" / "headquarters" / "nginx.conf").read_text(encoding="utf-8")
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in text
    assert "server_tokens off;" in text
    assert f'add_header Strict-Transport-Security "{seen["hsts"]}" always;' in text
    assert "client_max_body_size 16m;" in text
    ciphers = text.partition("ssl_ciphers ")[2].partition(";")[0].split(":")
    assert ciphers
    assert all(one.startswith("ECDHE-") and ("GCM" in one or "POLY1305" in one) for one in ciphers)


def test_what_a_command_writes_is_its_owners_whatever_the_shell_says(data: Path) -> None:
    found = [path for path in data.rglob("*") if path.is_file()]
    assert {path.name for path in found} >= {"headquarters.sqlite3", "secret.key", "copy.hqb"}
    assert {path.name: oct(path.stat().st_mode) for path in found if _others(path)} == {}


def _others(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode) & 0o077
