"""One life of a program that must not pay twice: runs some requests of a batch, and tells what became of them.

    python chaos_client.py BASE_URL LEDGER FIRST COUNT (sync|async)

Prints a line of JSON for each request that came to an end.
"""

from __future__ import annotations

import asyncio
import json
import sys

from pixeldojo_sdk import AsyncPixelDojo, PixelDojo
from pixeldojo_sdk._profile import PROFILE
from pixeldojo_sdk._runtime.core.retry_policy import RetryPolicy
from pixeldojo_sdk.models.flux_dev import FluxDev

QUICK = PROFILE._replace(api=PROFILE.api._replace(requests_per_minute=None, poll_seconds=(0.05, 0.2)))
RETRIES = RetryPolicy(attempts=4, first_pause=0.01, longest_pause=0.1)
TIMEOUT = 1.0


class Quick(PixelDojo):
    profile = QUICK
    retries = RETRIES


class AsyncQuick(AsyncPixelDojo):
    profile = QUICK
    retries = RETRIES


def main(base_url: str, ledger: str, first: int, count: int, kind: str) -> None:
    requests = [FluxDev(prompt=f"request {number}") for number in range(first, first + count)]
    settings = {"api_key": "demo-key", "base_url": base_url, "ledger": ledger, "timeout": TIMEOUT}

    def tell(progress) -> None:
        outcome = progress.outcome
        entry = {
            "request": first + progress.index,
            "outcome": type(outcome).__name__,
            "job": outcome.job_id,
            "fingerprint": getattr(outcome, "fingerprint", None),
        }
        print(json.dumps(entry), flush=True)

    options = {"key": "chaos", "max_concurrency": 30, "on_progress": tell}
    if kind == "sync":
        with Quick(**settings) as client:
            client.run_many(requests, **options)
    else:

        async def run() -> None:
            async with AsyncQuick(**settings) as client:
                await client.run_many(requests, **options)

        asyncio.run(run())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
