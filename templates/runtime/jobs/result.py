"""`Result`: a finished job's output and facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic

from ..core.errors import JobCancelled, JobFailed
from ..core.job_info import JobInfo
from ..core.json_document import JsonValue, text
from ..files.file import File
from ..files.outputs import OutputT, OutputT_co
from .read_job import result_strings

if TYPE_CHECKING:
    from ..core.context import Context
    from ..files.download import Downloader


@dataclass(frozen=True, slots=True)
class Result(Generic[OutputT_co]):
    """A job that succeeded."""

    job_id: str
    """Empty when the API answered at once, without making a job of it."""
    output: OutputT_co
    cost: float | None
    """In the provider's currency: see `Profile.currency`."""
    credits_remaining: float | None
    """The balance, as last told; most providers tell it on submitting only."""
    expires_at: datetime | None
    """When the files go away, where the provider says it: save them before."""
    request_id: str | None
    """Of the last HTTP exchange, to quote to the provider's support."""
    raw: JsonValue = field(repr=False)
    """The whole job document."""


def build_result(context: Context, files: Downloader, info: JobInfo, output: type[OutputT]) -> Result[OutputT]:
    """The result of an ended job.  Raises `JobFailed` or `JobCancelled` if it has none."""
    if info.status != "succeeded":
        kind = JobCancelled if info.status == "cancelled" else JobFailed
        raise kind(
            info.id,
            error=context.credential.scrub(info.error or "no explanation given"),
            raw=context.credential.scrub_json(info.raw),
            charged=False if info.provider_status in context.profile.job.uncharged else None,
        )
    return Result(
        job_id=info.id,
        output=read_output(context, files, info, output),
        cost=info.cost,
        credits_remaining=info.credits_remaining,
        expires_at=info.expires_at,
        request_id=info.request_id,
        raw=info.raw,
    )


def read_output(context: Context, files: Downloader, info: JobInfo, output: type[OutputT]) -> OutputT:
    """The output in a job document; empty where the document holds nothing documented."""
    document = info.raw
    media_type = text(document, context.profile.job.fields.media_type)
    values = result_strings(context.profile, document, output.modality)
    found = tuple(File(value, media_type, info.expires_at, files) for value in values if _is_url(value))
    return output(files=found, values=values, raw=document)


def _is_url(value: str) -> bool:
    return value.partition(":")[0].lower() in {"http", "https", "data"}
