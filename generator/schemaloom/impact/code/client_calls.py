"""Calls of client libraries and of HTTP libraries that submit a request, with the model's id or URL in the code."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Final

from schemaloom.impact.alternatives import list_values
from schemaloom.impact.code.client_libraries import ClientFunction, client_functions
from schemaloom.impact.code.constructions import as_object
from schemaloom.impact.code.inferred import Arguments, Bound, Dumped, Imported, Inferred, ResultOf, Text, as_value
from schemaloom.impact.code.strings import text_parts
from schemaloom.impact.code.submit_urls import SubmitRoute, SubmitUrls
from schemaloom.impact.values import Constant, ObjectValue, Unknown, Value

_HTTP_METHODS: Final = frozenset({"post", "put"})
_WITH_METHOD: Final = frozenset({"request", "stream", "build_request", "Request"})
"""Functions whose first argument is the method."""
_URLLIB: Final = frozenset({"Request", "urlopen"})
"""Functions of ``urllib.request`` that take a URL and a body."""
_BODIES: Final = ("data", "content", "body")
PAYLOAD_KEYWORDS: Final = frozenset({"json", *_BODIES, "input", "arguments", "parameters"})
"""Keywords that take what is sent; a call that has one may be for a model or a URL that only its caller knows."""
_NO_URL: Final = ("\n",)


@cache
def sending_names() -> frozenset[str]:
    """Return the last parts of the names of all functions that may submit a request."""
    return (
        _HTTP_METHODS
        | _WITH_METHOD
        | _URLLIB
        | {name for function in client_functions() for name in function.functions}
    )


def read_client_call(
    models: Collection[str], callee: Inferred, given: Arguments
) -> list[tuple[str, ObjectValue, ResultOf]]:
    """Return each model that a call of a client library may be for, with the parameters and the result."""
    name, root = _called(callee)
    for function in client_functions():
        if name not in function.functions or (root is not None and root != function.package):
            continue
        payload = given.find(function.input, 1)
        found = _models(models, function, given)
        if found and (payload is not None or root is not None):
            sent = _left_out(given) if payload is None else as_object(as_value(payload))
            return [(model, sent, ResultOf(model, () if function.result == "output" else None)) for model in found]
    return []


def read_post(urls: SubmitUrls | None, callee: Inferred, given: Arguments) -> tuple[SubmitRoute, Value] | None:
    """Return the route that a call posts to, and the body; None for another call."""
    name, root = _called(callee)
    if root == "urllib":
        name = "post" if name in _URLLIB else ""
    elif name in _WITH_METHOD:
        method = given.find("method", 0)
        name = method.value.lower() if isinstance(method, Constant) and isinstance(method.value, str) else ""
        given = given if "method" in given.named else given.without_first(1)
    if urls is None or name not in _HTTP_METHODS:
        return None
    url = given.find("url", 0)
    route = urls.route(text_parts(url) if isinstance(url, Constant | Text) else _NO_URL)
    body = _body(given)
    return None if route is None or body is None else (route, body)


def _left_out(given: Arguments) -> ObjectValue:
    """Return the payload of a call that names none: nothing, unless ``*`` or ``**`` may hold one."""
    return ObjectValue({}, is_open=given.keywords.is_open or not given.is_complete)


def _body(given: Arguments) -> Value | None:
    sent = given.keywords.members.get("json")
    if sent is not None:
        return sent.value
    named = next((given.named[name] for name in _BODIES if name in given.named), given.at(1))
    if named is None or named == Constant(None):
        return Unknown() if _left_out(given).is_open else None
    return named.value if isinstance(named, Dumped) else Unknown()


def _models(models: Collection[str], function: ClientFunction, given: Arguments) -> list[str]:
    places = [given.keywords.members[name].value for name in function.model if name in given.keywords.members]
    first = given.at(0)
    for place in (*places, *([] if first is None else [as_value(first)])):
        found: list[str] = []
        for value in list_values(place) or ():
            text = value if isinstance(value, str) else ""
            found += [model for model in (text, text.partition(":")[0]) if model in models][:1]
        if found:
            return found
    return []


def _called(callee: Inferred) -> tuple[str, str | None]:
    """The last part of a called name, and the package that it surely comes from (None if that is open)."""
    match callee:
        case Imported(dotted):
            return dotted.rpartition(".")[2], dotted.partition(".")[0]
        case Bound(owner, attribute):
            return attribute, None if isinstance(owner, Unknown | Bound | Constant) else "?"
        case _:
            return "", None
