"""A server with nothing behind it: three providers' answers to a job that is done when first looked at.

    python benchmarks/stand_in.py

Prints its port and serves until its input ends.  It reads requests only as far as it must, so that
what is measured is the client.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import cast

FILE = "https://files.example/1.png"


def answers(base: str) -> dict[bytes, tuple[int, dict[str, object]]]:
    """Status and document by the beginning of the request line; the first that fits counts."""
    ours = {"jobId": "job_1", "creditCost": 1, "creditsRemaining": 99, "statusUrl": f"{base}/api/v1/jobs/job_1"}
    queue = {name: f"{base}/fal/requests/1/{name[:-4]}" for name in ("status_url", "cancel_url")}
    theirs: dict[str, object] = {"id": "1", "model": "someone/flux-dev", "version": "1", "input": {}, "logs": ""}
    theirs["urls"] = {"get": f"{base}/v1/predictions/1"}
    return {
        b"POST /api/v1/models/": (202, {**ours, "status": "pending"}),
        b"GET /api/v1/jobs/": (200, {**ours, "status": "completed", "output": {"images": [FILE]}}),
        b"GET /fal/requests/1/status": (200, {"status": "COMPLETED", "logs": [], "metrics": {}}),
        b"GET /fal/requests/1": (200, {"images": [{"url": FILE}]}),
        b"POST /fal": (200, {"request_id": "1", "response_url": f"{base}/fal/requests/1", **queue}),
        b"POST /v1/models/": (201, {**theirs, "status": "starting", "output": None}),
        b"GET /v1/predictions/": (200, {**theirs, "status": "succeeded", "output": [FILE]}),
    }


class StandIn(asyncio.Protocol):
    """One connection."""

    def __init__(self, replies: dict[bytes, bytes]) -> None:
        self._replies = replies
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are written to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._data) < end + 4 + length:
                return
            self._transport.write(next(reply for start, reply in self._replies.items() if self._data.startswith(start)))
            self._data = self._data[end + 4 + length :]


async def main() -> None:
    """Serve on a free port."""
    loop = asyncio.get_running_loop()
    replies: dict[bytes, bytes] = {}
    server = await loop.create_server(lambda: StandIn(replies), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for start, (status, document) in answers(f"http://127.0.0.1:{port}").items():
        body = json.dumps(document).encode()
        head = f"HTTP/1.1 {status} OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        replies[start] = head.encode() + body
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
