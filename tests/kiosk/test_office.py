"""The office's book: what stands in the file is what is shown; a mistake is named by file, line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.office import EMPTY, BookError, NoticeKind, Row, load_book

DEMO = Path(__file__).resolve().parents[2] / "assets" / "office" / "demo.yaml"
GOOD = """\
desks:
  - key: quay-1
    name: Quầy 1
officials:
  - key: a
    name: Nguyễn Văn Mẫu
    duty: Tiếp nhận
    photo: a.png
notices:
  - key: phi
    kind: fees
    title: Lệ phí
    date: 01/11/2026
    lines:
      - Bản sao: 2.000 đồng/trang
      - Nộp tại quầy.
  - key: cong
    kind: portal
    title: Cổng
    date: 2026-10-31
    lines: [Nộp tại nhà.]
portal: https://dichvucong.gov.vn
complaint:
  date: 01/11/2026
  hotline: 0274 000 0003
  schedule: [Sáng thứ Năm]
  addresses:
    - Phòng Tiếp công dân: Tầng trệt
improvements:
  - said: Ít ghế
    done: Đã thêm ghế
    date: 01/11/2026
"""


def load(folder: Path, text: str):
    path = folder / "so-tay.yaml"
    path.write_text(text, encoding="utf-8")
    (folder / "a.png").write_bytes(b"a picture")
    return load_book(path)


def refusal(folder: Path, old: str, new: str) -> str:
    assert old in GOOD
    with pytest.raises(BookError) as caught:
        load(folder, GOOD.replace(old, new, 1))
    return str(caught.value)


def test_no_file_is_an_empty_book() -> None:
    assert load_book(None) is EMPTY
    assert EMPTY.notices == ()
    assert EMPTY.complaint is None


def test_good_file_becomes_a_frozen_book(tmp_path: Path) -> None:
    book = load(tmp_path, GOOD)
    assert [desk.name for desk in book.desks] == ["Quầy 1"]
    assert book.officials[0].photo == tmp_path / "a.png"
    assert book.notices[0].rows == (Row("Bản sao", "2.000 đồng/trang"), Row("", "Nộp tại quầy."))
    assert (book.notices[0].date, book.notices[1].date) == (date(2026, 11, 1), date(2026, 10, 31))
    assert book.of_kind(NoticeKind.PORTAL) == (book.notices[1],)
    assert book.complaint is not None
    assert book.complaint.addresses == (Row("Phòng Tiếp công dân", "Tầng trệt"),)
    assert book.complaint.laws == ()
    assert book.improvements[0].done == "Đã thêm ghế"
    with pytest.raises(AttributeError):
        book.portal = ""  # type: ignore[misc]


def test_parts_may_be_missing_or_left_empty(tmp_path: Path) -> None:
    assert load(tmp_path, "notices:\ndesks: []\ncomplaint:\n") == EMPTY


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    date: 01/11/2026\n", "", "so-tay.yaml, dòng 10: notices[1].date: thiếu. (line 10: missing)"),
        (
            "01/11/2026",
            "31/02/2026",
            "dòng 13: notices[1].date: cần ngày như 01/11/2026; đang là '31/02/2026'",
        ),
        ("photo: a.png", "photo: b.png", "dòng 8: officials[1].photo: không có tệp ảnh 'b.png'"),
        ("kind: fees", "kind: fee", "dòng 11: notices[1].kind: cần một trong: hotline, leaders"),
        (
            "title: Lệ",
            "titel: Lệ",
            "dòng 12: notices[1].titel: không có khóa này; có phải 'notices[1].title'?",
        ),
        ("key: cong", "key: phi", "dòng 17: notices[2].key: 'phi' đã dùng ở trên"),
        ("key: phi", "key: Lệ phí", "dòng 10: notices[1].key: cần chữ thường không dấu"),
        ("https://dich", "http://dich", "dòng 22: portal: cần địa chỉ https://"),
        ("kind: portal", "kind: rules", "dòng 22: portal: cần thêm một mục 'kind: portal'"),
        ("hotline: 0274 000 0003", "hotline:", "dòng 25: complaint.hotline: thiếu"),
        (
            "schedule: [Sáng thứ Năm]",
            "schedule: Sáng thứ Năm",
            "dòng 26: complaint.schedule: cần các dòng bắt đầu",
        ),
        ("schedule: [Sáng thứ Năm]", "schedule:", "dòng 26: complaint.schedule: cần ít nhất một dòng"),
        ("[Nộp tại nhà.]", "[[Nộp]]", "dòng 21: notices[2].lines[1]: cần một câu từ 1 đến 400 ký tự"),
        ("said: Ít ghế", "said: " + "ghế " * 60, "improvements[1].said: cần một câu từ 1 đến 160 ký tự"),
        ("- key: quay-1\n    name: Quầy 1", "- Quầy 1", "dòng 2: desks[1]: cần các dòng 'khóa: giá trị'"),
    ],
)
def test_mistake_names_file_line_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refusal(tmp_path, old, new)


def test_broken_yaml_and_missing_file_are_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(BookError, match=r"so-tay\.yaml, dòng 2: sai cú pháp YAML"):
        load(tmp_path, "notices:\n  - ]\n")
    with pytest.raises(BookError, match="không đọc được tệp"):
        load_book(tmp_path / "not-there.yaml")


def test_demo_fills_every_page_and_its_numbers_are_plainly_made_up() -> None:
    book = load_book(DEMO)
    assert {notice.kind for notice in book.notices} == set(NoticeKind)
    assert book.desks
    assert book.services
    assert book.officials
    assert book.improvements
    assert book.complaint is not None
    phones = [word for notice in book.notices for row in notice.rows for word in row.text.split("0274")[1:]]
    assert phones
    assert all(phone.startswith(" 000 ") for phone in phones)
