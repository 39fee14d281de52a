"""`Result`: the output and the facts of a job that succeeded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

from ..core.deadline import DEFAULT_WAIT, Deadline
from ..files.outputs import OutputT_co
from ..files.save_all import asave_all, save_all

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from ..core.json_document import JsonValue
    from ..files.file import File


@dataclass(frozen=True, slots=True)
class Result(Generic[OutputT_co]):
    """A job that succeeded."""

    job_id: str
    """Empty if the API answered at once, without a job."""
    output: OutputT_co
    """The output of the model, in the type that its class declares."""
    files: Mapping[str, File]
    """Every file of the result by its JSON Pointer in `raw`, in the document's order."""
    cost: float | None
    """In the provider's currency: see `Profile.currency`."""
    credits_remaining: float | None
    """The balance as last reported; most providers report it on submission only."""
    expires_at: datetime | None
    """When the provider deletes the files, if it is documented: save them before."""
    request_id: str | None
    """Of the last API call, to quote to the provider's support."""
    raw: JsonValue = field(repr=False)
    """The whole job document."""
    notes: tuple[str, ...] = ()
    """Where `raw` deviates from the documented output: a JSON Pointer, and how; the first 20."""

    def save_all(self, folder: str | os.PathLike[str], *, timeout: float | None = DEFAULT_WAIT) -> tuple[Path, ...]:
        """Save every file into `folder`, which is created if it is missing, several at a time.

        `timeout` is in seconds from now for all of them; ``None`` as for `File`.  Returns the paths
        in the order of `files`.  Every file is tried before `DownloadFailed` is raised for the
        first that failed; complete files stay.
        """
        return save_all(tuple(self.files.values()), folder, Deadline(timeout))

    async def asave_all(
        self,
        folder: str | os.PathLike[str],
        *,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  # the same meaning as in the blocking twin
    ) -> tuple[Path, ...]:
        """See `save_all`."""
        return await asave_all(tuple(self.files.values()), folder, Deadline(timeout))
