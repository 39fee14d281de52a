"""Ed25519 signatures: a vector of RFC 8032, what is near it, and a program without the library."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.paths import TEMPLATES

from runtime.core.ed25519 import load_verifier

KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
PROOF = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d"
    "291612bb0c00"
)


def test_the_signature_of_the_standard_is_valid():
    assert load_verifier()(KEY, b"r", PROOF)


@pytest.mark.parametrize(
    ("key", "message", "proof"),
    [
        (KEY, b"s", PROOF),
        (bytes(32), b"r", PROOF),
        (KEY[:-1], b"r", PROOF),
        (KEY, b"r", PROOF[:-1]),
        (KEY, b"r", bytes([PROOF[0] ^ 1]) + PROOF[1:]),
        (KEY, b"r", b""),
    ],
)
def test_anything_else_is_not(key, message, proof):
    assert not load_verifier()(key, message, proof)


def test_without_the_library_the_error_names_the_extra():
    program = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from runtime.core.ed25519 import load_verifier\n"
        "load_verifier()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(TEMPLATES)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert (
        "ConfigurationError: cryptography, which verifies the signature of callbacks, is not installed" in done.stderr
    )
