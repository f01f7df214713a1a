"""What is sealed on a tablet opens with headquarters' private key alone."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from sync import sealing
from sync.sealing import NoSealingKey

KEY = PrivateKey(bytes(range(32)))
PUBLIC = bytes(KEY.public_key).hex()


@given(st.binary(max_size=400))
def test_the_private_key_opens_it(plain: bytes) -> None:
    assert SealedBox(KEY).decrypt(base64.b64decode(sealing.seal(plain, PUBLIC), validate=True)) == plain


def test_no_other_key_opens_it() -> None:
    sealed = base64.b64decode(sealing.seal(b"0912 345 678", PUBLIC))
    with pytest.raises(CryptoError):
        SealedBox(PrivateKey(b"\x09" * 32)).decrypt(sealed)


def test_the_same_twice_cannot_be_told_to_be_the_same() -> None:
    first, second = sealing.seal(b"0912 345 678", PUBLIC), sealing.seal(b"0912 345 678", PUBLIC)
    assert first != second
    assert b"0912" not in base64.b64decode(first)


def test_the_key_has_a_short_name() -> None:
    assert sealing.key_id(PUBLIC) == sealing.key_id(PUBLIC.upper()) == "eedd883da0a94515"


@pytest.mark.parametrize("key", ["", "ab", "zz" * 32, PUBLIC + "00"])
def test_without_a_key_nothing_is_sealed(key: str) -> None:
    for use in (lambda: sealing.seal(b"x", key), lambda: sealing.key_id(key)):
        with pytest.raises(NoSealingKey):
            use()


def test_libsodium_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, sync.sealing; sys.exit('nacl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
