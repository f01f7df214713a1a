"""The slogan presets are held to the wording of the published plans."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.survey import SloganError, load_slogans, slogan_sets

SLOGANS = Path(__file__).resolve().parents[2] / "assets" / "slogans"

FIVE = ["Biết nghe dân nói", "Biết nói dân hiểu", "Biết làm dân tin", "Biết xin lỗi", "Biết cảm ơn"]
MOTTO = "Trọng dân, gần dân, hiểu dân, học dân và có trách nhiệm với dân"
WORDING: dict[str, tuple[list[str], list[str]]] = {
    # set → (mottos, every line of the board in reading order)
    "binh-duong-2023": (
        [MOTTO],
        [
            "5 Biết",
            *FIVE,
            "3 Thể hiện",
            "Tôn trọng – Trong quan hệ giao tiếp",
            "Văn minh – Lịch sự, văn hóa trong giao tiếp, giải quyết công việc",
            "Gần gũi – Trong quan hệ, giải quyết công việc nhanh chóng, không quan cách, trịch thượng, khó chịu",
        ],
    ),
    "bom-bo-2024": (
        [
            "Trọng dân, gần dân, học dân, hiểu dân và có trách nhiệm với dân",
            "Trách nhiệm - kỷ cương - gương mẫu",
            "Dân chủ - nhanh gọn - thân thiện",
        ],
        [
            "5 Biết",
            *FIVE,
            "4 Luôn",
            "Luôn mỉm cười",
            "Luôn nhẹ nhàng",
            "Luôn thấu hiểu",
            "Luôn giúp đỡ",
            "3 Thể hiện",
            "Tôn trọng – trong quan hệ giao tiếp",
            "Văn minh – lịch sự, văn hóa trong giao tiếp, giải quyết công việc",
            "Gần gũi – trong quan hệ, giải quyết công việc nhanh chóng, không quan cách, trịch thượng, xa cách",
        ],
    ),
    "ha-nam-2024": (
        [],
        [
            "5 Biết",
            *FIVE[:3],
            "Biết xin lỗi và sửa lỗi",
            "Biết cảm ơn",
            "3 Thể hiện",
            "Tôn trọng, lịch sự, thân thiện",
            "Hướng dẫn tận tình, chu đáo",
            "Giải quyết công việc đúng quy định, nhanh, đúng hẹn",
        ],
    ),
    "binh-dinh-2022": (
        [MOTTO],
        [
            "Phong cách",
            "Nghe dân nói",
            "Nói dân hiểu",
            "Hướng dẫn dân làm",
            "Làm dân tin",
            "Phương châm",
            "Dân biết",
            "Dân bàn",
            "Dân kiểm tra",
            "Dân giám sát",
            "Dân thụ hưởng",
        ],
    ),
}


@pytest.mark.parametrize("key", sorted(WORDING))
def test_preset_keeps_the_wording_of_its_plan(key: str) -> None:
    slogans = load_slogans(SLOGANS, key)
    lines: list[str] = []
    for group in slogans.groups:
        lines.append(f"{group.number} {group.title}" if group.number else group.title)
        lines += [f"{p.text} – {p.detail}" if p.detail else p.text for p in group.promises]
    assert (list(slogans.mottos), lines) == WORDING[key]
    assert slogans.office in slogans.source or slogans.office.split(",")[0] in slogans.source


def test_every_preset_in_the_folder_is_held_to_its_wording() -> None:
    assert slogan_sets(SLOGANS) == tuple(sorted(WORDING))


@pytest.mark.parametrize("key", sorted(WORDING))
def test_numbers_on_the_board_are_the_numbers_of_promises(key: str) -> None:
    slogans = load_slogans(SLOGANS, key)
    assert all(group.number in (0, len(group.promises)) for group in slogans.groups)
    assert len({promise.key for promise in slogans.promises}) == len(slogans.promises)
    assert all(promise.english for promise in slogans.promises)


def test_a_missing_set_lists_the_sets_there_are() -> None:
    with pytest.raises(SloganError, match="binh-dinh-2022, binh-duong-2023"):
        load_slogans(SLOGANS, "hue-2024")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\noffice: A\nsource: B\ngroups: []\n", "'groups' must be a list"),
        (
            "version: 1\noffice: A\nsource: B\ngroups: [{key: x, title: X, promises: [{key: y}]}]\n",
            "'text' is missing",
        ),
        ("[", "set.yaml"),
        ("plain", "expected named fields"),
    ],
)
def test_a_broken_set_names_file_and_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "set.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SloganError) as caught:
        load_slogans(tmp_path, "set")
    assert said in str(caught.value)
    assert "set.yaml" in str(caught.value)
