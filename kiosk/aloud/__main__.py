"""``python -m kiosk.aloud``: what an office needs to record its own voice and to try it out."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.aloud import Voice, key_of, prompt, spoken
from kiosk.aloud.recordings import Recordings
from kiosk.survey import SloganError, load_slogans

ASSETS = Path(__file__).resolve().parents[2] / "assets"

_EPILOG = """\
examples:
  python -m kiosk.aloud names vi --slogans binh-duong-2023     file names and the words to record
  python -m kiosk.aloud check                                  look over assets/sounds
  echo 'UBND phường 5' | python -m kiosk.aloud words vi        Ủy ban nhân dân phường năm
  echo 'Xin chào Ông/Bà' | python -m kiosk.aloud say vi        through the loudspeaker

exit status: 0 well, 1 a recording cannot be used or nothing can be heard, 2 wrong arguments
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the four jobs."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.job(arguments))
    except (SloganError, FileNotFoundError) as error:
        print(f"kiosk.aloud: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kiosk.aloud",
        description="Recordings and speech of the tablet.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    jobs = parser.add_subparsers(required=True)
    names = jobs.add_parser("names", help="list file names and the words to record")
    names.add_argument("language")
    names.add_argument("--slogans", help="also the promises of this set")
    names.set_defaults(job=_names)
    check = jobs.add_parser("check", help="say which recordings can be used")
    check.add_argument("directory", nargs="?", type=Path, default=ASSETS / "sounds")
    check.set_defaults(job=_check)
    words = jobs.add_parser("words", help="stdin, line by line, as it would be said")
    words.add_argument("language")
    words.set_defaults(job=_words)
    say = jobs.add_parser("say", help="say stdin")
    say.add_argument("language")
    say.add_argument("--program", default="espeak-ng")
    say.set_defaults(job=_say)
    return parser


def _names(arguments: argparse.Namespace) -> int:
    texts = [*_catalogue(arguments.language)]
    if arguments.slogans:
        slogans = load_slogans(ASSETS / "slogans", arguments.slogans)
        for promise in slogans.promises:
            texts.append(promise.text if arguments.language == "vi" else promise.english)
    for text in dict.fromkeys(texts):
        if key_of(text):
            print(f"{arguments.language}/{key_of(text)}.wav\t{' '.join(text.split())}")
    return 0


def _catalogue(language: str) -> Iterator[str]:
    """Words that never change; those with a number or a name in them are left to espeak-ng."""
    from babel.messages.pofile import read_po

    with (ASSETS / "locale" / language / "LC_MESSAGES" / "kiosk.po").open("rb") as file:
        for message in read_po(file):
            text = str(message.string or message.id)
            if message.id and "{" not in text:
                yield text


def _check(arguments: argparse.Namespace) -> int:
    named = Recordings(arguments.directory).named()
    for path, trouble in named:
        print(f"{path.parent.name}/{path.name}: {trouble or 'good'}")
    if not named:
        print(f"{arguments.directory}: no recordings")
    return 1 if any(trouble for _, trouble in named) else 0


def _words(arguments: argparse.Namespace) -> int:
    for line in sys.stdin:
        print(spoken(line, arguments.language))
    return 0


def _say(arguments: argparse.Namespace) -> int:
    voice = Voice(ASSETS / "sounds", arguments.program)
    try:
        voice.say([prompt(line, arguments.language) for line in sys.stdin if line.strip()])
        while voice.speaking:
            time.sleep(0.05)
        return 0 if voice.available(arguments.language) else 1
    finally:
        voice.close()


if __name__ == "__main__":
    sys.exit(main())
