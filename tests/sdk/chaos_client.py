"""One life of a program that must not pay twice: runs some requests of a batch, and reports their outcomes.

    python chaos_client.py BASE_URL LEDGER FIRST COUNT (sync|async|fork|preload|spawn)

Prints a line of JSON for each request that came to an end.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import sys
import threading
from contextlib import suppress

from pixeldojo_sdk import AsyncPixelDojo, PixelDojo, SDKError
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
    settings = {"api_key": "demo-key", "base_url": base_url, "ledger": ledger, "timeout": TIMEOUT}
    half = count // 2
    parts = [(first, half), (first + half, count - half)]
    match kind:
        case "sync":
            with Quick(**settings) as client:
                run(client, first, count)
        case "async":
            asyncio.run(arun(settings, first, count))
        case "fork":
            client = Quick(**settings)
            with suppress(SDKError):
                client.jobs.list()  # leaves a connection open, for the children not to use
            children = [fork(client, *part) for part in parts]
            for child in children:
                os.waitpid(child, 0)
        case "preload":
            client = Quick(**settings)  # as a server does that loads its application before it forks
            thread = threading.Thread(target=run, args=(client, *parts[0]))
            thread.start()
            child = fork(client, *parts[1])
            thread.join()
            os.waitpid(child, 0)
        case "spawn":
            context = multiprocessing.get_context("spawn")
            programs = [context.Process(target=main, args=(base_url, ledger, *part, "sync")) for part in parts]
            for program in programs:
                program.start()
            for program in programs:
                program.join()


def fork(client: Quick, first: int, count: int) -> int:
    if child := os.fork():
        return child
    code = 1
    try:
        run(client, first, count)
        code = 0
    finally:
        os._exit(code)


def run(client: Quick, first: int, count: int) -> None:
    client.run_many(requests(first, count), **options(first))


async def arun(settings: dict[str, object], first: int, count: int) -> None:
    async with AsyncQuick(**settings) as client:
        await client.run_many(requests(first, count), **options(first))


def requests(first: int, count: int) -> list[FluxDev]:
    return [FluxDev(prompt=f"request {number}") for number in range(first, first + count)]


def options(first: int) -> dict[str, object]:
    def report(progress) -> None:
        outcome = progress.outcome
        entry = {
            "request": first + progress.index,
            "outcome": type(outcome).__name__,
            "job": outcome.job_id,
            "fingerprint": getattr(outcome, "fingerprint", None),
            "reason": getattr(outcome, "reason", None),
        }
        sys.stdout.write(json.dumps(entry) + "\n")  # whole, because processes share it
        sys.stdout.flush()

    return {"key": "chaos", "max_concurrency": 30, "on_progress": report}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
