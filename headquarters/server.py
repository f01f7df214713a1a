"""gunicorn, configured here: threads, kept connections, bounded requests."""

from __future__ import annotations

import gc
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication

_OWN_LOGGERS = {"gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True}}


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from headquarters.wsgi import application

        return application


def _ready(_worker: object) -> None:
    from headquarters.ratings import settling

    calm_collector()
    settling.keep_settled()


def calm_collector() -> None:
    """What is loaded by now stays: a batch makes thousands of small objects, and the collector would look
    through all of Django after each few of them."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM; requests under way are finished first."""
    ours: dict[str, Any] = settings.LOGGING
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _Server(
        {
            "bind": address,
            "workers": workers,
            "threads": threads,
            "worker_class": "headquarters.patience.PatientWorker",
            "keepalive": 75,
            "timeout": 120,
            "graceful_timeout": 20,
            "limit_request_line": 4094,
            "post_worker_init": _ready,
            "accesslog": None,
            "loglevel": "warning",
            # gunicorn's own words go the way of ours, and lose the same: it names addresses with their codes.
            "logconfig_dict": {**ours, "loggers": {**ours["loggers"], **_OWN_LOGGERS}},
        }
    ).run()
