"""Results of documents that the client of this package did not fetch."""

from __future__ import annotations

from ..core.retry_policy import RetryPolicy
from ..files.download import Downloader
from ..files.outputs import is_media_type
from ..files.read_file import FileReader
from .read_result import as_json, read_media, read_typed
from .result import Result

_SILENCE = 60.0
"""The longest silence of a file host, in seconds."""


def parse_result(document: object, kind: object, pointers: tuple[str, ...], *, user_agent: str) -> Result[object]:
    """See `Request.parse_result`; `kind` is the type of the output, at one of `pointers` of a job document."""
    reader = FileReader(Downloader(user_agent, timeout=_SILENCE, retries=RetryPolicy()))
    raw = as_json(document)
    if is_media_type(kind):
        reading = read_media(kind, raw, (*pointers, ""), reader, lambda _pointer, _file: False)
    else:
        reading = read_typed(kind, raw, pointers, reader)
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
