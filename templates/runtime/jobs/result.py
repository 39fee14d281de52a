"""Building the `Result` of an ended job."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..core.errors import JobCancelled, JobFailed
from ..core.json_document import text
from ..files.outputs import MediaOutput, OutputT, is_media_type
from ..files.read_file import FileReader
from ..models.read_result import Reading, declared_files, read_media, read_typed, texts_at
from ..models.result import Result
from .read_job import output_pointers

if TYPE_CHECKING:
    from ..core.context import Context
    from ..core.job_info import JobInfo
    from ..files.download import Downloader
    from ..files.file import File
    from ..models.request import Request

_FILES = ("image", "video", "audio")


def build_result(
    context: Context, files: Downloader, info: JobInfo, request: type[Request[OutputT]]
) -> Result[OutputT]:
    """The result of an ended job of a `request` class.  Raises `JobFailed` or `JobCancelled` if it has none."""
    if info.status != "succeeded":
        kind = JobCancelled if info.status == "cancelled" else JobFailed
        raise kind(
            info.id,
            error=info.error or "no explanation given",
            raw=info.raw,
            charged=False if info.provider_status in context.profile.job.uncharged else None,
        )
    reading = _read(context, files, info, request)
    if not reading.recognised:
        context.log.warning(
            "job %s succeeded, but nothing in its document is of the documented output (%s): "
            "Result.output and Result.raw hold the JSON as it came",
            info.id,
            "; ".join(map(repr, reading.notes)) or "it is empty",
        )
    elif reading.notes:
        context.log.info(
            "job %s: the output deviates from its schema: %s", info.id, "; ".join(map(repr, reading.notes))
        )
    return Result(
        job_id=info.id,
        output=cast("OutputT", reading.output),
        files=reading.files,
        cost=info.cost,
        credits_remaining=info.credits_remaining,
        expires_at=info.expires_at,
        request_id=info.request_id,
        raw=info.raw,
        notes=reading.notes,
    )


def _read(context: Context, files: Downloader, info: JobInfo, request: type[Request[object]]) -> Reading:
    profile = context.profile
    media_type = text(info.raw, profile.job.fields.media_type)
    reader = FileReader(files, media_type, info.expires_at, context.base_url)
    kind = request.__output__
    if not is_media_type(kind):
        reading = read_typed(kind, info.raw, request.__output_at__, reader)
        if reading.files:
            return reading
        # Its schema may have plain strings where the provider declares files, such as relative URLs.
        places = [pointer for name in _FILES for pointer in profile.job.output.get(name, ())]
        return reading._replace(files=declared_files(info.raw, places, reader))
    own = (context.base_url, profile.api.base_url)
    echoed = tuple(pointer for pointer in (profile.submit.input, *profile.job.fields.webhook) if pointer)

    def ignored(pointer: str, file: File) -> bool:
        """Whether a URL is a route of the API, or a parameter that the document repeats."""
        return file.url.startswith(own) or any(f"{pointer}/".startswith(f"{place}/") for place in echoed)

    pointers = output_pointers(profile, kind.modality)
    reading = read_media(kind, info.raw, pointers, reader, ignored, profile.job.value or None)
    if reading.files or kind.modality != MediaOutput.modality:
        return reading
    # A request of no class may be one for a model of texts.
    texts = next(filter(None, (texts_at(info.raw, place) for place in profile.job.output.get("text", ()))), ())
    return Reading(kind(files=(), values=texts, raw=info.raw), {}, (), recognised=True) if texts else reading
