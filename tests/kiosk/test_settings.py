"""config.yaml: every mistake names file, line and key, and says what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.settings import SettingsError, load_settings

SETS = ("binh-duong-2023", "bom-bo-2024")
GOOD = """\
tablet:
  name: Q3
office:
  name: UBND phường Thủ Dầu Một
  unit: Bộ phận Một cửa
  desk: Quầy 3
slogans: binh-duong-2023
headquarters:
  address: https://truso.example.vn
"""


def load(tmp_path: Path, text: str):
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, SETS)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    return str(caught.value)


def test_good_file_becomes_frozen_settings_with_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD)
    assert settings.office_name == "UBND phường Thủ Dầu Một"
    assert (settings.cool_down_s, settings.closing_s, settings.language) == (3.0, 8.0, "vi")
    assert settings.data_dir == tmp_path / ".kiosk"
    with pytest.raises(AttributeError):
        settings.language = "en"  # type: ignore[misc]


def test_missing_key_is_named_with_its_section_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOOD.replace("  desk: Quầy 3\n", ""))
    assert "config.yaml, dòng 5: office.desk: thiếu; cần tên quầy" in message
    assert "line 5: missing; expected the desk's name" in message


def test_unknown_key_is_refused_with_the_nearest_known_name(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOOD + "times:\n  cool_donw_s: 4\n")
    assert "dòng 11: times.cool_donw_s" in message
    assert "có phải 'times.cool_down_s'?" in message


def test_number_out_of_range_says_the_range_and_what_was_found(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOOD + "times:\n  cool_down_s: ba\n")
    assert "dòng 11: times.cool_down_s: cần số giây từ 0 đến 60; đang là 'ba'" in message
    assert "nan" in refusal(tmp_path, GOOD + "times:\n  cool_down_s: nan\n")


def test_unknown_slogan_set_lists_the_sets_there_are(tmp_path: Path) -> None:
    message = refusal(tmp_path, GOOD.replace("binh-duong-2023", "binh-duong"))
    assert "dòng 7: slogans: cần một trong: binh-duong-2023, bom-bo-2024" in message


@pytest.mark.parametrize(
    "address",
    ["http://truso.example.vn", "truso.example.vn", "https://", "https://a:b@c.vn", "https://a.vn:0"],
)
def test_address_without_tls_to_another_machine_is_refused(tmp_path: Path, address: str) -> None:
    message = refusal(tmp_path, GOOD.replace("https://truso.example.vn", address))
    assert "dòng 9: headquarters.address" in message


def test_plain_http_is_allowed_to_this_machine_only(tmp_path: Path) -> None:
    settings = load(tmp_path, GOOD.replace("https://truso.example.vn", "http://127.0.0.1:8480/"))
    assert settings.address == "http://127.0.0.1:8480"


def test_opening_hours_are_read_and_a_wrong_span_is_named(tmp_path: Path) -> None:
    good = GOOD.replace("  desk: Quầy 3\n", "  desk: Quầy 3\n  hours: T2-T6 07:30-11:30\n")
    assert load(tmp_path, good).hours is not None
    assert load(tmp_path, GOOD).hours is None
    message = refusal(tmp_path, good.replace("11:30", "25:30"))
    assert "dòng 7: office.hours: cần giờ làm việc" in message


def test_key_written_twice_is_refused(tmp_path: Path) -> None:
    assert "dòng 4: tablet.name: khóa ghi hai lần" in refusal(
        tmp_path, GOOD.replace("tablet:\n  name: Q3\n", "tablet:\n  name: Q3\ntablet:\n  name: Q4\n")
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tablet: [\n", "sai cú pháp YAML"),
        ("- a\n- b\n", "cần các dòng 'khóa: giá trị'"),
        ("", "cần các dòng 'khóa: giá trị'"),
        ("tablet: \x00\n", "sai cú pháp YAML"),
    ],
)
def test_text_that_is_no_settings_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_a_value_where_a_section_is_expected_names_the_missing_key(tmp_path: Path) -> None:
    assert "office.name: thiếu" in refusal(
        tmp_path,
        GOOD.replace("  name: UBND phường Thủ Dầu Một\n  unit: Bộ phận Một cửa\n  desk: Quầy 3\n", ""),
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="không đọc được tệp"):
        load_settings(tmp_path / "config.yaml", SETS)


def test_the_file_in_the_repository_is_good() -> None:
    root = Path(__file__).resolve().parents[2]
    settings = load_settings(root / "config.yaml", SETS)
    assert settings.desk_name == "Quầy 3"


def test_every_key_is_explained_where_operators_look() -> None:
    from kiosk.settings import _fields

    text = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    table = text[text.index("### config.yaml, every key") : text.index("**Staff.**")]
    missing = [key for key in _fields(("set",), ("vi",)) if f"`{key}`" not in table]
    assert missing == []


def test_the_zone_and_the_threshold_have_sensible_defaults_and_are_checked(tmp_path: Path) -> None:
    assert str(load(tmp_path, GOOD).timezone) == "Asia/Ho_Chi_Minh"
    assert load(tmp_path, GOOD).least_free_mb == 64
    there = load(tmp_path, GOOD.replace("  name: Q3", "  name: Q3\n  timezone: Asia/Bangkok"))
    assert str(there.timezone) == "Asia/Bangkok"
    said = refusal(tmp_path, GOOD.replace("  name: Q3", "  name: Q3\n  timezone: Saigon"))
    assert "dòng 3: tablet.timezone" in said
    assert "Saigon" in said
    said = refusal(tmp_path, f"{GOOD}storage: {{least_free_mb: -1}}\n")
    assert "storage.least_free_mb" in said


def test_staff_blind_mode_is_off_unless_set(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).staff_blind is False
    assert load(tmp_path, GOOD + "staff: {blind: yes}\n").staff_blind is True
    assert "staff.blind" in refusal(tmp_path, GOOD + "staff: {blind: maybe}\n")


def test_what_is_asked_about_is_all_unless_keys_are_named(tmp_path: Path) -> None:
    usual = load(tmp_path, GOOD)
    assert (usual.reasons, usual.services, usual.officials) == ((), (), ())
    said = load(tmp_path, GOOD + 'asked: {reasons: "thoi-gian, thai-do", services: "dat-dai"}\n')
    assert (said.reasons, said.services) == (("thoi-gian", "thai-do"), ("dat-dai",))
    for wrong in ("a, a", "Đất", "a,,b"):
        assert "asked.reasons" in refusal(tmp_path, GOOD + f'asked: {{reasons: "{wrong}"}}\n')
