"""`Context`: settings and state that every operation of one client shares."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from .budget import Budget
from .checks import check_amount, check_count, check_headers, check_json_object, check_path, check_seconds, check_type
from .clock import CLOCK
from .credential import Credential
from .deadline import Deadline
from .errors import ConfigurationError
from .fork import import_before_fork
from .hooks import Hooks
from .interrupted import InterruptedJobs
from .options import CallOptions
from .poll_registry import PollRegistry
from .rate_limiter import RateLimiter
from .retry_policy import RetryPolicy
from .urls import Origin, checked_base_url, is_loopback, join, move, origin, rebase, resolve

if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping

    from .clock import Clock
    from .json_document import JsonValue
    from .ledger import Ledger
    from .profile import Profile


class Context(NamedTuple):
    """The fixed settings of one client, and the state its threads or tasks have in common."""

    profile: Profile
    base_url: str
    credential: Credential
    timeout: float
    """Seconds one HTTP exchange may take."""
    connect_timeout: float
    """Seconds reaching the server may take."""
    retries: RetryPolicy
    clock: Clock
    limiter: RateLimiter
    budget: Budget
    hooks: Hooks
    options: CallOptions
    ledger: Ledger | None
    poll_registry: PollRegistry
    interrupted: InterruptedJobs
    unknown_statuses: set[str]
    """Those already warned about."""
    live_schemas: dict[str, tuple[JsonValue, JsonValue]]
    """By model id: the document and the schema in it, as the API served them last."""
    uploads: dict[str, tuple[str, float]]
    """By media type and digest of a content: its URL, and the time of its upload."""
    webhook_keys: dict[str, tuple[tuple[bytes, ...], float]]
    """By the URL of a key set: its keys, and the time of its fetch."""
    uploading: dict[str, object]
    """By process and the same: the upload that is under way."""

    @property
    def user_agent(self) -> str:
        """Distribution and version, without anything about the caller's machine."""
        return f"{self.profile.package.distribution}/{self.profile.version}"

    @property
    def log(self) -> logging.Logger:
        """The package's own."""
        return _logger(self.profile.package.module)

    @property
    def origin(self) -> Origin | None:
        """The API's origin."""
        return origin(self.base_url)

    @property
    def direct_host(self) -> str:
        """The API's host if it is this machine, which no proxy reaches; else empty."""
        host = self.origin.host if self.origin else ""
        return (f"[{host}]" if ":" in host else host) if is_loopback(host) else ""

    def trusts(self, url: str) -> bool:
        """Whether the key may be sent to `url`: it is of the API's origin, or of another that the provider declares.

        A base URL that the caller gave replaces all of them.
        """
        place = origin(url)
        if place is None or place == self.origin:
            return place is not None
        api = self.profile.api
        return self.base_url == api.base_url.rstrip("/") and place in map(origin, api.origins)

    def deadline(self, seconds: float | None) -> Deadline:
        """`seconds` from now; ``None`` means never."""
        return Deadline(seconds, clock=self.clock)

    def with_options(
        self,
        *,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
        retries: int | None = None,
        extra_body: Mapping[str, JsonValue] | None = None,
        max_credits: float | None = None,
    ) -> Context:
        """Return a copy with other options; rate limiter, budget and key stay shared.

        Raises `ConfigurationError` for a value that cannot be right.
        """
        check_seconds("timeout", timeout)
        check_count("retries", retries, least=0)
        check_amount("max_credits", max_credits)
        if headers is not None:
            check_headers(headers)
        if extra_body is not None:
            check_json_object("extra_body", extra_body)
        before = self.options
        return self._replace(
            timeout=self.timeout if timeout is None else timeout,
            retries=self.retries if retries is None else self.retries._replace(attempts=retries + 1),
            options=CallOptions(
                headers={**before.headers, **{name.lower(): value for name, value in (headers or {}).items()}},
                extra_body={**before.extra_body, **(extra_body or {})},
                max_credits=before.max_credits if max_credits is None else max_credits,
            ),
        )

    def with_max_credits(self, max_credits: float | None) -> Context:
        """Return a copy for a call that may cost at most `max_credits`; ``None`` sets no further limit."""
        return self if max_credits is None else self.with_options(max_credits=max_credits)

    def close(self) -> None:
        """Close the ledger."""
        if self.ledger is not None:
            self.ledger.close()

    def on_api_origin(self, url: str | None) -> str | None:
        """`url` moved to an overridden base URL; ``None`` if its origin may not see the key.

        A relative one counts from the base URL.
        """
        if url is None:
            return None
        if not url.startswith(("http://", "https://")):
            url = resolve(self.profile.api.base_url, url)
        moved = rebase(url, self.profile.api.base_url, self.base_url)
        if not self.trusts(moved) and origin(moved) in map(origin, self.profile.api.origins):
            moved = move(moved, self.base_url)
        return moved if self.trusts(moved) else None

    def url_of(self, route: str) -> str:
        """Return the URL of a filled route: a path below the base URL, or a whole URL of a declared origin.

        Raises `ConfigurationError` for a URL whose origin may not see the key.
        """
        if not route.startswith(("http://", "https://")):
            return join(self.base_url, route)
        url = self.on_api_origin(route)
        if url is None:
            raise ConfigurationError(f"{route} is at an origin that may not see the key")
        return url


@cache
def _logger(name: str) -> logging.Logger:
    import logging  # slow, and a new client has nothing to say

    return logging.getLogger(name)


def open_context(
    profile: Profile,
    *,
    api_key: str | None,
    base_url: str | None,
    timeout: float,
    connect_timeout: float,
    retries: RetryPolicy | None,
    clock: Clock | None,
    max_credits: float | None,
    min_balance: float | None,
    requests_per_minute: int | None,
    ledger: str | os.PathLike[str] | None,
    ledger_parameters: bool,
    hooks: Hooks | None,
) -> Context:
    """Settle key and base URL from arguments, environment and profile, in this order.

    Raises `ConfigurationError` naming the argument or environment variable at fault.
    """
    check_type("api_key", api_key, str, "a string")
    check_type("base_url", base_url, str, "a string")
    check_path("ledger", ledger, optional=True)
    check_type("hooks", hooks, Hooks, "an instance of Hooks")
    check_seconds("timeout", timeout, optional=False)
    check_seconds("connect_timeout", connect_timeout, optional=False)
    check_amount("max_credits", max_credits)
    check_amount("min_balance", min_balance)
    check_count("requests_per_minute", requests_per_minute, least=1)
    key_variable = f"{profile.package.env_prefix}_API_KEY"
    url_variable = f"{profile.package.env_prefix}_BASE_URL"
    key = os.environ.get(key_variable) if api_key is None else api_key
    if key is None:
        raise ConfigurationError(
            f"no API key: set the environment variable {key_variable} or pass {profile.package.client}(api_key=...)"
        )
    clock = clock or CLOCK
    limiter = RateLimiter(requests_per_minute or profile.api.requests_per_minute, clock=clock)
    url = base_url or os.environ.get(url_variable) or profile.api.base_url
    return Context(
        profile=profile,
        base_url=checked_base_url(url, source="base_url" if base_url else url_variable),
        credential=Credential(profile.api.auth, key, source=key_variable if api_key is None else "api_key"),
        timeout=timeout,
        connect_timeout=connect_timeout,
        retries=retries or RetryPolicy(),
        clock=clock,
        limiter=limiter,
        budget=Budget(max_credits, min_balance=min_balance),
        hooks=hooks or Hooks(),
        options=CallOptions(),
        ledger=_opened(ledger, keeps_parameters=ledger_parameters),
        poll_registry=PollRegistry(clock=clock, limiter=limiter, spacing=profile.api.poll_seconds[0]),
        interrupted=InterruptedJobs(lambda: _logger(profile.package.module)),
        unknown_statuses=set(),
        live_schemas={},
        uploads={},
        webhook_keys={},
        uploading={},
    )


def _opened(path: str | os.PathLike[str] | None, *, keeps_parameters: bool) -> Ledger | None:
    if path is None:
        if keeps_parameters:
            raise ConfigurationError("ledger_parameters needs a ledger to keep them in: pass ledger=...")
        return None
    import_before_fork(f"{__package__}.ledger")
    from .ledger import Ledger  # SQLite is for those who keep a ledger

    return Ledger(path, keeps_parameters=keeps_parameters)
