"""Ed25519: the vectors of RFC 8032, section 7.1, and everything near them that is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.core.ed25519 import is_valid_signature
from schemaloom.emulator.ed25519 import public_key, sign

VECTORS = [
    line.split(":")
    for line in (
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60:"
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a::"
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe"
            "24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb:"
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c:72:"
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302ae"
            "eb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7:"
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025:af82:"
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28"
            "dc027beceea1ec40a"
        ),
    )
]


@pytest.mark.parametrize(("seed", "key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard(seed, key, message, signature):
    own, content, proof = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert (own, proof) == (public_key(bytes.fromhex(seed)), sign(bytes.fromhex(seed), content))
    assert is_valid_signature(own, content, proof)
    assert not is_valid_signature(own, content + b"x", proof)
    assert not is_valid_signature(bytes(32), content, proof)
    assert not is_valid_signature(own[:-1], content, proof)
    assert not is_valid_signature(own, content, proof[:-1])
    order = 2**252 + 27742317777372353535851937790883648493
    again = (int.from_bytes(proof[32:], "little") + order).to_bytes(32, "little")  # the same scalar, once around
    assert not is_valid_signature(own, content, proof[:32] + again)


@settings(max_examples=25, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=40), bit=st.integers(0, 511))
def test_a_signature_with_another_bit_is_refused(seed, message, bit):
    proof = sign(seed, message)
    assert is_valid_signature(public_key(seed), message, proof)
    changed = bytearray(proof)
    changed[bit // 8] ^= 1 << bit % 8
    assert not is_valid_signature(public_key(seed), message, bytes(changed))
