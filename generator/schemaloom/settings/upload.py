"""The section of ``provider.toml`` about uploads."""

from __future__ import annotations

from typing import Self

from pydantic import Field, JsonValue, model_validator

from schemaloom.settings.value_types import Pointers, Route, Section


class Upload(Section):
    """How a file is uploaded, so that a parameter can name its URL: in a multipart form, or by a second request that
    puts the content at a URL in the response to the first.
    """

    url: Route
    """The route; a whole URL if it is at another origin of `api.origins`."""
    form: str | None = None
    """The part of the multipart form that holds the file."""
    body: JsonValue = None
    """The JSON body, if there is no form; strings may hold `{name}` and `{type}`, the file's name and media type."""
    put: Pointers = ()
    """The URL in the response at which the content is put, without the key."""
    file: Pointers
    """The file's own URL in the response."""
    max_bytes: int = Field(default=100 * 1024 * 1024, gt=0)
    """The size of the largest file."""
    document: dict[str, JsonValue] = Field(default={}, exclude=True)
    """Other members of the response, as a template with `{name}`, `{type}` and `{uuid}`. For the emulator."""

    @model_validator(mode="after")
    def _check_way(self) -> Self:
        if (self.form is None) == (not self.put):
            raise ValueError("expected either form, or put with the pointer to a URL")
        return self
