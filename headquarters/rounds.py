"""Work that is done again and again. A room takes part as a receiver (in its apps.py); the commands ``watch``
and ``chores`` send. A receiver gets ``now`` and answers in a few words what it did, "" for nothing."""

from __future__ import annotations

import datetime as dt

from django.dispatch import Signal

each_round = Signal()
"""Every half a minute or so; must be quick where there is nothing to do."""
each_night = Signal()


def go(signal: Signal, now: dt.datetime) -> list[str]:
    """Let everybody do their part; what they did."""
    answers = signal.send(sender=None, now=now)
    return [str(answer) for _receiver, answer in answers if answer]
