"""Request the answers that ``schemaloom sync`` requests, with a bare HTTP client and as many at once.

    python benchmarks/bare_fetch.py BASE_URL LOCK

The ETags of `LOCK`, a ``lock.json``, are sent, so that answers are as short as those of a run that
finds nothing new.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httpx2

CONCURRENCY = 8


Entry = dict[str, str]


async def main(base: str, entries: Iterable[Entry]) -> None:
    """Send every request: for the list, and for each entry with its ETag."""
    root = base.removesuffix(urlsplit(base).path)
    slots = asyncio.Semaphore(CONCURRENCY)
    async with httpx2.AsyncClient() as client:
        (await client.get(f"{base}/models")).json()

        async def request(entry: Entry) -> None:
            async with slots:
                answer = await client.get(root + urlsplit(entry["url"]).path, headers={"If-None-Match": entry["etag"]})
                if answer.status_code != 304:
                    raise RuntimeError(f"answered {answer.status_code}: {entry['url']}")

        await asyncio.gather(*map(request, entries))


if __name__ == "__main__":
    content = cast("dict[str, dict[str, Entry]]", json.loads(Path(sys.argv[2]).read_bytes()))
    asyncio.run(main(sys.argv[1], content["models"].values()))
