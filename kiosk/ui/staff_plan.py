"""What the staff page says of its figures: columns, rows and sentences, in the page's language. No Kivy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.hours import Hours
from kiosk.store.figures import Choice, Counts, DayFigures, FlaggedTap, total
from kiosk.survey import REASONS, SloganSet
from kiosk.ui.facts import Facts
from kiosk.ui.look import level_word, look, reason_word, t

ENOUGH = 30
"""Below this N a desk's share is not shown: one angry morning would look like a bad desk."""
TOGETHER_MIN = 2
"""Flagged taps of one kind this close together are told as one."""


@dataclass(frozen=True, slots=True)
class Column:
    """One bar. ``word`` stands in its place when there is none; ``mark``: what stands beside its foot."""

    label: str
    counts: Counts
    below: str = ""
    word: str = ""
    mark: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A desk: its counts, and what stands at the end of the line."""

    label: str
    counts: Counts
    share: str
    known: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A promise or reason and how often it was chosen."""

    label: str
    n: int


@dataclass(frozen=True, slots=True)
class Line:
    """A flagged tap, or a few of one kind."""

    time: str
    text: str


def number(value: int) -> str:
    return look.words.number(value)


def share(counts: Counts, level: int) -> str:
    """ "6,6%"; a dash when N is 0."""
    return look.words.percent(counts.share(level)) if counts.total else "–"


def happy(counts: Counts) -> str:
    """ "tỷ lệ hài lòng 92,6%" of levels 3 and 2."""
    return t("{share} satisfied", share=look.words.percent(counts.happy)) if counts.total else ""


def hour_columns(figures: DayFigures, flagged: bool, hours: Hours | None, least: int) -> list[Column]:
    """Every hour the office is open and every other that has ratings."""
    found = figures.by_hour(flagged)
    spans = hours.week[figures.day.weekday()] if hours else ()
    open_hours = {hour for span in spans for hour in range(span.opens // 60, -(-span.closes // 60))}
    shown = sorted(open_hours | {hour for hour, counts in found.items() if counts.total})
    if not found and not spans:
        return []
    return [_column(t("{hour}h", hour=hour), found.get(hour, Counts()), least) for hour in shown]


def _column(label: str, counts: Counts, least: int, **more: object) -> Column:
    if 0 < counts.total < least:
        return Column(label, Counts(), word=t("N < {n}", n=least), **more)  # type: ignore[arg-type]
    return Column(label, counts, **more)  # type: ignore[arg-type]


def day_columns(figures: DayFigures, flagged: bool, length: int, hours: Hours | None) -> list[Column]:
    """The last days; of seven each says its share of level 1, of thirty only some say their date."""
    columns = []
    for i, (day, apart) in enumerate(figures.span(length)):
        counts = apart.counts(flagged)
        this = day == figures.day
        if length > 7:
            named = (length - 1 - i) % 5 == 0
            columns.append(Column(f"{day:%d/%m}" if named else "", counts, strong=this))
            continue
        mark = look.words.percent(counts.share(1)).rstrip("%") if counts.total else ""
        word = t("closed") if not counts.total and hours and not hours.week[day.weekday()] else ""
        columns.append(Column(weekday(day), counts, f"{day:%d/%m}", word, mark, this))
    return columns


def weekday(day: date) -> str:
    """ "T2" … "CN"; "Mon" … "Sun"."""
    week = (t("Mon"), t("Tue"), t("Wed"), t("Thu"), t("Fri"), t("Sat"), t("Sun"))
    return week[day.weekday()]


def compared(figures: DayFigures, flagged: bool, length: int) -> tuple[str, str]:
    """The last days, and the same number of days before them."""
    now = total(apart for _, apart in figures.span(length)).counts(flagged)
    before = total(apart for _, apart in figures.span(length, length)).counts(flagged)
    return _period(t("These {n} days", n=length), now), _period(t("The {n} days before", n=length), before)


def _period(label: str, counts: Counts) -> str:
    if not counts.total:
        return t("{label}: no answers", label=label)
    return t(
        "{label}: **{n}** answers, **{share}** not satisfied",
        label=label, n=number(counts.total), share=share(counts, 1),
    )  # fmt: skip


def desk_rows(figures: DayFigures, flagged: bool, facts: Facts, least: int) -> list[Row]:
    """Desks in the order of the office's book; the busiest first where it has none."""
    names = desk_names(facts)
    order = {key: place for place, key in enumerate(names)}
    found = [(key, counts) for key, counts in figures.by_desk(flagged).items() if counts.total]
    found.sort(key=lambda pair: (order.get(pair[0], len(order)), -pair[1].total))
    return [_row(desk_name(facts, key), counts, least) for key, counts in found]


def _row(label: str, counts: Counts, least: int) -> Row:
    if counts.total < least:
        return Row(label, Counts(), t("N < {n}", n=least), False)
    known = counts.total >= ENOUGH
    return Row(label, counts, share(counts, 1) if known else t("N < {n}", n=ENOUGH), known)


def desk_names(facts: Facts) -> dict[str, str]:
    """Key → name; the tablet's own desk has no key."""
    return {"": facts.desk, **{desk.key: desk.name for desk in facts.book.desks}}


def desk_name(facts: Facts, key: str) -> str:
    return desk_names(facts).get(key, key)


def flagged_lines(figures: DayFigures, facts: Facts) -> list[Line]:
    """Neighbours of one kind together, in the order of the day."""
    groups: list[list[FlaggedTap]] = []
    for tap in figures.flagged:
        if groups and _alike(groups[-1][-1], tap):
            groups[-1].append(tap)
        else:
            groups.append([tap])
    return [_line(group, facts) for group in groups]


def _alike(one: FlaggedTap, other: FlaggedTap) -> bool:
    kind = (one.flags, one.level, one.desk) == (other.flags, other.level, other.desk)
    return kind and other.minute - one.minute <= TOGETHER_MIN


def _line(group: list[FlaggedTap], facts: Facts) -> Line:
    first = group[0]
    said = {
        "burst": t("many answers in a minute"),
        "streak": t("the same answer again and again"),
        "after_hours": t("outside opening hours"),
    }
    what = ", ".join(said.get(flag, flag) for flag in first.flags)
    text = t(
        "{n} × {level}: {what}, {desk}",
        n=number(len(group)), level=level_word(first.level), what=what, desk=desk_name(facts, first.desk),
    )  # fmt: skip
    return Line(clock(first.minute), text)


def clock(minute: int) -> str:
    """ "09:42"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def with_flagged(figures: DayFigures) -> str:
    """What the day would be with every tap counted."""
    counts = figures.whole.counts(flagged=True)
    return t(
        "With them: **{n} answers · {share} not satisfied**", n=number(counts.total), share=share(counts, 1)
    )


def mentions(
    choices: Iterable[Choice], good: bool, flagged: bool, name: Callable[[str], str], least: int
) -> list[Mention]:
    """What was chosen as good, or as missed, the most often first."""
    counts: dict[str, int] = {}
    for choice in choices:
        if choice.good == good and (flagged or not choice.flagged):
            counts[choice.key] = counts.get(choice.key, 0) + choice.n
    found = [Mention(name(key), n) for key, n in counts.items() if n >= least]
    return sorted(found, key=lambda mention: (-mention.n, mention.label))


def namer(facts: Facts) -> Callable[[str], str]:
    """Key of a promise or reason → its words; a key no longer in use stands for itself."""
    language = look.comfort.language
    names = {reason.key: reason_word(reason) for reason in REASONS}
    names |= {reason.key: reason.text(language) for reason in facts.book.reasons}
    names |= _promises(facts.slogans, language)
    return lambda key: names.get(key, key)


def _promises(slogans: SloganSet, language: str) -> dict[str, str]:
    return {p.key: (p.english or p.text) if language == "en" else p.text for p in slogans.promises}


def topic_word(topic: str) -> str:
    words = {"gop-y": t("Suggestion"), "khen-ngoi": t("Praise"), "phan-anh": t("Report or request")}
    return words.get(topic, topic)


def ticks(most: int) -> list[int]:
    """Round numbers up to the tallest bar, four at most."""
    steps = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    step = next(step for step in steps if most <= 4 * step)
    return list(range(step, most + 1, step))


def weeks(first: date) -> list[list[date | None]]:
    """The month of ``first`` as weeks from Monday; None: a day of another month."""
    start = first.replace(day=1)
    days: list[date | None] = [None] * start.weekday()
    while start.month == first.month:
        days.append(start)
        start += timedelta(days=1)
    days += [None] * (-len(days) % 7)
    return [days[i : i + 7] for i in range(0, len(days), 7)]


def month_name(day: date) -> str:
    return t("{month}/{year}", month=f"{day:%m}", year=day.year)


def tallest(columns: Sequence[Column]) -> int:
    return max((column.counts.total for column in columns), default=0)
