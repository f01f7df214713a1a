"""Commands about reports."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from headquarters.commands import Adder, CommandError

_FORMS = ("docx", "pdf", "xlsx")
KINDS = ("day", "week", "month", "quarter", "6-months", "9-months", "year")
"""Those of reports.periods, which may not be read before Django is set up."""
_OF = """\
A period, by its kind: day 2026-11-05, week 2026-W45, month 2026-11, quarter 2026-Q3,
6-months, 9-months and year 2026."""


def add(commands: Any, adder: Adder) -> None:
    """Every command of this room, with its arguments. Run behind ``django.setup()``."""
    made = adder(
        commands,
        "report",
        report,
        "write the report on satisfaction of an office and all below it into a file, figures of now;\n"
        "nothing is kept at headquarters but a line in the audit log",
    )
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.epilog = _OF
    made.add_argument("--office", required=True, metavar="CODE", help="the office's code, such as 26740")
    made.add_argument("--kind", required=True, choices=KINDS, help="what kind of period")
    made.add_argument("--of", required=True, metavar="PERIOD", help="which one, such as 2026-Q3; see below")
    made.add_argument(
        "--format", choices=_FORMS, help="kind of file (default: what the file's name ends with)"
    )
    made.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help="where to; an existing file is replaced"
    )


def report(arguments: argparse.Namespace) -> int:
    """One file."""
    from django.utils import timezone

    from headquarters.audit.log import record
    from headquarters.documents import letterheads
    from headquarters.offices.models import Office
    from headquarters.reports import building, gather, periods
    from headquarters.reports.model import Texts
    from headquarters.reports.models import File

    form = arguments.format or arguments.out.suffix.removeprefix(".").lower()
    if form not in _FORMS:
        raise CommandError(f"{arguments.out}: which format? Say --format {', '.join(_FORMS)}")
    office = Office.objects.filter(code=arguments.office).first()
    if office is None:
        raise CommandError(f"there is no office with the code {arguments.office}")
    try:
        period = periods.named(periods.Kind(arguments.kind), arguments.of)
        figures = gather.figures(office, period, timezone.localdate())
    except ValueError as error:
        raise CommandError(f"--of: {error}") from error
    except gather.TooEarly as error:
        raise CommandError(f"--of: {arguments.of} has not begun; there is nothing to count yet") from error
    texts = Texts(receivers="\n".join(letterheads.receivers_of(office)))
    content = building.one(File.Form(form), figures, texts, office)
    arguments.out.write_bytes(content)
    record(None, "export.file", arguments.out.name, office_id=office.pk, detail=f"{office}, {period.name}")
    print(f"{arguments.out}: {len(content)} bytes, N = {figures.tally.n}.")
    return 0
