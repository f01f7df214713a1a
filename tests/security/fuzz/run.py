"""Runs one target under libFuzzer (atheris): coverage leads it, golden files begin it.

``-max_total_time=600`` looks for ten minutes, ``-runs=3000 -seed=1`` a fixed number. A finding is an
exception that the target does not declare, more than 5 s of the processor for one input (or two minutes by
the clock), or more than 1 GB of memory.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

LIMITS = ("-timeout=120", "-rss_limit_mb=1024", "-max_len=65536", "-print_final_stats=1")
CORPUS = "KIOSK_FUZZ_CORPUS"
"""A folder that keeps what was found interesting from one run to the next."""


def django_ready() -> None:
    """Headquarters' code without a database: its settings want a data folder."""
    os.environ["HEADQUARTERS_DATA"] = tempfile.mkdtemp(prefix="fuzz-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headquarters.settings")
    import django

    django.setup()


MOST_S = 5.0


def run(once: Callable[[bytes], None], seeds: Sequence[bytes]) -> None:
    """Fuzz until libFuzzer's own limits end it; never returns."""
    import atheris

    kept = os.environ.get(CORPUS)
    folder = Path(kept) / Path(sys.argv[0]).stem if kept else Path(tempfile.mkdtemp(prefix="corpus-"))
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number:03}").write_bytes(seed)
    own = [word for word in sys.argv[1:] if word.startswith("-")]
    found = Path(tempfile.gettempdir()) / f"found-{Path(sys.argv[0]).stem}-"
    atheris.Setup([sys.argv[0], *LIMITS, f"-artifact_prefix={found}", *own, str(folder)], _timed(once))
    atheris.Fuzz()


def _timed(once: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """By the processor's time: a machine that is busy with other things finds nothing out."""

    def timed(data: bytes) -> None:
        began = time.process_time()
        once(data)
        assert time.process_time() - began < MOST_S, "far too slow"

    return timed
