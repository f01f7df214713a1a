"""Answers packed with gzip: offices hang on thin lines. The tablets' own API is left as it is."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

_PACKABLE = (".js", ".css", ".svg", ".ttf")
_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)


class PackedPages(GZipMiddleware):
    """Pages and tables only. Django adds random bytes, so that a secret cannot be guessed by the length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith("text/"):
            return response
        packed: HttpResponseBase = super().process_response(request, response)
        return packed


class PackedFiles(WhiteNoiseMiddleware):  # type: ignore[misc] # it has no types
    """WhiteNoise sends a packed twin only where one lies beside the file; here it is made at the first ask.

    So that there stays no building step that an upgrade could forget.
    """

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponseBase:
        plain: HttpResponseBase = WhiteNoiseMiddleware.serve(static_file, request)
        path = static_file.alternatives[0][1]
        if plain.status_code != 200 or not path.endswith(_PACKABLE):
            return plain
        if not _TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")):
            plain.headers["Vary"] = "Accept-Encoding"
            return plain
        return _packed_answer(plain, path, request.method == "HEAD")


def _packed_answer(plain: HttpResponseBase, path: str, head_only: bool) -> HttpResponse:
    body = _packed(path, Path(path).stat().st_mtime_ns)
    answer = HttpResponse(b"" if head_only else body)
    headers: dict[str, Any] = dict(plain.headers.items())
    plain.close()
    headers |= {"Content-Length": str(len(body)), "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    for name, value in headers.items():
        answer.headers[name] = value
    return answer


@lru_cache(maxsize=64)
def _packed(path: str, _changed_ns: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), compresslevel=9, mtime=0)
