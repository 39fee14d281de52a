"""The output of a finished job, by modality.

Reading an output never raises: a part that is missing or of another shape than documented is left
out, and the whole document stays in `Output.raw`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, TypeGuard, TypeVar

from ..core.deadline import DEFAULT_WAIT, Deadline

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from ..core.json_document import JsonValue
    from .file import File


OutputT = TypeVar("OutputT")
"""The type of a model's output."""
OutputT_co = TypeVar("OutputT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Output:
    """The files of a result, of whatever kind."""

    modality: ClassVar[str] = "media"

    files: tuple[File, ...]
    """Every file of the result, in the provider's order; may be empty."""
    values: tuple[str, ...] = field(repr=False)
    """The URLs or texts as the document gives them."""
    raw: JsonValue = field(repr=False)
    """The whole job document."""

    def save_all(self, folder: str | os.PathLike[str], *, timeout: float | None = DEFAULT_WAIT) -> tuple[Path, ...]:
        """Save every file into `folder`, which is made if need be, several at a time.

        `timeout` is in seconds from now for all of them; ``None`` as for `File`.  Gives the paths
        in the order of `files`.  Every file is tried before `DownloadFailed` is raised for the
        first that failed; those that are complete stay.
        """
        from .save_all import save_all

        return save_all(self.files, folder, Deadline(timeout))

    async def asave_all(
        self,
        folder: str | os.PathLike[str],
        *,
        timeout: float | None = DEFAULT_WAIT,  # noqa: ASYNC109  # the same meaning as in the blocking twin
    ) -> tuple[Path, ...]:
        """See `save_all`."""
        from .save_all import asave_all

        return await asave_all(self.files, folder, Deadline(timeout))


class ImageOutput(Output):
    """Images."""

    __slots__ = ()
    modality: ClassVar[str] = "image"

    @property
    def images(self) -> tuple[File, ...]:
        """All images; empty if the document holds none where they are documented."""
        return self.files


class VideoOutput(Output):
    """Videos: usually one."""

    __slots__ = ()
    modality: ClassVar[str] = "video"

    @property
    def videos(self) -> tuple[File, ...]:
        """All videos; empty if the document holds none where they are documented."""
        return self.files

    @property
    def video(self) -> File:
        """The first video; `LookupError` if there is none."""
        return _first(self.files, "video")


class AudioOutput(Output):
    """Sound: usually one file."""

    __slots__ = ()
    modality: ClassVar[str] = "audio"

    @property
    def audios(self) -> tuple[File, ...]:
        """All audio files; empty if the document holds none where they are documented."""
        return self.files

    @property
    def audio(self) -> File:
        """The first audio file; `LookupError` if there is none."""
        return _first(self.files, "audio file")


class TextOutput(Output):
    """Text: usually one."""

    __slots__ = ()
    modality: ClassVar[str] = "text"

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts; empty if the document holds none where they are documented."""
        return self.values

    @property
    def text(self) -> str:
        """The first text; `LookupError` if there is none."""
        return _first(self.values, "text")


class MediaOutput(Output):
    """Files of a kind that the catalogue does not tell, or that differs by parameters.

    Without a file, `values` holds the texts of the result, if it has any.
    """

    __slots__ = ()

    @property
    def media(self) -> tuple[File, ...]:
        """All files; empty if the document holds none where they are documented."""
        return self.files


_T = TypeVar("_T")


def _first(items: tuple[_T, ...], what: str) -> _T:
    if not items:
        raise LookupError(f"the job succeeded, but its document holds no {what} where one is documented: see raw")
    return items[0]


def is_media_type(kind: object) -> TypeGuard[type[Output]]:
    """Whether the output of a request is described by its modality alone."""
    return isinstance(kind, type) and issubclass(kind, Output)
