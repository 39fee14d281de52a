"""The types of values in ``provider.toml``, with the checks that a mistake must not pass."""

from __future__ import annotations

from keyword import iskeyword
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^~/]|~[01])*)*$")]
"""A JSON Pointer (RFC 6901); ``""`` is the whole document."""
ModelPointer = Pointer
"""A pointer that may hold placeholders of the model: ``{id}`` is one token, however many slashes it has."""
Pointers = tuple[Pointer, ...]
"""Several pointers: a reader takes the first that is present, the emulator writes to the first."""
HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#]+[^\s]*$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$", max_length=64)]
Days = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}d$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
HeaderText = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]*$")]
Scalar: TypeAlias = str | int | bool
"""A value to compare with: `"0"` and `0` differ."""
HttpStatus = Annotated[int, Field(ge=100, le=599)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
Modality = Literal["image", "video", "audio", "text", "media"]
Column = Literal["name", "type", "required", "default", "allowed", "description", "status", "value"]


def _check_port(url: str) -> str:
    if urlsplit(url).port == 0:  # the property itself raises for a port that is no number or too large
        raise ValueError("there is no port 0")
    return url


def _check_keyword(name: str) -> str:
    if iskeyword(name):
        raise ValueError(f"{name} is a keyword of Python and cannot be a name")
    return name


def _check_rising(seconds: tuple[float, float]) -> tuple[float, float]:
    if seconds[0] > seconds[1]:
        raise ValueError("the first interval is longer than the longest")
    return seconds


BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"), AfterValidator(_check_port)]
"""A URL without user, query or fragment: routes are appended to it."""
Identifier = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64), AfterValidator(_check_keyword)
]
PollSeconds = Annotated[tuple[Seconds, Seconds], AfterValidator(_check_rising)]
Route: TypeAlias = str
ModelRoute: TypeAlias = str
SubmitRoute: TypeAlias = str
JobRoute: TypeAlias = str
DocumentRoute: TypeAlias = str
FactName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
"""A name that a placeholder may have."""


class Section(BaseModel):
    """A table of the file; an unknown key is an error, because it is usually a typing mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)
    """Deferred: one validator of the whole file is built when it is read, and none for each table before.

    A table that is a default is therefore made by `model_construct`, which builds none.
    """
