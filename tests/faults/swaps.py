"""What the tests of a configuration's swap share: documents of their own key, a tablet that goes by them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.configuration import Configured
from kiosk.granting import Known
from kiosk.settings import Settings, load_settings
from sync.configuration import Configuration, Document, encode_payload, sign
from sync.signing import Signer
from sync.wishes import Wishes

NOW, NEXT, STRANGER = (Signer(bytes([place]) * 32) for place in (1, 2, 3))
KNOWN = Known(("binh-duong-2023",), ("vi", "en"), ("thoi-gian",))
TABLET = "7d0e2f7a-0000-4000-8000-0000000000aa"
HOME = "https://cu.example.vn"
IDLE_S = 30.0
YAML = """\
tablet: {{name: TDM-Q3}}
office: {{name: UBND, unit: "Một cửa", desk: "Quầy 3"}}
slogans: binh-duong-2023
headquarters: {{address: "{address}"}}
times: {{idle_s: 30}}
"""


def document(
    version: int, key: Signer = NOW, tablet: str = TABLET, next_key: str = "", **wishes: Any
) -> Document:
    """What headquarters would sign."""
    said = Configuration(
        version=version, tablet_id=tablet, issued_ms=1_700_000_000_000, next_key=next_key,
        wishes=Wishes(**wishes),
    )  # fmt: skip
    return sign(encode_payload(said), key.key_id, key.sign)


def settings(folder: Path, address: str = HOME) -> Settings:
    """What config.yaml in ``folder`` says; all else is kept in ``folder/data``."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.yaml"
    file.write_text(YAML.format(address=address), encoding="utf-8")
    return load_settings(file, KNOWN.slogans, folder / "data")


def begin(base: Settings, tablet: str = TABLET, now_s: Callable[[], float] = lambda: 0.0) -> Configured:
    """The program begins."""
    return Configured(base, KNOWN, tablet_id=tablet, config_key=NOW.public_key.hex(), now_s=now_s)
