"""`CallOptions`: the options that `Client.with_options` adds to every call."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .json_document import JsonValue


class CallOptions(NamedTuple):
    """Additions to every call of a client."""

    headers: Mapping[str, str] = MappingProxyType({})
    """Sent to the API's origin alone; they cannot replace the key."""
    extra_body: Mapping[str, JsonValue] = MappingProxyType({})
    """Parameters beside those of a request, unchecked; where both name one, these win."""
    max_credits: float | None = None
    """A limit for the cost of a single job."""
