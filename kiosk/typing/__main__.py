"""``python -m kiosk.typing telex|vni``: keystrokes on stdin, text on stdout, line for line."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import BinaryIO

from kiosk.typing import Method, Style, type_line

_EPILOG = """\
Each line of stdin is a row of keys, each line of stdout the text they make; both are UTF-8, the text is NFC.
A line is answered as soon as it is read. The end of a line ends its last word.

examples:
  echo 'Tooi phair chowf laau.' | python -m kiosk.typing telex     Tôi phải chờ lâu.
  echo 'ho2a, thu3y' | python -m kiosk.typing vni --style new     hoà, thuỷ
  echo 'tieengs<' | python -m kiosk.typing telex --backspace      tiến

exit status: 0 all lines answered, 1 stdin is no UTF-8 or cannot be read or stdout cannot be written,
2 wrong arguments
"""


def main(argv: Sequence[str] | None = None) -> int:
    _speak_utf8()
    arguments = _parser().parse_args(argv)
    try:
        if sys.stdin is None or sys.stdout is None:
            raise OSError("stdin or stdout is closed")
        rubout = "<" if arguments.backspace else ""
        method, style = Method(arguments.method), Style(arguments.style)
        return _filter(sys.stdin.buffer, sys.stdout.buffer, method, style, rubout)
    except BrokenPipeError:
        _silence_stdout()
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"kiosk.typing: {error}", file=sys.stderr)
        _silence_stdout()
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kiosk.typing",
        description="Type Vietnamese: keystrokes in, text out.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("method", choices=["telex", "vni"], help="how marks and tones are typed")
    parser.add_argument(
        "--style",
        choices=[style.value for style in Style],
        default=Style.OLD.value,
        help="where oa, oe, uy carry the tone: old is hòa, thủy; new is hoà, thuỷ (default: %(default)s)",
    )
    parser.add_argument(
        "--backspace",
        action="store_true",
        help="the key < is a backspace: it removes one letter from the text",
    )
    return parser


def _filter(source: BinaryIO, sink: BinaryIO, method: Method, style: Style, rubout: str) -> int:
    for number, line in enumerate(source, start=1):
        body = line.rstrip(b"\r\n")
        try:
            keys = body.decode()
        except UnicodeDecodeError as error:
            place = f"line {number}, byte {error.start + 1}"
            print(f"kiosk.typing: stdin is not UTF-8 at {place}", file=sys.stderr)
            return 1
        sink.write(type_line(keys, method, style, rubout).encode() + (line[len(body) :] or b"\n"))
        sink.flush()
    return 0


def _speak_utf8() -> None:
    """The help has Vietnamese in it, and the terminal may believe it is in ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _silence_stdout() -> None:
    """Whoever read our output is gone: the interpreter must not complain about it when it exits."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
