"""What `Client.with_options` changes for the calls made through its result."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from .errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .context import Context
    from .json_document import JsonValue


class CallOptions(NamedTuple):
    """Additions to every call of a client."""

    headers: Mapping[str, str] = MappingProxyType({})
    """Sent to the API's origin alone; they cannot replace the key."""
    extra_body: Mapping[str, JsonValue] = MappingProxyType({})
    """Parameters beside those of a request, unchecked; where both name one, these win."""
    max_credits: float | None = None
    """What a single job may cost."""


def capped(context: Context, max_credits: float | None) -> Context:
    """`context` for a call that may cost no more than `max_credits`; ``None`` sets no other limit."""
    if max_credits is None:
        return context
    return with_options(context, timeout=None, headers=None, retries=None, extra_body=None, max_credits=max_credits)


def with_options(
    context: Context,
    *,
    timeout: float | None,
    headers: Mapping[str, str] | None,
    retries: int | None,
    extra_body: Mapping[str, JsonValue] | None,
    max_credits: float | None,
) -> Context:
    """`context` with some things changed; its pace, budget and key stay shared.

    Raises `ConfigurationError` for what cannot be meant.
    """
    if timeout is not None and not timeout > 0:
        raise ConfigurationError(f"timeout is a number of seconds above 0, not {timeout!r}")
    if retries is not None and retries < 0:
        raise ConfigurationError(f"retries cannot be {retries!r}")
    before = context.options
    return context._replace(
        timeout=context.timeout if timeout is None else timeout,
        retries=context.retries if retries is None else context.retries._replace(attempts=retries + 1),
        options=CallOptions(
            headers={**before.headers, **{name.lower(): value for name, value in (headers or {}).items()}},
            extra_body={**before.extra_body, **(extra_body or {})},
            max_credits=before.max_credits if max_credits is None else max_credits,
        ),
    )
