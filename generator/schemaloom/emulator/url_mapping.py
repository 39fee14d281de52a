"""Map the provider's URLs to those of the emulator.

The emulator keeps the provider's paths, so a client that was given the emulator's base URL
arrives at the same places as one that was not.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from schemaloom.settings.catalogue import Documents
from schemaloom.settings.urls import join, move, origin, rebase

FILES = "/files/"
"""Path prefix of output files; it needs no key and counts towards no limit."""


@dataclass(frozen=True, slots=True)
class UrlMapping:
    """The two origins of a running emulator, and the provider's base URL that they replace."""

    provider_base: str
    origin: str
    """Origin of the API."""
    files_origin: str
    """Origin of output files: another one, as with a real provider, so a key sent there shows."""
    origins: tuple[str, ...] = ()
    """Other origins of the API, which are served here as well."""

    @property
    def base_url(self) -> str:
        """The base URL to give to a client in place of the provider's."""
        return self.origin + urlsplit(self.provider_base).path.rstrip("/")

    def local(self, url: str) -> str | None:
        """Return a route or URL of the provider, moved here; None if it is of an undeclared origin."""
        whole = join(self.provider_base, url)
        try:
            found = origin(whole)
        except ValueError:
            # A model's endpoint is untrusted text.
            return None
        if found == origin(self.provider_base):
            return rebase(whole, self.provider_base, self.base_url)
        return move(whole, self.base_url) if found in map(origin, self.origins) else None

    def template(self, route: str) -> str:
        """Return a route of the provider's description, moved here whatever its origin: path and query."""
        whole = join(self.provider_base, route)
        local = self.local(route) or move(whole, self.base_url)
        return local.removeprefix(self.origin)

    def document_path(self, documents: Documents) -> str | None:
        """The path of documents here, with ``{document}``: their own origin is served here as well."""
        if documents.template is None or documents.base_url is None:
            return None
        return urlsplit(rebase(documents.template, documents.base_url, self.base_url)).path

    def path_of(self, template: str) -> str | None:
        """The path that a route or URL has here; None when it is of another origin."""
        url = self.local(template)
        return None if url is None else urlsplit(url).path

    def file_url(self, job_id: str, name: str) -> str:
        """Return the URL of an output file of a job."""
        return f"{self.files_origin}{FILES}{job_id}/{name}"
