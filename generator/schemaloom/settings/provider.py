"""`Provider`: the declarative description of one catalogue, read from ``provider.toml``.

Everything that differs between providers is data in this file: the places of schemas, how a job
is submitted, polled and read, the shape of an error.  Fetching, generating, emulating and the
runtime of generated packages read the same description, so none of them names a provider.

``python -m tests.provider_files`` writes ``docs/provider.md`` and the runtime's profile from the
docstrings and types of these classes.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from schemaloom.errors import UsageError
from schemaloom.settings.catalogue import Catalogue
from schemaloom.settings.explain_fault import explain_fault
from schemaloom.settings.jobs import Errors, JobProtocol, Submit
from schemaloom.settings.own_client import OwnClient
from schemaloom.settings.template_checks import client_faults, origin_faults, placeholder_faults
from schemaloom.settings.upload import Upload
from schemaloom.settings.value_types import (
    BaseUrl,
    Days,
    HeaderName,
    HeaderText,
    HttpUrl,
    Identifier,
    PollSeconds,
    Section,
    Slug,
)
from schemaloom.settings.webhook import Webhook

_SHOWN = 5


class Package(Section):
    """Names of the generated package."""

    distribution: Slug
    """The name to install, and the folder below `generated/`."""
    module: Identifier
    """The name to import, and of the logger."""
    client: Identifier
    """Class of the synchronous client; the asynchronous one is `Async` and this."""
    env_prefix: Identifier
    """`<PREFIX>_API_KEY` and `<PREFIX>_BASE_URL` are the environment variables that are read."""


class Auth(Section):
    """The place of the API key in a request: a header, as `prefix` and the key, or a query parameter."""

    header: HeaderName | None = None
    """The header."""
    prefix: HeaderText = ""
    """The characters before the key, such as `"Bearer "`."""
    query: str | None = None
    """The query parameter."""
    headers: dict[HeaderName, HeaderText] = {}
    """Further headers of every request; `{key}` in a value is the key."""

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        if self.header is not None and self.query is not None:
            raise ValueError("header and query are two places for the key: expected one of them")
        if self.header is None and self.query is None and not any("{key}" in value for value in self.headers.values()):
            raise ValueError("expected header, query, or {key} in headers: the key has no place")
        return self


class Api(Section):
    """The API's origin and its rate limit."""

    base_url: BaseUrl
    """The base of routes. The key is sent to its origin, and to those of `origins`."""
    origins: tuple[BaseUrl, ...] = ()
    """Other origins that may see the key. With another base URL (`--base-url`, `<PREFIX>_BASE_URL`), their routes are
    requested there too."""
    requests_per_minute: int | None = Field(default=None, gt=0)
    """The provider's limit over all routes; without it there is none."""
    poll_seconds: PollSeconds = (2.0, 30.0)
    """First and longest poll interval, in seconds."""
    auth: Auth


class Releases(Section):
    """The time at which changes become a version of the package."""

    every: Days = "0d"
    """Least time between two versions that break no caller, such as `"7d"`: until then safe changes and those that
    affect no call wait for each other, and what is taken back meanwhile is never released. A breaking or dangerous
    change is released at once, with all that waits, and so is a run with `--bump`."""

    @property
    def days(self) -> int:
        """The time in days."""
        return int(self.every.removesuffix("d"))


class Provider(Section):
    """One catalogue: the whole of `provider.toml`."""

    name: Slug
    """The provider's name in reports; that of its folder."""
    title: str
    """Its name as people write it."""
    homepage: HttpUrl
    """Where its documents are, for the package's metadata."""
    package: Package
    api: Api
    catalogue: Catalogue
    submit: Submit
    job: JobProtocol
    upload: Upload | None = None
    webhook: Webhook = Webhook.model_construct()
    errors: Errors
    client: OwnClient = OwnClient.model_construct()
    release: Releases = Releases.model_construct()

    @model_validator(mode="after")
    def _check_placeholders(self) -> Self:
        """Refuse a route with an unknown placeholder, or without one it needs: it would be requested literally."""
        faults = list(placeholder_faults(self.catalogue, self.submit, self.job, self.webhook, self.upload))
        faults += client_faults(self.client, {"id", *self.catalogue.facts})
        faults += origin_faults(
            (self.api.base_url, *self.api.origins), self.submit, self.job, self.webhook, self.upload
        )
        if faults:
            raise ValueError("; ".join(faults))
        return self


def load_provider(path: Path) -> Provider:
    """Read and check a ``provider.toml``.

    Raises `UsageError` naming the file and, for each fault, the key.
    """
    if not path.is_file():
        raise UsageError("no such provider", where=str(path), hint="schemaloom init NAME writes one")
    return parse_provider(path.read_bytes(), where=str(path))


def parse_provider(raw: bytes, *, where: str) -> Provider:
    """Read and check the content of a ``provider.toml``; raises `UsageError` as `load_provider` does."""
    try:
        # As JSON, where strict types still allow lists and numbers as keys, but neither "60" nor true for a number.
        document = json.dumps(tomllib.loads(raw.decode("utf-8-sig")), default=str)
        return Provider.model_validate_json(document, strict=True)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not valid TOML: {error}", where=where) from None
    except UnicodeDecodeError as error:
        raise UsageError(f"not UTF-8: byte {error.start} is 0x{raw[error.start]:02x}", where=where) from None
    except ValidationError as error:
        sentences = dict.fromkeys(explain_fault(fault, Provider) for fault in error.errors()[:_SHOWN])
        raise UsageError("; ".join(sentences), where=where) from None
