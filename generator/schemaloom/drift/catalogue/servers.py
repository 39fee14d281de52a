"""Changes of the servers that a document, a path or an operation lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, product
from urllib.parse import urlsplit

from schemaloom.drift.catalogue.changes import make_change
from schemaloom.drift.catalogue.openapi_document import Part, members
from schemaloom.drift.change import Change
from schemaloom.json.values import JsonValue, json_text

_OWN_ORIGIN: JsonValue = {"url": "/"}
"""The server of a document that lists none."""
_MOST_CHOICES = 200
"""Base URLs of one server that are compared; servers have a few."""
_PORTS = {"http": ":80", "https": ":443"}


def server_changes(
    was: Part, now: Part, label: str, *, around: tuple[JsonValue, JsonValue] = (None, None)
) -> Iterator[Change]:
    """Changes of the list of servers: the set of base URLs counts, and the first of them.

    `around` are the lists that count where an object has none.
    """
    before, after = was.content.get("servers"), now.content.get("servers")
    if json_text(before) == json_text(after):
        return
    sides = [_base_urls(side or outer) for side, outer in zip((before, after), around, strict=True)]
    is_kept = {*sides[0]} <= {*sides[1]} and (sides[0][0] == sides[1][0] or {*sides[0]} == {*sides[1]})
    if sides[0] == sides[1]:
        rule, what = "api.text-changed", "servers are described in another way; their base URLs are the same"
    elif is_kept:
        rule, what = "api.server-listed", "the list of servers changed; every base URL is still in it"
    else:
        rule, what = "api.server-changed", "servers changed"
    yield make_change(rule, f"{label}: {what}", pointer=now.child("servers"), old=before, new=after)


def _base_urls(servers: JsonValue) -> list[str]:
    """The base URLs of servers in their order, each once; those with the defaults of variables first."""
    listed = servers if isinstance(servers, list) and servers else [_OWN_ORIGIN]
    found = [[*_choices(server)] for server in listed]
    return [*dict.fromkeys(chain((urls[0] for urls in found), *found))]


def _choices(server: JsonValue) -> Iterator[str]:
    """The base URLs of a server, one for each choice of its variables."""
    if not isinstance(server, dict) or not isinstance(server.get("url"), str):
        yield json_text(server)
        return
    variables = dict(members(server.get("variables")))
    choices = [[*dict.fromkeys(map(str, _values(variable)))] or [f"{{{name}}}"] for name, variable in variables.items()]
    for values in islice(product(*choices), _MOST_CHOICES):
        url = str(server["url"])
        for name, value in zip(variables, values, strict=True):
            url = url.replace(f"{{{name}}}", value)
        yield _normal(url)


def _values(variable: JsonValue) -> Iterator[JsonValue]:
    if isinstance(variable, dict):
        listed = variable.get("enum")
        yield from (variable[key] for key in ("default",) if key in variable)
        yield from listed if isinstance(listed, list) else ()


def _normal(url: str) -> str:
    """A URL without a last slash and the port of its scheme, its host in lower case."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    port = _PORTS.get(parts.scheme, "")
    host = re.sub(f"{port}$", "", parts.netloc.lower()) if port else parts.netloc.lower()
    return parts._replace(netloc=host).geturl().rstrip("/")
