"""Ed25519 signatures (RFC 8032) of the emulator's webhooks, by a key that guards nothing."""

from __future__ import annotations

import hashlib

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_BASE = (
    15112221349535400772501151409588531511454012693041857206046113283949847762202,
    46316835694926478169428394003475163141307993866256225615783033603165251855960,
)


def public_key(seed: bytes) -> bytes:
    """Return the public key of a secret `seed` of 32 bytes."""
    return _encode(_times(_scalar(seed), _BASE))


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the signature of `message`."""
    secret = _scalar(seed)
    nonce = _number(hashlib.sha512(seed).digest()[32:] + message)
    start = _encode(_times(nonce, _BASE))
    challenge = _number(start + public_key(seed) + message)
    return start + ((nonce + challenge * secret) % _ORDER).to_bytes(32, "little")


def _scalar(seed: bytes) -> int:
    half = bytearray(hashlib.sha512(seed).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    return int.from_bytes(half, "little")


def _number(content: bytes) -> int:
    return int.from_bytes(hashlib.sha512(content).digest(), "little") % _ORDER


def _times(scalar: int, point: tuple[int, int]) -> tuple[int, int]:
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """Return the sum of two points of the twisted Edwards curve."""
    (x1, y1), (x2, y2) = one, other
    shared = _D * x1 * x2 * y1 * y2
    return (
        (x1 * y2 + x2 * y1) * pow(1 + shared, -1, _P) % _P,
        (y1 * y2 + x1 * x2) * pow(1 - shared, -1, _P) % _P,
    )


def _encode(point: tuple[int, int]) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")
