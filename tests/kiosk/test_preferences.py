"""What the admin's page reads and keeps, on a real configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.admin import Preferences
from kiosk.configuration import Configured
from kiosk.dials import Dials
from kiosk.granting import LOCAL, Known
from kiosk.settings import load_settings
from kiosk.survey import load_slogans, slogan_sets

SLOGANS = Path(__file__).resolve().parents[2] / "assets" / "slogans"
YAML = """\
tablet: {name: TDM-Q3}
office: {name: UBND, unit: "Một cửa", desk: "Quầy 3", hours: "T2-T6 07:30-11:30, 13:30-17:00; CN 8h00-9h15"}
slogans: bom-bo-2024
sound: {aloud: yes}
times: {idle_s: 32.5}
headquarters: {address: "https://cu.example.vn"}
"""


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    file = tmp_path / "config.yaml"
    file.write_text(YAML, encoding="utf-8")
    keys = slogan_sets(SLOGANS)
    configured = Configured(
        load_settings(file, keys, tmp_path / "data"), Known(keys, ("vi", "en"), ()),
        tablet_id="t", config_key="", now_s=lambda: 0.0,
    )  # fmt: skip

    return Preferences(
        configured,
        lambda: tuple(load_slogans(SLOGANS, key) for key in keys),
        ("vi", "en"),
        Dials(tmp_path, mixer=lambda name: None),
    )


def test_every_setting_reads_as_it_is_written(preferences: Preferences) -> None:
    before = preferences.look()
    after = preferences.keep({key: before.raw(key) for key in LOCAL})
    assert after.settings == before.settings
    assert after.changed == frozenset()
    assert before.raw("office.hours").startswith("T2 07:30-11:30, 13:30-17:00; T3 ")
    assert before.raw("office.hours").endswith("; CN 08:00-09:15")
    assert (before.raw("times.idle_s"), before.raw("sound.aloud")) == ("32.5", "yes")


def test_a_change_is_marked_and_one_that_does_not_fit_changes_nothing(preferences: Preferences) -> None:
    assert preferences.keep({"times.closing_s": "12"}).changed == {"times.closing_s"}
    with pytest.raises(ValueError, match=r"times\.closing_s"):
        preferences.keep({"times.closing_s": "2", "slogans": "ha-nam-2024"})
    found = preferences.look()
    assert (found.settings.closing_s, found.settings.slogans) == (12.0, "bom-bo-2024")
    assert [one.key for one in found.sets] == list(slogan_sets(SLOGANS))
