"""What machines ask: is it ready, how does it feel. And what the machine may say in its environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from headquarters import config
from headquarters.operations import ready
from headquarters.operations.models import Restoration
from headquarters.privacy.models import Erasure
from tests.headquarters.conftest import Office26740
from tests.support import FakeTablet

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "một-hai-ba".encode().hex()


def test_ready_says_what_is_missing(db: None, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    Restoration.objects.create(made_at=timezone.now(), restored_at=timezone.now())
    monkeypatch.setattr(ready, "free_bytes", lambda: 1)
    answer = Client().get("/readyz")
    checks = {"database": True, "migrations": True, "purged": False, "disk": False}
    assert (answer.status_code, answer.json()) == (503, {"ok": False, "checks": checks})
    assert answer.headers["Cache-Control"].count("no-store")


def test_metrics_count_and_name_nobody(office: Office26740, tablet: FakeTablet) -> None:
    office.push(tablet, [tablet.rating(3), tablet.rating(1)])
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "headquarters_events_received 2.0" in text
    assert 'headquarters_tablets{state="enrolled"} 1.0' in text
    assert 'headquarters_tablets{state="silent"} 0.0' in text
    for name in (tablet.tablet_id, "Quầy", "Thủ Dầu Một", "26740"):
        assert name not in text, name


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "::1", 200),
        ({}, "10.0.0.7", 404),
        ({}, "", 404),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 404),
        ({"Forwarded": "for=1.2.3.4"}, "127.0.0.1", 404),
        ({"Authorization": f"Bearer {TOKEN}"}, "10.0.0.7", 200),
        ({"Authorization": f"Bearer {TOKEN}x"}, "10.0.0.7", 404),
        ({"Authorization": "Bearer "}, "10.0.0.7", 404),
        ({"Authorization": f"Basic {TOKEN}"}, "10.0.0.7", 404),
        ({"Authorization": "Bearer ẲẲ"}, "10.0.0.7", 404),
    ],
)
def test_metrics_are_for_this_machine_or_the_token(
    db: None, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], address: str, status: int
) -> None:
    monkeypatch.setattr(settings, "METRICS_TOKEN", TOKEN)
    assert Client().get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status
    assert Client().post("/metrics").status_code == 405


def test_without_a_token_an_empty_one_opens_nothing(db: None) -> None:
    assert settings.METRICS_TOKEN == ""
    answer = Client().get("/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="10.0.0.7")
    assert answer.status_code == 404


@pytest.mark.screen_only
@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("HEADQUARTERS_HOST", "HEADQUARTERS_HOSTS"),
        ("HEADQUARTERS_TSL", "HEADQUARTERS_TLS"),
        ("HEADQUARTERS_", ""),
    ],
)
def test_a_misspelt_setting_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(config.ConfigError, match=rf"{name}: there is no such setting.*{near}"):
        config.check_names({name: "1"})
    config.check_names({"PATH": "x", **dict.fromkeys(config.KNOWN, "x")})


@pytest.mark.screen_only
def test_every_setting_is_known_used_and_explained() -> None:
    used = set(
        re.findall(r"HEADQUARTERS_[A-Z_]+", (ROOT / "headquarters" / "settings.py").read_text("utf-8"))
    )
    source = (ROOT / "headquarters" / "config.py").read_text("utf-8")
    used |= set(re.findall(r"HEADQUARTERS_[A-Z_]+[A-Z]", source))
    assert used - config.KNOWN == set()
    assert config.KNOWN - used == set()
    explained = set(
        re.findall(r"^\| `(HEADQUARTERS_[A-Z_]+)`", (ROOT / "docs/operating.md").read_text("utf-8"), re.M)
    )
    assert config.KNOWN - explained == set()


@pytest.mark.screen_only
@pytest.mark.parametrize("value", ["-1", "x", "1.5", "1e3", "²", "99999999999999"])
def test_numbers_are_read_strictly(value: str) -> None:
    with pytest.raises(config.ConfigError, match="expected a number"):
        config.number({"N": value}, "N", 5, 1000)
    assert config.number({}, "N", 5, 1000) == 5


@pytest.mark.screen_only
def test_a_short_secret_is_refused_and_not_repeated() -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.token({"T": "hunter2"}, "T")
    assert "hunter2" not in str(caught.value)


def test_the_erased_are_counted(db: None) -> None:
    import uuid

    Erasure.objects.create(
        tablet_id=uuid.uuid4(), event_id=uuid.uuid4(), at=timezone.now(), reason="term", who="command"
    )
    assert "headquarters_erased_events 1.0" in Client().get("/metrics").content.decode()
