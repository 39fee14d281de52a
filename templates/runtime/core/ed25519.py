"""Verification of Ed25519 signatures (RFC 8032).

Everything here is public, so nothing depends on the time that it takes: some milliseconds a signature.
Points are in extended homogeneous coordinates.
"""

from __future__ import annotations

import hashlib
from typing import TypeAlias

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_SIZE = 32

Point: TypeAlias = tuple[int, int, int, int]
_NEUTRAL: Point = (0, 1, 1, 0)


def is_valid_signature(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of `message` by the owner of the public `key`."""
    if len(key) != _SIZE or len(signature) != 2 * _SIZE:
        return False
    owner, nonce = _point(key), _point(signature[:_SIZE])
    scalar = int.from_bytes(signature[_SIZE:], "little")
    if owner is None or nonce is None or scalar >= _ORDER:
        return False
    challenge = hashlib.sha512(signature[:_SIZE] + key + message).digest()
    expected = _add(nonce, _times(int.from_bytes(challenge, "little") % _ORDER, owner))
    return _equal(_times(scalar, _BASE), expected)


def _point(encoded: bytes) -> Point | None:
    """Return the point that 32 bytes stand for; None if they stand for none."""
    number = int.from_bytes(encoded, "little")
    y, is_odd = number & (1 << 255) - 1, number >> 255
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and is_odd):
        return None
    if x & 1 != is_odd:
        x = _P - x
    return x, y, 1, x * y % _P


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: Point) -> Point:
    result = _NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (one[1] * other[2] - other[1] * one[2]) % _P == 0


def _base() -> Point:
    found = _point((4 * pow(5, -1, _P) % _P).to_bytes(_SIZE, "little"))
    assert found is not None  # noqa: S101  a constant
    return found


_BASE = _base()
