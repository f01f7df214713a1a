"""What counts as a whole request, before a thread is given to it."""

from __future__ import annotations

import pytest

from headquarters.patience import LARGEST, LONGEST_HEAD, wants_word, whole

HEAD = b"POST /api/v1/batches HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (HEAD + b"Content-Length: 5\r\n\r\nabcd", False),
        (HEAD + b"Content-Length: 5\r\n\r\nabcde", True),
        (HEAD + b"content-length:5\r\n\r\nabc", False),
        (HEAD + b"X-Content-Length: 5\r\n\r\n", True),
        (HEAD + b"X: content-length: 5\r\n\r\n", True),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", False),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", True),
        # What no server could read is for the thread to refuse.
        (HEAD + b"Content-Length: many\r\n\r\n", True),
        (HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", True),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (LARGEST + 1), True),
        (b"a" * (LONGEST_HEAD + 1), True),
    ],
)
def test_a_request_is_whole(data: bytes, expected: bool) -> None:
    assert whole(data) is expected


def test_who_waits_for_a_word_gets_it_once_the_head_is_there() -> None:
    head = HEAD + b"Expect: 100-Continue\r\nContent-Length: 5\r\n"
    assert not wants_word(head)
    assert wants_word(head + b"\r\n")
    assert not wants_word(HEAD + b"Content-Length: 5\r\n\r\n")
