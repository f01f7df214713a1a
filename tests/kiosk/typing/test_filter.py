"""``python -m kiosk.typing`` as a shell uses it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "kiosk.typing"]
# An unbuffered interpreter would hide a missing flush.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def run(*arguments: str, keys: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=keys,
        capture_output=True,
        cwd=ROOT,
        env={**BUFFERED, **env},
        timeout=30,
    )


def test_a_line_of_keys_gives_a_line_of_text() -> None:
    done = run("telex", keys="Tooi phair chowf laau.\n\nCamr own ạ".encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == "Tôi phải chờ lâu.\n\nCảm ơn ạ\n"


def test_vni_style_and_backspace() -> None:
    assert run("vni", "--style", "new", keys=b"ho2a thu3y\n").stdout.decode() == "hoà thuỷ\n"
    assert run("telex", "--backspace", keys=b"tieengs<\n<<aas\n").stdout.decode() == "tiến\nấ\n"
    assert run("telex", keys=b"as<\n").stdout.decode() == "á<\n"


def test_line_ends_of_windows_are_kept() -> None:
    assert run("telex", keys=b"as\r\nees\r\n").stdout == "á\r\nế\r\n".encode()


def test_utf8_whatever_the_terminal_believes() -> None:
    plain = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    assert run("telex", keys="đs as".encode(), **plain).stdout.decode() == "đs á\n"
    assert "tôi" in run("--help", **plain).stdout.decode().lower()


def test_it_answers_while_the_pipe_is_open() -> None:
    with subprocess.Popen(
        [*COMMAND, "telex"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for keys, text in [(b"as\n", "á\n"), (b"ees\n", "ế\n")]:
            process.stdin.write(keys)
            process.stdin.flush()
            assert select.select([process.stdout], [], [], 10)[0], "no answer"
            assert process.stdout.readline().decode() == text
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.mark.parametrize("arguments", [[], ["dvorak"], ["telex", "--style", "mid"], ["telex", "--nothing"]])
def test_wrong_arguments_are_said_without_a_traceback(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert b"usage: python -m kiosk.typing" in done.stderr
    assert b"Traceback" not in done.stderr


def test_bytes_that_are_no_utf8_are_named_by_their_place() -> None:
    done = run("telex", keys=b"as\nab\xff\n")
    assert (done.returncode, done.stdout.decode()) == (1, "á\n")
    assert done.stderr.decode().strip() == "kiosk.typing: stdin is not UTF-8 at line 2, byte 3"


def test_a_reader_that_goes_away_is_no_error() -> None:
    line = f"yes tieengs | head -20000 | ({' '.join(COMMAND)} telex; echo $? >&2) | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, cwd=ROOT, env=BUFFERED, timeout=60)
    assert done.stdout.decode() == "tiếng\n"
    assert done.stderr.decode() == "0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_an_error_without_a_traceback() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "telex"],
            input=b"as\n",
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=BUFFERED,
            timeout=30,
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"kiosk.typing: ")


def test_help_names_every_option() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert all(
        word in done.stdout.decode() for word in ["telex", "vni", "--style", "--backspace", "exit status"]
    )


def test_neither_kivy_nor_anything_else_is_loaded() -> None:
    code = (
        "import sys; before = set(sys.modules); import kiosk.typing.__main__; "
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, timeout=30)
    assert done.stdout.decode().strip() == "['kiosk']"
