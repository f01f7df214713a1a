from __future__ import annotations

import datetime as dt

from django.apps import AppConfig


def draft_due(sender: object, now: dt.datetime, **_named: object) -> str:
    """Heard by headquarters.rounds: drafts of reports that will be due soon."""
    from headquarters.reports import schedule

    made = schedule.draft(now)
    return f"{made} reports drafted" if made else ""


class ReportsConfig(AppConfig):
    name = "headquarters.reports"
    label = "reports"

    def ready(self) -> None:
        from headquarters import rounds

        rounds.each_round.connect(draft_due, dispatch_uid="reports.draft_due")
