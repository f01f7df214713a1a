"""``./bench``: prints every ratio with its aim."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks import (
    dashboards,
    drain,
    first_frame,
    indicators,
    ingest,
    keys,
    pages,
    reports,
    requests,
    staff,
    tap,
    touches,
    visits,
)  # fmt: skip
from benchmarks.figures import Figure

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "tap": tap.measure,
    "first-frame": first_frame.measure,
    "drain": drain.measure,
    "ingest": ingest.measure,
    "requests": requests.measure,
    "dashboards": dashboards.measure,
    "reports": reports.measure,
    "indicators": indicators.measure,
    "keys": keys.measure,
    "touches": touches.measure,
    "staff": staff.measure,
    "visits": visits.measure,
}

LONG: dict[str, Callable[[], list[Figure]]] = {
    "dashboards-long": dashboards.measure_long,
    "pages-long": pages.measure_long,
}
"""Only when named."""


def main() -> int:
    """Run the named benchmarks, or all."""
    every = BENCHMARKS | LONG
    parser = argparse.ArgumentParser(
        prog="./bench", description="Ratios against a limit or a peer, in one run."
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"which: {', '.join(every)} (default: all but {', '.join(LONG)})",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(every)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    figures: list[Figure] = []
    for name in arguments.names or BENCHMARKS:
        for figure in _measured(every[name]):
            figures.append(figure)
            if not arguments.json:
                print(figure.line(), flush=True)
    if arguments.json:
        print(json.dumps({figure.name: figure.as_json() for figure in figures}))
    return 0


def _measured(measure: Callable[[], list[Figure]]) -> list[Figure]:
    """In a process of its own: Django's settings and a window are set up once in a process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(measure).result()


if __name__ == "__main__":
    sys.exit(main())
