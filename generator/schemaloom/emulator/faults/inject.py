"""Send a response, with the faults that damage it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from typing import cast

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from schemaloom.emulator.faults.spec import FaultKind
from schemaloom.emulator.responses import Reply

_PAGE = b"<!doctype html><title>Just a moment...</title>"
_HTML = {"content-type": "text/html; charset=utf-8"}
_TRANSPORT = "transport"


class Protocol(H11Protocol):
    """HTTP/1.1 that lets the application reach its connection, which faults close."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the base class
        """Make the transport part of each request's state."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}


def apply_faults(reply: Reply, kinds: Collection[FaultKind]) -> Reply:
    """Return the response with the faults applied that change its bytes or its content type."""
    if "not-object" in kinds:
        reply = replace(reply, status=200, body=b"[]")
    if "not-json" in kinds:
        reply = replace(reply, status=200, body=_PAGE, headers=_HTML)
    if "truncated-json" in kinds:
        reply = replace(reply, body=reply.body[: len(reply.body) // 2])
    if "wrong-content-type" in kinds:
        reply = replace(reply, headers={**reply.headers, **_HTML})
    return reply


async def send_whole(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a complete answer; one in parts, as the parts are due."""
    if reply.rest:
        await StreamingResponse(_parts(reply), reply.status, reply.headers)(scope, receive, send)
    else:
        await Response(reply.body, reply.status, reply.headers)(scope, receive, send)


async def _parts(reply: Reply) -> AsyncIterator[bytes]:
    yield reply.body
    for pause, part in reply.rest:
        await asyncio.sleep(pause)
        yield part


async def send_truncated(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Promise the whole body, send half of it, and close the connection."""
    whole = b"".join((reply.body, *(part for _, part in reply.rest)))
    headers = {**reply.headers, "content-length": str(len(whole))}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": whole[: len(whole) // 2], "more_body": True})
    await drop_connection(scope, receive, reset=False)


async def drop_connection(scope: Scope, receive: Receive, *, reset: bool) -> None:
    """Close the connection; with `reset`, the client sees a connection reset."""
    transport = cast("asyncio.Transport", scope["state"][_TRANSPORT])
    if reset:
        raw = cast("socket.socket", transport.get_extra_info("socket"))
        # Lingering for no time at all is how a socket is made to send RST instead of FIN.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    # Returning earlier would be taken for a crash, and answered with a 500.
    while (await receive())["type"] != "http.disconnect":
        pass
