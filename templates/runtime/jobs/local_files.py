"""Local files in the parameters of a request: uploaded, or made a part of it, before it is sent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast

from ..core.effects import Operation, run_blocking
from ..core.errors import Unsupported
from ..files.read_source import data_uri_of, media_type_of, read_source
from ..files.upload import upload
from ..models.data_uri import MOST_BYTES
from ..models.file_input import is_local_file
from ..models.request import NestedModel
from ..models.sent_file import SentFile, sent_file

if TYPE_CHECKING:
    import os
    from typing import BinaryIO

    from ..core.context import Context
    from ..core.deadline import Deadline
    from ..models.request import Request

_MOST_IN_A_FORM = 100 * 1024 * 1024


def with_sent_files(context: Context, request: Request[object], deadline: Deadline) -> Operation[Request[object]]:
    """Return `request` with what is sent in place of its local files: itself if it has none.

    A file is a part of a multipart form, a ``data:`` URL where the parameter takes those, or is uploaded.
    Raises `Unsupported` if the provider takes none of these, and what `upload` raises.
    """
    sent = yield from _sent_model(context, request, deadline)
    return cast("Request[object]", sent)


def _sent_model(context: Context, part: NestedModel, deadline: Deadline) -> Operation[NestedModel]:
    changed: dict[str, object] = {}
    for name in filter(part.model_fields_set.__contains__, type(part).model_fields):
        value = cast("object", getattr(part, name))
        if value is None or isinstance(value, str | int | float):
            continue
        sent = yield from _sent(context, value, part, name, deadline)
        if sent is not value:
            changed[name] = sent
    return part.model_copy(update=changed) if changed else part


def _sent(context: Context, value: object, part: NestedModel, name: str, deadline: Deadline) -> Operation[object]:
    if isinstance(value, NestedModel):
        return (yield from _sent_model(context, value, deadline))
    if isinstance(value, list):
        items = cast("list[object]", value)
        found: list[object] = []
        for item in items:
            found.append((yield from _sent(context, item, part, name, deadline)))  # noqa: PERF401  yields effects
        return items if all(map(lambda new, old: new is old, found, items)) else found
    if is_local_file(value):
        field = type(part).model_fields.get(name)
        parameter = name if field is None else field.serialization_alias or name
        return (yield from _sent_file(context, value, deadline, inline=parameter in part.__data_uris__))
    return value


def _sent_file(
    context: Context, source: os.PathLike[str] | BinaryIO, deadline: Deadline, *, inline: bool
) -> Operation[SentFile]:
    profile = context.profile
    route = profile.upload
    is_form = profile.submit.encoding == "multipart"
    if route is None and not inline and not is_form:
        raise Unsupported(f"{profile.title} documents no uploads; give the URL of a file")
    most = route.max_bytes if route is not None else _MOST_IN_A_FORM if is_form else MOST_BYTES
    name, content = yield from run_blocking(lambda: read_source(source, most))
    kind = media_type_of(name, content)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if is_form:
        return sent_file(name, digest=digest, media_type=kind, content=content)
    if route is not None and route.url is not None:
        url = yield from upload(context, content, kind, deadline, name=name)
        return sent_file(url, digest=digest)
    return sent_file(data_uri_of(kind, content), digest=digest)
