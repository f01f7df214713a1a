"""What is logged says where it went wrong and nothing that a citizen typed or scanned."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest
from django.db import DataError, OperationalError

from headquarters.operations.logs import Json, Line

pytestmark = pytest.mark.screen_only
SECRET = "Nguyễn Thị Hoa 0912345678"


def logged(
    formatter: logging.Formatter, message: str, *values: object, error: BaseException | None = None
) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.Logger("a")
    logger.addHandler(handler)
    try:
        if error is not None:
            raise error
        logger.warning(message, *values)
    except BaseException:
        logger.error(message, *values, exc_info=sys.exc_info())
    return stream.getvalue()


BOTH = pytest.mark.parametrize("formatter", [Line(), Json()], ids=["line", "json"])


@BOTH
@pytest.mark.parametrize(
    ("message", "values", "stays"),
    [
        ("Internal Server Error: %s", ("/p/AB12SECRETTOKEN/cam-on",), "/p/…"),
        ("Not Found: %s", ("/TRA-CUU/4K7PX-V2M9H-RT3C7",), "/TRA-CUU/…"),
        ("Error handling request %s", ("/tra-cuu?ma=4K7PX-V2M9H-RT3C7",), "/tra-cuu?…"),
        ("bad %s", ("/comments/?q=V2M9H&x=SECRETTOKEN",), "/comments/?…"),
    ],
)
def test_codes_and_queries_are_left_out(
    formatter: logging.Formatter, message: str, values: tuple[str, ...], stays: str
) -> None:
    text = logged(formatter, message, *values)
    assert stays in text
    assert "V2M9H" not in text
    assert "SECRETTOKEN" not in text


@BOTH
def test_an_error_is_told_by_kind_and_place_not_by_its_words(formatter: logging.Formatter) -> None:
    inner = ValueError(f"cannot read {SECRET}")
    for error in (ValueError(SECRET), KeyError(SECRET), DataError(f"value '{SECRET}' too long")):
        error.__cause__ = inner
        text = logged(formatter, "it failed", error=error)
        assert type(error).__name__ in text
        assert "test_logs.py" in text
        assert "Hoa" not in text
        assert "Nguy" not in text, "not escaped either"


@BOTH
def test_what_the_machine_says_is_kept(formatter: logging.Formatter) -> None:
    assert "disk full" in logged(formatter, "it failed", error=OSError(28, "disk full"))
    assert "refused" in logged(formatter, "it failed", error=OperationalError("connection refused"))


def test_a_line_of_json_is_one_line_that_parses() -> None:
    text = logged(Json(), "hai\ndòng %s", "Ẳ", error=OSError(28, "disk full"))
    found = json.loads(text)
    assert text.count("\n") == 1
    assert (found["level"], found["logger"], found["message"]) == ("error", "a", "hai\ndòng Ẳ")
    assert found["error"].startswith("OSError")
