"""Files as parameters: data URIs, for providers that accept them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..core.errors import Unsupported
from ..files.read_source import data_uri_of, media_type_of, read_source
from .sent_file import SentFile

if TYPE_CHECKING:
    from ..files.read_source import Source
    from .request import NestedModel, Request

MOST_BYTES = 10 * 1024 * 1024
"""Default size limit of `data_uri`, in bytes; the encoded file is a third larger."""


def data_uri(source: Source, *, media_type: str | None = None, max_bytes: int = MOST_BYTES) -> str:
    """Return `source` as a data URI (RFC 2397) with base64 content.

    For a parameter that accepts data URIs; most accept only a URL, and submitting then raises
    `Unsupported` before anything is sent.

    :param source: a path, the bytes themselves, or a file opened for reading in binary.  An
        ``http:``, ``https:`` or ``data:`` URL comes back as it is.
    :param media_type: by default guessed from the content, then from the name.
    :raises ConfigurationError: empty, or larger than `max_bytes`.
    """
    if isinstance(source, str) and source.partition(":")[0].lower() in {"http", "https", "data"}:
        return source
    name, content = read_source(source, max_bytes)
    return data_uri_of(media_type or media_type_of(name, content), content)


def refuse_undocumented_data_uris(request: Request[object]) -> None:
    """Raise `Unsupported` for a data URI in a parameter whose documentation does not allow one.

    Such a job would be charged and fail.  Parameters without a field are not checked.
    """
    name = _undocumented(request)
    if name is not None:
        raise Unsupported(
            f"{request.__model_id__}: the provider documents no data URIs for {name}, so nothing was sent; "
            "give a URL, or use run_raw to send what you like"
        )


def _undocumented(part: NestedModel) -> str | None:
    from .request import NestedModel

    for name, field in type(part).model_fields.items():
        sent = field.serialization_alias or name
        value = cast("object", getattr(part, name, None))
        for item in cast("list[object]", value) if isinstance(value, list) else [value]:
            if isinstance(item, NestedModel) and (inner := _undocumented(item)) is not None:
                return f"{sent}.{inner}"
            if (
                isinstance(item, str)
                and not isinstance(item, SentFile)
                and sent not in part.__data_uris__
                and _is_data_uri(item)
            ):
                return sent
    return None


def _is_data_uri(text: str) -> bool:
    import re

    return text[:5].lower() == "data:" and re.match(r"data:[\w.+-]+/[\w.+-]+[;,]", text, re.IGNORECASE) is not None
