"""The sentences of a report, right for every case: risen, fallen, as before, nothing to compare, nothing at
all, a single rating."""

from __future__ import annotations

from headquarters.ratings.figures import MINIMUM_N
from headquarters.reports import model
from headquarters.reports import vietnamese as vi
from headquarters.reports.model import Cases, Figures, Kept, Part, Row
from headquarters.reports.periods import Kind

LEVELS = {3: "Rất hài lòng", 2: "Hài lòng", 1: "Chưa hài lòng"}


def at_beginning(text: str) -> str:
    """With a capital letter."""
    return text[:1].upper() + text[1:]


def opening(f: Figures) -> str:
    """Who reports what."""
    return (
        f"Thực hiện phương châm “5 biết, 3 thể hiện”, {f.place.full} báo cáo kết quả khảo sát mức"
        f" độ hài lòng của người dân, tổ chức tại Bộ phận Một cửa {_within(f)} như sau:"
    )


def _within(f: Figures) -> str:
    return f.period.name if f.period.kind is Kind.DAY else f"trong {f.period.name}"


def before(f: Figures) -> str:
    """The period before, in a sentence."""
    return f.period.before.reference(f.period)


def size(f: Figures) -> str:
    """N, participation, flagged taps."""
    return " ".join(part for part in (_ratings(f), _participation(f), _cut(f), _flagged(f)) if part)


def _ratings(f: Figures) -> str:
    if not f.tally.n:
        then = f" ({before(f)}: {vi.count(f.before.n)} lượt)" if f.before.n else ""
        return f"Trong kỳ không có lượt đánh giá nào{then}."
    if f.part and f.part.rated == f.tally.n:
        return (
            f"Trong kỳ có {vi.count(f.tally.n)} lượt đánh giá trên {vi.count(f.part.transactions)} lượt giao"
            f" dịch, {_share_of(f.part, f)}."
        )
    then = f" ({before(f)}: {vi.count(f.before.n)} lượt)" if f.before.n else ""
    return f"Trong kỳ có {vi.count(f.tally.n)} lượt đánh giá{then}."


def _share_of(part: Part, f: Figures) -> str:
    then = f" ({before(f)}: {vi.percent(f.part_before.share)})" if f.part_before else ""
    return f"tỷ lệ tham gia {vi.percent(part.share)}{then}"


def _participation(f: Figures) -> str:
    if f.part is None:
        return "Chưa có số liệu giao dịch nên chưa tính được tỷ lệ tham gia."
    if f.part.rated == f.tally.n and f.tally.n:
        return ""
    return (
        f"Trong những ngày có số liệu giao dịch, có {vi.count(f.part.rated)} lượt đánh giá trên"
        f" {vi.count(f.part.transactions)} lượt giao dịch, {_share_of(f.part, f)}."
    )


def _cut(f: Figures) -> str:
    if f.whole:
        return ""
    then = f"; kỳ trước được tính đến hết ngày {vi.day(f.before_until)}" if f.before.n else ""
    return f"Số liệu được tính đến hết ngày {vi.day(f.until)}{then}."


def _flagged(f: Figures) -> str:
    if not f.flagged.n:
        return "Không có lượt đánh giá nào bị gắn cờ." if f.tally.n else ""
    return (
        f"Số liệu không tính {vi.count(f.flagged.n)} lượt gắn cờ; kết quả có tính các lượt này được nêu tại"
        " Phụ lục."
    )


def satisfaction(f: Figures) -> str:
    """The shares and how they moved: the summary of the report."""
    if not f.tally.n:
        return "Không có số liệu để tính tỷ lệ hài lòng."
    if f.tally.n == 1:
        (level,) = (name for key, name in LEVELS.items() if f.tally.of(key))
        return f"Trong kỳ chỉ có 1 lượt đánh giá ({level.lower()}), chưa đủ cơ sở để nhận định."
    shares = f"Tỷ lệ chưa hài lòng là {vi.percent(f.tally.unhappy_share)}{_moved(f)}. {_satisfied(f)}"
    if f.tally.n < MINIMUM_N:
        return f"{shares} Số lượt đánh giá dưới {MINIMUM_N} nên chưa đủ cơ sở để nhận định."
    return f"{shares}{_chance(f)}"


def _moved(f: Figures) -> str:
    if not f.before.n or f.tally.n < MINIMUM_N:
        return ""
    if f.before.n < MINIMUM_N:
        return f" ({before(f)} có {vi.count(f.before.n)} lượt, dưới {MINIMUM_N} lượt nên không so sánh)"
    moved = vi.change(model.change(f.tally, f.before) or 0.0)
    return f", {moved} so với {before(f)}"


def _satisfied(f: Figures) -> str:
    found = f.tally.satisfied_interval
    if found is None:
        return ""
    return (
        f"Tỷ lệ hài lòng (gồm rất hài lòng và hài lòng) đạt {vi.percent(f.tally.satisfied_share)}, khoảng tin"
        f" cậy 95% từ {vi.percent(found.low)} đến {vi.percent(found.high)}."
    )


def _chance(f: Figures) -> str:
    """That a change may be none is said beside it; without enough to compare, why there is no change."""
    if not f.before.n:
        return f" Không có số liệu của {before(f)} để so sánh."
    if not f.comparable:
        return ""
    found = model.change_interval(f.tally, f.before)
    moved = vi.tenths(abs(model.change(f.tally, f.before) or 0.0)) != vi.tenths(0.0)
    if moved and found.low <= 0 <= found.high:
        return " Mức chênh lệch so với kỳ trước nằm trong khoảng dao động ngẫu nhiên của mẫu."
    return ""


def ends(rows: tuple[Row, ...], what: str) -> str:
    """Lowest and highest among those that may be compared, and how many may not. ``what``: "quầy"."""
    ranked = [row for row in rows if row.ranked]
    few = len(rows) - len(ranked)
    said = [_extremes(ranked)] if len(ranked) > 1 else []
    if len(ranked) == 1:
        (only,) = ranked
        said = [
            f"{_called(only)} có tỷ lệ chưa hài lòng {vi.percent(only.tally.unhappy_share)} ({_n(only)})."
        ]
    if few == 1:
        (one,) = (row for row in rows if not row.ranked)
        said.append(f"{_called(one)} có N dưới {MINIMUM_N} nên không so sánh.")
    elif few:
        said.append(f"Có {vi.count(few)} {what} có N dưới {MINIMUM_N} nên không so sánh.")
    return " ".join(said)


def _extremes(ranked: list[Row]) -> str:
    high, low = ranked[0], ranked[-1]
    if vi.tenths(high.tally.unhappy_share) == vi.tenths(low.tally.unhappy_share):
        return f"Tỷ lệ chưa hài lòng như nhau, {vi.percent(high.tally.unhappy_share)}."
    return (
        f"{_called(low)} có tỷ lệ chưa hài lòng thấp nhất ({vi.percent(low.tally.unhappy_share)}, {_n(low)}),"
        f" {_called(high)} cao nhất ({vi.percent(high.tally.unhappy_share)}, {_n(high)})."
    )


def _called(row: Row) -> str:
    return f"{row.name}, {row.note}" if row.note else row.name


def _n(row: Row) -> str:
    return f"N = {vi.count(row.tally.n)}"


def kept(found: tuple[Kept, ...]) -> str:
    """Which promises were missed most, which kept most."""
    missed = [one for one in found if one.missed]
    best = max(found, key=lambda one: one.kept)
    said = []
    if missed:
        said.append(
            f"điều người dân thấy chưa được thực hiện nhiều nhất là “{missed[0].name}”"
            f" ({vi.count(missed[0].missed)} lượt)"
        )
    if missed and best == missed[0] and best.kept:
        said.append(f"đây cũng là điều được ghi nhận nhiều nhất ({vi.count(best.kept)} lượt)")
    elif best.kept:
        said.append(f"điều được ghi nhận nhiều nhất là “{best.name}” ({vi.count(best.kept)} lượt)")
    return at_beginning("; ".join(said)) + "."


def reasons(found: tuple[Kept, ...]) -> str:
    """What those who were not satisfied named most."""
    missed = [one for one in found if one.missed]
    if not missed:
        return "Không có lượt chưa hài lòng nào nêu lý do."
    named = ", ".join(f"{one.name.lower()} ({vi.count(one.missed)} lượt)" for one in missed[:3])
    return f"Lý do chưa hài lòng được nêu nhiều nhất: {named}."


def cases(found: Cases | None) -> str:
    """What became of the cases."""
    if found is None:
        return "Trong kỳ không có phản ánh, kiến nghị nào được tiếp nhận thành vụ việc."
    kinds = ", ".join(f"{one.name.lower()} {vi.count(one.n)}" for one in found.kinds)
    parts = [f"đã trả lời {vi.count(found.answered)}"]
    if found.answered:
        parts[0] += f" (quá hạn {vi.count(found.late)})"
    if found.open:
        parts.append(f"đang xử lý {vi.count(found.open)} (quá hạn {vi.count(found.overdue)})")
    if found.referred:
        parts.append(f"chuyển cơ quan có thẩm quyền {vi.count(found.referred)}")
    said = f"Trong kỳ tiếp nhận {vi.count(found.received)} vụ việc ({kinds}): {', '.join(parts)}."
    return f"{said} {_answers(found)}".rstrip()


def _answers(found: Cases) -> str:
    rated = found.answers
    if not rated.n:
        return ""
    return (
        f"Người dân đã đánh giá {vi.count(rated.n)} câu trả lời: rất hài lòng {vi.count(rated.n3)}, hài lòng"
        f" {vi.count(rated.n2)}, chưa hài lòng {vi.count(rated.n1)}."
    )
