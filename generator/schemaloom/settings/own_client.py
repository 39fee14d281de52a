"""The section of ``provider.toml`` about the provider's own client."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import JsonValue, StringConstraints

from schemaloom.settings.value_types import Route, Section

SocketUrl = Annotated[str, StringConstraints(pattern=r"^wss?://[^\s/?#@]+(/[^\s?#]*)?$")]


class ClientRoute(Section):
    """A route that the provider's own client needs besides, with its response."""

    method: Literal["GET", "POST", "PUT", "DELETE"] = "GET"
    """The HTTP method."""
    path: Route
    """The route, with `{id}` or facts; a whole URL if it is at another origin."""
    response: JsonValue
    """The response as a template with the placeholders of `path`, `{uuid}`, `{origin}` (the emulator's own), `{secret}`
    (that of webhooks), and `{file}`, the URL at which the body of the request is served from then on."""


class Exchange(Section):
    """A task that is answered at once, and the answer."""

    request: dict[str, JsonValue]
    """The task as a template; `{key}` is the API key, and `{file}` a file as a `data:` URL."""
    response: JsonValue
    """The answer as a template with `{uuid}`, and `{file}`, the URL of that file."""


class Socket(Section):
    """The WebSocket of the provider's own client. A message is a list of tasks, and each has an answer of its own. A
    task is one of `exchanges`, or else a request to the route of `submit`, as the only item of its body.
    """

    url: SocketUrl
    """Its URL."""
    exchanges: tuple[Exchange, ...] = ()
    """Tasks that are answered at once; one with `{key}` gives the key of those after it."""
    awaited: dict[str, JsonValue] = {}
    """The members of a task whose result is sent as soon as it is there. It is submitted with those of `submit.body` in
    their place."""
    repeated: tuple[str, ...] = ()
    """The members of a task that are in each object of the lists in its answer, too."""
    ids: dict[str, str] = {}
    """Members with the URL of a file, each with the name of the member that is the file's id beside it."""


class OwnClient(Section):
    """Further routes of the provider's own client. For the emulator: generated clients do not use them."""

    routes: tuple[ClientRoute, ...] = ()
    """Further routes."""
    socket: Socket | None = None
    """The WebSocket, if the client has one."""
