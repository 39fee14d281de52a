"""The section of ``provider.toml`` about uploads."""

from __future__ import annotations

from typing import Self

from pydantic import Field, JsonValue, model_validator

from schemaloom.settings.value_types import Pointers, Route, Section


class Upload(Section):
    """The upload of a file, so that a parameter can name its URL: in a multipart form, as the body itself, or by a
    second request that puts the content at a URL in the response to the first. Without `url`, a parameter holds the
    file itself, as a `data:` URL. With this section, parameters that are files take local files too.
    """

    url: Route | None = None
    """The route; a whole URL if it is at another origin of `api.origins`."""
    form: str | None = None
    """The part of the multipart form that holds the file."""
    raw: bool = False
    """Whether the body of the request is the content itself, with its media type."""
    body: JsonValue = None
    """The JSON body, if there is `put`; strings may hold `{name}` and `{type}`, the file's name and media type."""
    put: Pointers = ()
    """The URL in the response at which the content is put, without the key."""
    file: Pointers = ()
    """The file's own URL in the response."""
    max_bytes: int = Field(default=100 * 1024 * 1024, gt=0)
    """The size of the largest file."""
    document: dict[str, JsonValue] = Field(default={}, exclude=True)
    """Other members of the response, as a template with `{name}`, `{type}` and `{uuid}`. For the emulator."""

    @model_validator(mode="after")
    def _check_way(self) -> Self:
        if self.url is None:
            if self.form is not None or self.raw or self.put or self.file:
                raise ValueError("form, raw, put and file need url, the route of uploads")
        elif [self.form is not None, self.raw, bool(self.put)].count(True) != 1:
            raise ValueError("expected one of form, raw = true, or put with the pointer to a URL")
        elif not self.file:
            raise ValueError("expected file, the pointer to the file's own URL")
        return self
