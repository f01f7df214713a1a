"""The office's book: what stands in the file is what is shown; a mistake is named by file, line and key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.office import EMPTY, TOP, BookError, NoticeKind, OfficeBook, Row, find, load_book

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "assets" / "office" / "demo.yaml"
GUIDE = ROOT / "docs" / "office-book.md"
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


def load(folder: Path, text: str) -> OfficeBook:
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


# -- search ----------------------------------------------------------------------------------------------


def called(kind: NoticeKind) -> str:
    return {NoticeKind.FEES: "Phí, lệ phí", NoticeKind.PORTAL: "Cổng Dịch vụ công"}[kind]


def found(folder: Path, wanted: str) -> list[str]:
    return [notice.key for notice in find(load(folder, GOOD), wanted, called)]


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ("le phi", ["phi"]),
        ("LỆ PHÍ", ["phi"]),
        ("ban sao 2.000", ["phi"]),
        ("dich vu", ["cong"]),
        ("cong nha", ["cong"]),
        ("nop", ["phi", "cong"]),
        ("nop tai quay", ["phi"]),
        ("op", []),
        ("le phi nha", []),
        ("", []),
        ("  ", []),
    ],
)
def test_find_takes_every_word_with_or_without_marks(tmp_path: Path, wanted: str, keys: list[str]) -> None:
    assert found(tmp_path, wanted) == keys


def test_find_puts_titles_first_and_keeps_the_order_of_the_file(tmp_path: Path) -> None:
    book = load(tmp_path, GOOD.replace("Nộp tại quầy.", "Nộp tại cổng."))
    assert [notice.key for notice in find(book, "cong", called)] == ["cong", "phi"]
    assert [notice.key for notice in find(book, "nop tai", called)] == ["phi", "cong"]
    assert find(EMPTY, "cong", called) == ()


# -- the guide -------------------------------------------------------------------------------------------


def example(folder: Path, old: str = "", new: str = "") -> OfficeBook:
    """The book that stands in the guide."""
    text = GUIDE.read_text(encoding="utf-8").split("```yaml example\n")[1].split("```")[0]
    assert old in text
    (folder / "anh").mkdir(exist_ok=True)
    (folder / "anh" / "cb-01.jpg").write_bytes(b"a picture")
    return load(folder, text.replace(old, new, 1) if old else text)


def test_example_of_the_guide_is_a_book_with_every_part(tmp_path: Path) -> None:
    book = example(tmp_path)
    assert all(getattr(book, part) for part in TOP)
    assert [desk.key for desk in book.desks] == ["quay-1", "quay-2"]
    assert book.officials[0].photo == tmp_path / "anh" / "cb-01.jpg"
    assert book.notices[1].rows[1:] == (
        Row("Bản sao trích lục", "8.000 đồng/bản"),
        Row("", "Mức thu theo nghị quyết của Hội đồng nhân dân."),
    )
    assert book.portal == "https://dichvucong.gov.vn"
    assert book.complaint is not None
    assert len(book.complaint.laws) == 2


def test_what_the_guide_calls_optional_may_be_left_out(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    optional = [line for line in text.splitlines() if "# may be left out" in line]
    assert len(optional) == 2
    for line in optional:
        example(tmp_path, line + "\n")


def test_guide_names_every_part_kind_and_limit(tmp_path: Path) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert all(f"| `{part}` |" in text for part in TOP)
    assert all(f"| `{kind.value}` |" in text for kind in NoticeKind)
    example(tmp_path, "Lệ phí hộ tịch", "ổ" * 120)
    with pytest.raises(BookError, match="1 đến 120"):
        example(tmp_path, "Lệ phí hộ tịch", "ổ" * 121)


def test_message_in_the_guide_is_what_the_mistake_says(tmp_path: Path) -> None:
    with pytest.raises(BookError) as caught:
        example(tmp_path, "date: 01/10/2026", "date: 31/02/2026")
    said = str(caught.value).replace("so-tay.yaml", "cong-khai.yaml")
    assert said in GUIDE.read_text(encoding="utf-8")


def test_quotes_keep_a_sentence_with_a_colon_whole(tmp_path: Path) -> None:
    book = example(tmp_path, "- Khai sinh đúng hạn: Không thu", '- "Lưu ý: mang bản chính."')
    assert book.notices[1].rows[0] == Row("", "Lưu ý: mang bản chính.")


def test_an_office_asks_about_its_own_reasons(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(
        "reasons:\n"
        "  - {key: thoi-gian, vi: Chờ đợi, en: Waiting, icon: clock-outline}\n"
        "  - {key: cho-ngoi, vi: Chỗ ngồi}\n",
        encoding="utf-8",
    )
    waiting, seat = load_book(path).reasons
    assert (waiting.key, waiting.text("vi"), waiting.text("en")) == ("thoi-gian", "Chờ đợi", "Waiting")
    assert seat.text("en") == "Chỗ ngồi", "what was not translated is said in Vietnamese"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("reasons:\n- {key: a, en: Time}\n", "dòng 2: reasons[1].vi: thiếu"),
        ("reasons:\n- {key: A, vi: Thời gian}\n", "reasons[1].key"),
        ("reasons:\n- {key: a, vi: x}\n- {key: a, vi: y}\n", "đã dùng ở trên"),
        ("reasons:\n" + "".join(f"- {{key: k{n}, vi: x}}\n" for n in range(10)), "nhiều nhất 9 lý do"),
    ],
)
def test_wrong_reasons_are_named(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as error:
        load_book(path)
    assert wrong in str(error.value)
