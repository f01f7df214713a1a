"""The sheet for emulation as an official document."""

from __future__ import annotations

from collections.abc import Iterator

from headquarters.documents import letterheads
from headquarters.documents.blocks import Block, Cell, Document, Heading, Letterhead, Signature, text
from headquarters.reports import grids
from headquarters.reports import vietnamese as vi
from headquarters.reports.emulation import Officials, Sheet, Standing

NOT_REVIEWED = "Chưa được xem xét; không dùng để đánh giá"
NO_REPLY = "Chưa có ý kiến"


def document(sheet: Sheet, letterhead: Letterhead, signature: Signature) -> Document:
    """Number and day stay blank."""
    title = f"Kết quả đánh giá tại quầy phục vụ bình xét thi đua\n{sheet.period.name}"
    return Document(
        letterhead, "PHIẾU TỔNG HỢP", "", title, None, tuple(_blocks(sheet)), signature,
    )  # fmt: skip


def _blocks(sheet: Sheet) -> Iterator[Block]:
    rules = sheet.rules
    yield text(
        f"Kết quả tổng hợp từ {vi.count(sheet.whole.n)} lượt đánh giá của người dân, tổ chức tại"
        f" {letterheads.full_name(sheet.office)}, {sheet.period.name}, tính đến hết ngày"
        f" {vi.day(sheet.until)}, không tính lượt gắn cờ. Đơn vị, quầy có N dưới {rules.minimum_n} không được"
        " xếp mức."
    )
    if rules.classes:
        names = "; ".join(f"{one.name}: từ {_plain(float(one.since))}%" for one in rules.classes)
        yield text(f"Các mức của tỷ lệ hài lòng: {names} ({rules.classes_source}).")
    if not sheet.whole.n:
        yield text("Trong kỳ không có lượt đánh giá nào.")
        return
    if len(sheet.offices) > 1:
        yield Heading("1. Theo đơn vị", 2)
        yield _table("Bảng 1. Kết quả theo đơn vị", "Đơn vị", sheet.offices, sheet)
    else:
        yield Heading("1. Theo quầy", 2)
        yield _table("Bảng 1. Kết quả theo quầy", "Quầy", sheet.desks, sheet)
    yield Heading("2. Quầy cần người có thẩm quyền xem xét", 2)
    yield text(
        f"Chỉ nêu quầy có ít nhất {rules.low_months} tháng trong kỳ (mỗi tháng N từ {rules.minimum_n} trở"
        " lên) mà tỷ lệ chưa hài lòng cao hơn rõ rệt so với toàn cơ quan. Số liệu này không tự nó là căn cứ"
        " xử lý: người có thẩm quyền xem xét nguyên nhân, và quầy có quyền nêu ý kiến."
    )
    if sheet.named:
        yield _named(sheet.named, "Bảng 2. Quầy cần xem xét", "Quầy")
    else:
        yield text("Trong kỳ không có quầy nào thuộc trường hợp này.")
    if sheet.officials is not None:
        yield from _officials(sheet, sheet.officials)


def _officials(sheet: Sheet, found: Officials) -> Iterator[Block]:
    rules = sheet.rules
    yield Heading("3. Theo cán bộ", 2)
    yield text(
        "Chỉ tính lượt đánh giá mà người dân tự chọn tên cán bộ, trong các tháng trọn vẹn từ"
        f" {vi.day(found.first)} đến {vi.day(found.last)}. Danh sách theo tên, không xếp hạng; cán bộ có N"
        f" dưới {rules.minimum_n} không được nêu ({vi.count(found.few)} người)."
    )
    if found.lines:
        yield _table("Bảng 3. Kết quả theo cán bộ", "Cán bộ", found.lines, sheet)
    yield text(
        f"Cán bộ có ít nhất {rules.low_months} tháng (mỗi tháng N từ {rules.minimum_n} trở lên) mà tỷ lệ chưa"
        " hài lòng cao hơn rõ rệt so với toàn cơ quan được nêu dưới đây để người có thẩm quyền xem xét nguyên"
        " nhân. Số liệu này không tự nó là căn cứ đánh giá, xếp loại; cán bộ có quyền nêu ý kiến."
    )
    if found.named:
        yield _named(found.named, "Bảng 4. Cán bộ cần xem xét", "Cán bộ")
    else:
        yield text("Trong kỳ không có cán bộ nào thuộc trường hợp này.")


def _plain(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _table(caption: str, what: str, found: tuple[Standing, ...], sheet: Sheet) -> Block:
    enough = sheet.rules.minimum_n
    lines = (
        (
            grids.left(one.name),
            Cell(vi.count(one.tally.n)),
            Cell(vi.tenths(one.tally.satisfied_share if one.tally.n >= enough else None)),
            Cell(vi.interval(one.tally.satisfied_interval if one.tally.n >= enough else None)),
            *([Cell(one.klass or vi.NONE)] if sheet.rules.classes else []),
        )
        for one in found
    )
    heads = (what, "N", "Tỷ lệ hài lòng (%)", "Khoảng tin cậy 95% (%)")
    if sheet.rules.classes:
        return grids.grid(caption, (*heads, "Mức"), lines, (0.38, 0.12, 0.16, 0.18, 0.16))
    return grids.grid(caption, heads, lines, (0.46, 0.14, 0.2, 0.2))


def _named(found: tuple[Standing, ...], caption: str, what: str) -> Block:
    lines = (
        (
            grids.left(f"{one.name}, {one.note}" if one.note else one.name),
            Cell(f"{one.low}/{one.months}"),
            grids.left((one.review.finding if one.review else "") or NOT_REVIEWED),
            grids.left((one.review.reply if one.review else "") or NO_REPLY),
        )
        for one in found
    )
    heads = (what, "Số tháng thấp", "Kết quả xem xét", f"Ý kiến của {what.lower()}")
    return grids.grid(caption, heads, lines, (0.26, 0.12, 0.31, 0.31))
