"""Submit URLs in running text, and the model ids inside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from schemaloom.settings.provider import Provider
from schemaloom.settings.urls import origin

_ID = r"[^/\s\"'`<>{}]+?"
_URL = re.compile(r"https?://[^\s\"'`<>]+")
_METHOD = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\s*$")


@dataclass(frozen=True, slots=True)
class SubmitUrl:
    """A model's submit URL as a document shows it."""

    id: str
    url: str | None
    """The whole URL; None if the document has the path alone."""


class SubmitUrls:
    """Finds one provider's submit URLs; URLs shown with another method do not count."""

    def __init__(self, provider: Provider) -> None:
        template = provider.catalogue.documents.model or provider.submit.url
        base = urlsplit(provider.api.base_url).path.rstrip("/")
        self.wanted = f"{provider.api.base_url.rstrip('/')}/{template.lstrip('/')}"
        """The pattern, for messages."""
        marked = re.escape(f"{base}/{template.lstrip('/')}").split(re.escape("{id}"))
        # What follows on a page may be glued to it, in capitals.
        pattern = marked[0] + "".join((rf"({_ID})" if i == 0 else r"\1") + part for i, part in enumerate(marked[1:]))
        self._path = re.compile(rf"{pattern}(?![a-z0-9_-])")
        self._bare = self._path if base else re.compile(rf"(?<!\S){self._path.pattern}")
        self._known = len(marked) > 1
        self._origin = origin(provider.api.base_url)
        self._method = provider.submit.method

    def first(self, text: str) -> SubmitUrl | None:
        """The first submit URL in `text`."""
        return next(self.all(text), None)

    def all(self, text: str) -> Iterator[SubmitUrl]:
        """Every submit URL in `text`: those with an origin, then those without."""
        if not self._known:
            return
        for match in _URL.finditer(text):
            found = self._path.match(urlsplit(match[0]).path) if self._is_api(match[0]) else None
            if found is not None and self._is_submit_method(text[: match.start()]):
                yield SubmitUrl(found[1], match[0])
        rest = _URL.sub(" ", text)
        for match in self._bare.finditer(rest):
            if self._is_submit_method(rest[: match.start()]):
                yield SubmitUrl(match[1], None)

    def _is_api(self, url: str) -> bool:
        try:
            return origin(url) == self._origin
        except ValueError:
            return False

    def _is_submit_method(self, before: str) -> bool:
        method = _METHOD.search(before)
        return method is None or method[1] == self._method
