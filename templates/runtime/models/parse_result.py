"""Results of documents that the client of this package did not fetch."""

from __future__ import annotations

from ..core.json_document import Absent, find
from ..core.retry_policy import RetryPolicy
from ..files.download import Downloader
from ..files.outputs import is_media_type
from ..files.read_file import FileReader
from .output_object import is_object_type, known_names
from .read_result import as_json, read_media, read_typed
from .result import Result

_SILENCE = 60.0
"""The longest silence of a file host, in seconds."""


def parse_result(
    document: object, kind: object, *, output_at: tuple[str, ...], status_at: tuple[str, ...], user_agent: str
) -> Result[object]:
    """Read a job document, or the output in it, as `Request.parse_result` describes.

    `output_at` and `status_at` are JSON Pointers into a job document; `kind` is the class of the output.
    """
    reader = FileReader(Downloader(user_agent, timeout=_SILENCE, retries=RetryPolicy()))
    raw = as_json(document)
    is_job = any(isinstance(find(raw, pointer), str) for pointer in status_at)
    if is_media_type(kind):
        found = (pointer for pointer in output_at if is_job and not isinstance(find(raw, pointer), Absent))
        within = next(found, None)
        pointers = ("",) if within is None else output_at
        reading = read_media(kind, raw, pointers, reader, lambda _pointer, _file: False, within)
    else:
        own = {f"/{name}" for name in known_names(kind)} if is_object_type(kind) else set[str]()
        # Its objects may have the form of a job document: then what fits better is read.
        is_similar = not own.isdisjoint(status_at) and not own.isdisjoint(output_at)
        reading = read_typed(kind, raw, output_at, reader, is_job=is_job, may_be_output=is_similar)
    if not reading.recognised:
        import logging  # slow, and rarely needed

        notes = "; ".join(map(repr, reading.notes)) or "it is empty"
        logging.getLogger(user_agent).warning("nothing in the document is of the documented output (%s)", notes)
    return Result(
        job_id="",
        output=reading.output,
        files=reading.files,
        cost=None,
        credits_remaining=None,
        expires_at=None,
        request_id=None,
        raw=raw,
        notes=reading.notes,
    )
