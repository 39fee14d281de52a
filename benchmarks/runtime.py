"""How long a job takes in the client, against raw httpx and against the SDKs of other providers.

    python benchmarks/runtime.py

Every side submits a job to a server on the loopback interface, looks at it until it is done, and
reads its result; none of them pauses.  A sample is many jobs in a row; two sides take samples in
turns, and the median of the pairs' ratios counts.  The targets: 1.25 against httpx by hand making
the same requests, 1 against the others.  ``fal_client`` makes three requests where two do.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "generated" / "pixeldojo-sdk" / "src"))

from pixeldojo_sdk import AsyncPixelDojo, PixelDojo  # noqa: E402  it is not installed, but found by the line above
from pixeldojo_sdk._profile import PROFILE  # noqa: E402
from pixeldojo_sdk.models.flux_dev import FluxDev  # noqa: E402

JOBS = 200
PAIRS = 15
BY_HAND, OTHERS = 1.25, 1.0
AT_ONCE = PROFILE._replace(api=PROFILE.api._replace(poll_seconds=(0, 0), requests_per_minute=None))
PROMPT = "a fox in the snow"

ResolvedSchemas = Callable[[], None]
"""One sample."""


class Client(PixelDojo):
    """Without pauses."""

    profile = AT_ONCE


class AsyncClient(AsyncPixelDojo):
    """Without pauses."""

    profile = AT_ONCE


def check(images: object) -> None:
    """A job without a result is none that should count."""
    if not images:
        raise RuntimeError("no result")


def ours(base: str) -> ResolvedSchemas:
    """The generated client."""
    client = Client(api_key="k", base_url=f"{base}/api/v1")

    def sample() -> None:
        for _ in range(JOBS):
            check(client.run(FluxDev(prompt=PROMPT)).output.images)

    return sample


def by_hand(base: str) -> ResolvedSchemas:
    """The same requests with httpx, checked as a careful person would."""
    client = httpx.Client(headers={"authorization": "Bearer k"}, timeout=60)

    def sample() -> None:
        for _ in range(JOBS):
            answer = client.post(f"{base}/api/v1/models/flux-dev/run", json={"prompt": PROMPT})
            job = answer.raise_for_status().json()
            while job["status"] != "completed":
                job = client.get(job["statusUrl"]).raise_for_status().json()
            check(job["output"]["images"])

    return sample


def ours_async(base: str) -> ResolvedSchemas:
    """The generated client on an event loop."""

    async def jobs() -> None:
        async with AsyncClient(api_key="k", base_url=f"{base}/api/v1") as client:
            for _ in range(JOBS):
                check((await client.run(FluxDev(prompt=PROMPT))).output.images)

    return lambda: asyncio.run(jobs())


def by_hand_async(base: str) -> ResolvedSchemas:
    """Httpx on an event loop."""

    async def jobs() -> None:
        async with httpx.AsyncClient(headers={"authorization": "Bearer k"}, timeout=60) as client:
            for _ in range(JOBS):
                answer = await client.post(f"{base}/api/v1/models/flux-dev/run", json={"prompt": PROMPT})
                job = answer.raise_for_status().json()
                while job["status"] != "completed":
                    job = (await client.get(job["statusUrl"])).raise_for_status().json()
                check(job["output"]["images"])

    return lambda: asyncio.run(jobs())


def replicate(base: str) -> ResolvedSchemas:
    """Replicate's client."""
    os.environ["REPLICATE_POLL_INTERVAL"] = "0"
    from replicate.client import Client as Replicate

    client = Replicate(api_token="k", base_url=base)  # noqa: S106  it is not checked

    def sample() -> None:
        for _ in range(JOBS):
            check(client.run("someone/flux-dev", {"prompt": PROMPT}))

    return sample


def fal(base: str) -> ResolvedSchemas:
    """The client of fal."""
    import fal_client.client as module

    module.QUEUE_URL_FORMAT = f"{base}/"
    client = module.SyncClient(key="k")

    def sample() -> None:
        for _ in range(JOBS):
            check(client.subscribe("fal", {"prompt": PROMPT}, interval=0)["images"])

    return sample


COMPARISONS: tuple[tuple[str, Callable[[str], ResolvedSchemas], Callable[[str], ResolvedSchemas], float], ...] = (
    ("httpx by hand", ours, by_hand, BY_HAND),
    ("httpx by hand, asynchronous", ours_async, by_hand_async, BY_HAND),
    ("replicate", ours, replicate, OTHERS),
    ("fal_client", ours, fal, OTHERS),
)


def timed(side: ResolvedSchemas) -> float:
    """Milliseconds for each job of a sample."""
    start = time.perf_counter()
    side()
    return (time.perf_counter() - start) / JOBS * 1000


def main() -> int:
    """Measure; exit 1 if a target is missed."""
    server = subprocess.Popen(
        [sys.executable, str(FOLDER / "stand_in.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    base = f"http://127.0.0.1:{server.stdout.readline().strip() if server.stdout else ''}"
    met = True
    try:
        for name, one, other, target in COMPARISONS:
            mine, theirs = one(base), other(base)
            timed(mine), timed(theirs)
            pairs = [(timed(mine), timed(theirs)) for _ in range(PAIRS)]
            ratios = [a / b for a, b in pairs]
            ratio = statistics.median(ratios)
            met = met and ratio <= target
            here, there = (statistics.median(side) for side in zip(*pairs, strict=True))
            figures = f"{ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f}, target {target})"
            print(f"{name:28} {here:6.2f} ms against {there:6.2f} ms a job: {figures}", flush=True)
    finally:
        server.communicate()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
