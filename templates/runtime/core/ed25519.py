"""Verification of Ed25519 signatures (RFC 8032) by the library cryptography, which the extra ``webhooks`` brings."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from .errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    Verifier: TypeAlias = Callable[[bytes, bytes, bytes], bool]
    """Whether, by the public key, a message has a signature: the three in this order."""


class _PublicKey(Protocol):
    """The part of the library's class that is used here; this module is imported and type-checked without it."""

    def verify(self, signature: bytes, data: bytes, /) -> None: ...


def load_verifier() -> Verifier:
    """Return the function that verifies a signature.  Raises `ConfigurationError` if the library is not installed."""
    try:
        algorithm = import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
        invalid = cast("type[Exception]", import_module("cryptography.exceptions").InvalidSignature)
    except ModuleNotFoundError:
        raise ConfigurationError(
            "cryptography, which verifies the signature of callbacks, is not installed; "
            "install this package with its extra `webhooks`"
        ) from None
    read_key = cast("Callable[[bytes], _PublicKey]", algorithm.Ed25519PublicKey.from_public_bytes)

    def is_valid(key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            read_key(key).verify(signature, message)
        except (invalid, ValueError):  # a key of another length, among others
            return False
        return True

    return is_valid
