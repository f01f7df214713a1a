"""Batches of one event on 16 kept connections, each another tablet's, as on a quiet day."""

from __future__ import annotations

import http.client
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks import ingest
from benchmarks.figures import Figure
from scripts.stage import PYTHON, free_port, wait_for
from sync.contract import BATCH_PATH

CONNECTIONS, EACH, WARMING = 16, 120, 20
OFFICES = 4
AIM = 700.0

Request = tuple[bytes, dict[str, str]]


def measure() -> list[Figure]:
    """Requests a second, from the first that is sent to the last that is answered. The clients, in this
    process, are on the same machine."""
    with ingest.headquarters():
        queues = [_queue(desk) for desk in _desks()]
        port = free_port()
        command = [
            PYTHON,
            "-m",
            "headquarters",
            "serve",
            "--port",
            str(port),
            "--workers",
            "2",
            "--threads",
            "8",
        ]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: _answers(port), "the server", 240)
            with ThreadPoolExecutor(CONNECTIONS) as clients:
                list(clients.map(lambda queue: _send(port, queue[:WARMING]), queues))
                began = time.perf_counter()
                list(clients.map(lambda queue: _send(port, queue[WARMING:]), queues))
                rate = CONNECTIONS * EACH / (time.perf_counter() - began)
        finally:
            server.terminate()
            server.wait(30)
    return [Figure("batches of one event", rate, AIM, "requests/s", "700 a second", 1, at_most=False)]


def _desks() -> list[Any]:
    from headquarters.offices.models import Desk, Office

    offices = [Office.objects.create(code=f"{n:05}", name=f"Xã {n}") for n in range(OFFICES)]
    return [Desk.objects.create(office=offices[n % OFFICES], name=f"Quầy {n}") for n in range(CONNECTIONS)]


def _queue(desk: Any) -> list[Request]:
    from tests.support import body_of

    tablet, found = ingest.enrolled(desk), []
    for _ in range(WARMING + EACH):
        body = body_of(tablet.batch([tablet.rating(3)]))
        found.append((body, tablet.headers(body)))
    return found


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/api/v1/health")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def _send(port: int, queue: list[Request]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body, headers in queue:
        connection.request("POST", BATCH_PATH, body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    connection.close()
