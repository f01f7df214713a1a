"""A report as an official document: its model → the blocks that DOCX and PDF are printed from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from headquarters.documents.blocks import Annex, Block, Document, Heading, Letterhead, Signature, text
from headquarters.reports import grids, sentences
from headquarters.reports import vietnamese as vi
from headquarters.reports.model import Figures, Row, Texts

MOST_DESKS = 60
"""More desks than these stand in the spreadsheet only: nobody reads twenty pages of them on paper."""
_NOTHING = "Không có."
_BY_DESK = "Kết quả theo quầy, xếp theo tỷ lệ chưa hài lòng (kèm khoảng tin cậy 95%)"
_ROMAN = ("I", "II", "III", "IV", "V", "VI")


def document(f: Figures, texts: Texts, letterhead: Letterhead, signature: Signature) -> Document:
    """Number and day stay blank: they are given when it is signed."""
    return Document(
        letterhead=letterhead, kind="BÁO CÁO", symbol="BC", title=_title(f), day=None,
        blocks=tuple(_blocks(f, texts)), signature=signature,
        receivers=tuple(texts.receivers.splitlines()),
    )  # fmt: skip


def _title(f: Figures) -> str:
    return f"Kết quả khảo sát mức độ hài lòng\ncủa người dân, tổ chức {f.period.name}"


class _Count:
    """Numbers tables, pictures and headings as they come."""

    def __init__(self) -> None:
        self.tables = self.pictures = self.parts = 0

    def table(self, words: str) -> str:
        self.tables += 1
        return f"Bảng {self.tables}. {words}"

    def picture(self, words: str) -> str:
        self.pictures += 1
        return f"Hình {self.pictures}. {words}"

    def part(self, words: str) -> Heading:
        self.parts += 1
        return Heading(f"{self.parts}. {words}", 2)


def _blocks(f: Figures, texts: Texts) -> Iterator[Block]:
    number = _Count()
    yield text(sentences.opening(f))
    yield Heading("I. KẾT QUẢ KHẢO SÁT")
    yield from _results(f, number)
    yield Heading("II. XỬ LÝ PHẢN ÁNH, KIẾN NGHỊ")
    yield from _cases(f, number)
    roman = iter(_ROMAN[2:])
    if f.improved:
        yield Heading(f"{next(roman)}. NHỮNG VIỆC ĐÃ CẢI THIỆN")
        for one in f.improved:
            yield text(f"- Người dân góp ý: {_closed(one.said)} Đã thực hiện: {_closed(one.done)}")
    yield Heading(f"{next(roman)}. KHÓ KHĂN, VƯỚNG MẮC VÀ NGUYÊN NHÂN")
    yield Heading("1. Khó khăn, vướng mắc", 2)
    yield from _typed(texts.difficulties)
    yield Heading("2. Nguyên nhân", 2)
    yield from _typed(texts.causes)
    yield Heading(f"{next(roman)}. ĐỀ XUẤT, KIẾN NGHỊ")
    yield from _typed(texts.proposals)
    yield text(
        "Trên đây là báo cáo kết quả khảo sát mức độ hài lòng của người dân, tổ chức"
        f" {f.period.name} của {f.place.full}./."
    )
    yield from _annex(f, number)


def _results(f: Figures, number: _Count) -> Iterator[Block]:
    yield number.part("Quy mô và tỷ lệ tham gia")
    yield text(sentences.size(f))
    yield number.part("Mức độ hài lòng")
    yield text(sentences.satisfaction(f))
    if f.tally.n:
        words = "Ba mức đánh giá, so với kỳ trước" if f.before.n else "Ba mức đánh giá"
        yield grids.levels(f, number.table(words))
        yield grids.picture(f, number.picture("Tỷ lệ ba mức đánh giá (%)"))
    rated = tuple(row for row in f.offices if row.tally.n)
    if len(f.offices) > 1 and rated:
        yield number.part("Theo đơn vị")
        yield text(sentences.ends(rated, "đơn vị"))
        caption = number.table("Kết quả theo đơn vị, xếp theo tỷ lệ chưa hài lòng (kèm khoảng tin cậy 95%)")
        yield grids.rows(f.offices, caption, "Đơn vị", f)
    desks = _desks(f)
    if len(f.offices) <= 1 and desks:
        yield number.part("Theo quầy")
        yield text(sentences.ends(tuple(replace(row, note="") for row in desks), "quầy"))
        yield grids.rows(desks, number.table(_BY_DESK), "Quầy", f)
    yield from _said(f, number)


def _desks(f: Figures) -> tuple[Row, ...]:
    return tuple(row for row in f.desks if row.tally.n)


def _said(f: Figures, number: _Count) -> Iterator[Block]:
    if f.promises:
        yield number.part("Theo điều đã cam kết")
        yield text(sentences.kept(f.promises))
        caption = number.table("Điều đã cam kết: được thực hiện, chưa được thực hiện")
        yield grids.choices(f.promises, caption, ("Điều cam kết", "Đã thực hiện", "Chưa thực hiện"))
    if f.reasons:
        yield number.part("Theo lý do")
        yield text(sentences.reasons(f.reasons))
        caption = number.table("Lý do người dân nêu")
        yield grids.choices(f.reasons, caption, ("Lý do", "Hài lòng", "Chưa hài lòng"))


def _cases(f: Figures, number: _Count) -> Iterator[Block]:
    yield text(sentences.cases(f.cases))
    if f.indicators:
        yield grids.indicators(f, number.table("Chỉ số xử lý phản ánh, kiến nghị"))


def _typed(words: str) -> Iterator[Block]:
    """What people wrote, a paragraph for each line."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    for line in lines or [_NOTHING]:
        yield text(line)


def _closed(sentence: str) -> str:
    words = sentence.strip()
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _annex(f: Figures, number: _Count) -> Iterator[Block]:
    desks = _desks(f) if len(f.offices) > 1 else ()
    if not f.flagged.n and not desks:
        return
    yield Annex("Số liệu kèm theo báo cáo")
    if f.flagged.n:
        yield from _with_flagged(f, number)
    if len(desks) > MOST_DESKS:
        yield text(
            f"Kết quả của {vi.count(len(desks))} quầy được nêu tại bảng tính kèm theo, trang Theo quầy."
        )
    elif desks:
        named = tuple(replace(row, name=f"{row.name} – {row.note}") for row in desks)
        yield grids.rows(named, number.table(_BY_DESK), "Quầy", f)


def _with_flagged(f: Figures, number: _Count) -> Iterator[Block]:
    yield text(
        "Lượt gắn cờ là lượt chạm dồn dập, ngoài giờ làm việc hoặc lặp lại bất thường. Các lượt này không bị"
        " xóa; bảng dưới đây nêu kết quả không tính và có tính các lượt đó."
    )
    yield grids.flagged(f, number.table("Ba mức đánh giá, không tính và có tính lượt gắn cờ"))
    if len(f.offices) > 1 and grids.with_flags(f):
        yield grids.touched(f, number.table("Các đơn vị có lượt gắn cờ, không tính và có tính lượt gắn cờ"))
