"""What Prometheus may know: how many tablets, how far behind, how full. No office, no tablet, no citizen.

Counted afresh at every look, so that any worker of any server answers the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import headquarters
from headquarters.operations import ready
from headquarters.privacy.models import Erasure, SubjectRequest
from headquarters.ratings import partitions
from headquarters.ratings.models import Alarm, Quarantine
from headquarters.tablets.models import Install, Tablet

SILENT = dt.timedelta(minutes=30)
"""A tablet speaks every 15 minutes; two words missed."""


def text() -> bytes:
    """All of it, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Headquarters())
    return generate_latest(registry)


class _Headquarters(Collector):
    def collect(self) -> Iterable[Metric]:
        yield _gauge("info", "The program that answers.", 1, {"version": headquarters.__version__})
        yield from _tablets()
        events = Install.objects.aggregate(n=Sum("contiguous_seq"))["n"] or 0
        yield _gauge("events_received", "Events of tablets that are here without a gap.", events)
        yield _gauge("quarantined_events", "Events set aside at headquarters.", Quarantine.objects.count())
        yield _gauge("alarms", "Alarms kept, of every kind.", Alarm.objects.count())
        yield _gauge(
            "default_partition_rows", "Events with an odd clock (PostgreSQL).", partitions.rows_in_default()
        )
        yield _gauge("erased_events", "Events erased by law.", Erasure.objects.count())
        late = SubjectRequest.objects.filter(closed_at=None, done_by__lt=timezone.localdate())
        yield _gauge("subject_requests_late", "Requests about personal data beyond their term.", late.count())
        yield _gauge("disk_free_bytes", "Free space where the data folder is.", ready.free_bytes())


def _tablets() -> Iterable[Metric]:
    now, enrolled = timezone.now(), Tablet.objects.filter(revoked_at=None)
    silent = enrolled.exclude(last_seen__gte=now - SILENT)
    states = {
        "enrolled": enrolled.count(),
        "silent": silent.count(),
        "chain_broken": Install.objects.filter(chain_broken=True).values("tablet").distinct().count(),
    }
    family = GaugeMetricFamily("headquarters_tablets", "Tablets by state.", labels=["state"])
    for state, count in states.items():
        family.add_metric([state], count)
    yield family
    waits = enrolled.aggregate(n=Sum("pending"), seen=Max("last_seen"))
    yield _gauge("pending_events", "Events that wait on tablets, by their last word.", waits["n"] or 0)
    age = (now - waits["seen"]).total_seconds() if waits["seen"] else -1
    yield _gauge("last_word_age_seconds", "Since the last word of any tablet; -1: never.", age)


def _gauge(name: str, text: str, value: float, labels: dict[str, str] | None = None) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"headquarters_{name}", text, labels=list(labels or {}))
    family.add_metric(list((labels or {}).values()), value)
    return family
