"""`Options`: the settings of an emulator that provider.toml does not decide."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

DEMO_KEY = "demo-key"
"""The key that is accepted unless another is set."""
DEMO_SECRET = "ZGVtby13ZWJob29rLXNlY3JldA=="  # noqa: S105  it guards nothing
"""Signs webhooks unless another is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """One emulator's behaviour; every time is in seconds."""

    host: str = "127.0.0.1"
    """A loopback address: the emulator moves no real money and must not look as if it did."""
    port: int = 0
    """TCP port of the API; 0 takes a free one."""
    api_key: str | None = DEMO_KEY
    """The one key that is accepted; None accepts any key that is not empty."""
    job_seconds: float = 0.2
    """From submission to the final state; the first quarter is spent queued."""
    latency: float = 0.0
    """Pause before every answer of the API."""
    rate_limit: int | None = None
    """Requests per minute over all routes; None takes the provider's figure, 0 means no limit."""
    credits: float = 1000
    """Opening balance, in the provider's currency."""
    expiry_seconds: float = 24 * 3600
    """How long a job and its files can be read after submission."""
    page_size: int = 100
    """Models on one page of a list that is paged."""
    webhook_pauses: tuple[float, ...] = (0.5, 2.0)
    """Pauses between attempts to deliver a webhook: one attempt more than there are pauses."""
    webhook_secret: str = DEMO_SECRET
    """Base64 of the key that signs webhooks, where the provider signs them."""
    faults: tuple[str, ...] = ()
    """Faults in force from the start, in the syntax of `schemaloom.emulator.faults.spec`."""
    record: Path | None = None
    """A folder: every request is passed on to the real provider, and the exchange is recorded here, without its key."""
    replay: Path | None = None
    """A folder with such a recording: requests are answered from it."""
    certificate: Path | None = None
    """A file: the emulator serves https, and writes its certificate here, for clients to trust."""
    clock: Callable[[], float] = field(default=time.time)
    """Seconds since the epoch; jobs, limits and expiry follow it."""
