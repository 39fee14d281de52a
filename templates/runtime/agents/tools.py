"""The tools that a package offers an agent: find, describe, estimate and changes, which need no key, and run.

Every answer is text.  A wrong call raises `CallError`, whose message names what to do instead.
"""

from __future__ import annotations

import json
import warnings
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, cast

from pydantic import JsonValue, ValidationError

from ..core.errors import SDKError, UnknownModel
from ..core.plain_text import one_line, printable
from ..jobs.pricing import estimate
from .changelog import Note, read_notes
from .search import SearchIndex
from .signature import clipped, signature, summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..client_base import ClientBase
    from ..models.catalogue import Catalogue, ModelInfo
    from ..models.request import Request

MOST_FOUND = 20
"""Most models of one answer."""
_LONGEST_LINE = 160
_LONGEST_NOTE = 300
_MOST_NOTES = 15


class CallError(Exception):
    """The call was wrong, or came to nothing; nothing was paid unless the message names a job."""


class Tools:
    """The tools of one package that send nothing."""

    def __init__(self, catalogue: Catalogue, client: type[ClientBase]) -> None:
        self.profile = client.profile
        self._catalogue = catalogue

    @property
    def count(self) -> int:
        """The number of models."""
        return len(self._catalogue)

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(self._catalogue, self.profile.currency)

    @cached_property
    def _notes(self) -> tuple[Note, ...]:
        return read_notes(self.profile.package.module)

    def search(
        self,
        query: str = "",
        *,
        kind: str | None = None,
        parameter: str | None = None,
        max_price: float | None = None,
        limit: int = 5,
    ) -> list[ModelInfo]:
        """Return the models that fit, the best first, at most `MOST_FOUND`; see `SearchIndex.find`."""
        return self._index.find(
            query, kind=kind, parameter=parameter, max_price=max_price, limit=max(1, min(limit, MOST_FOUND))
        )

    def list_models(self, found: Sequence[ModelInfo]) -> str:
        """Return a line for each model that was found."""
        if not found:
            kinds = ", ".join(sorted({info.modality for info in self._catalogue.values() if info.modality}))
            return f"No model fits. Try fewer words or filters; the kinds are {kinds}."
        lines: list[str] = []
        for info in found:
            text = summary(info, self.profile.currency)
            about = info.description or ", ".join(info.capabilities)
            lines.append(clipped(f"{text}. {about}" if about else text, _LONGEST_LINE))
        return "\n".join(lines)

    def describe(self, model: str, *, json_schema: bool = False) -> str:
        """Return the signature of a model, or the JSON Schema of its request."""
        info = self.model(model)
        moved = self._moved(model, info)
        if json_schema:
            return printable(json.dumps(info.load().model_json_schema(by_alias=True), ensure_ascii=False))
        return "\n".join([*moved, signature(info, self.profile.currency)])

    def estimate(self, model: str, parameters: Mapping[str, JsonValue]) -> str:
        """Return the price of a call with these parameters, after checking them; nothing is sent."""
        request, remarks = self.request(model, parameters)
        return "\n".join([one_line(str(estimate(request, self.profile.currency, {}))), *remarks])

    def notes(self, model: str | None = None, parameter: str | None = None) -> list[Note]:
        """Return the lines of the changelog about a model or a parameter, the newest first."""
        return [
            note
            for note in self._notes
            if (model is None or note.names(model)) and (parameter is None or f"`{parameter}`" in note.text)
        ]

    def changes(self, model: str | None = None, parameter: str | None = None) -> str:
        """The same as text."""
        found = self.notes(model, parameter)
        if not found:
            about = " of ".join(f"`{name}`" for name in (parameter, model) if name is not None)
            return f"The changelog of {self.profile.version} names no change{f' of {about}' if about else ''}."
        lines = [clipped(str(note), _LONGEST_NOTE) for note in found[:_MOST_NOTES]]
        return "\n".join([*lines, *([f"and {len(found) - _MOST_NOTES} older"] if len(found) > _MOST_NOTES else [])])

    def model(self, model: str) -> ModelInfo:
        """Return a model by its present or former id.  Raises `CallError`, which has its removal or similar ids."""
        try:
            return self._catalogue[model]
        except UnknownModel as error:
            past = [str(note) for note in self.notes(model)[:1]]
            near = [info.id for info in self._index.find(model, limit=3)]
            hints = [*past, *([f"models like it: {', '.join(near)}"] if near and not error.similar else [])]
            raise CallError(one_line("; ".join([str(error), *hints]))) from None

    def request(self, model: str, parameters: Mapping[str, JsonValue]) -> tuple[Request[object], list[str]]:
        """Build the request, and return it with remarks about names that have changed.

        Raises `CallError` for parameters that the model does not take, with the changes that removed them.
        """
        info = self.model(model)
        remarks = self._moved(model, info)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DeprecationWarning)
            try:
                request = info.load().model_validate(dict(parameters))
            except ValidationError as error:
                raise CallError(self._faults(info, error)) from None
            except SDKError as error:
                raise CallError(text_of(error)) from None
        for name in (name for name in parameters if name not in info.parameters):
            changed = [str(each.message) for each in caught if f"parameter {name!r} " in str(each.message)]
            remarks += [f"{one_line(text)}{self._since(info.id, name)}" for text in changed]
        return request, remarks

    def _moved(self, model: str, info: ModelInfo) -> list[str]:
        return (
            [] if model == info.id else [one_line(f"`{model}` is called `{info.id}` now{self._since(info.id, model)}")]
        )

    def _since(self, model: str, name: str) -> str:
        """Return the release whose changelog names `name` last, as the end of a sentence."""
        for note in self.notes(model, name)[:1]:
            return f", since {note.version}{f' ({note.date})' if note.date else ''}"
        return ""

    def _faults(self, info: ModelInfo, error: ValidationError) -> str:
        return "; ".join(self._fault(info, fault["loc"], fault["type"], fault["msg"]) for fault in error.errors()[:5])

    def _fault(self, info: ModelInfo, place: Sequence[int | str], kind: str, message: str) -> str:
        name = ".".join(map(str, place)) or "request"
        if kind != "extra_forbidden" or len(place) != 1:
            return f"{name}: {one_line(message)}"
        past = [str(note) for note in self.notes(info.id, name)[:1]]
        near = get_close_matches(name, info.parameters, n=2)
        hints = [
            *(clipped(text, _LONGEST_NOTE) for text in past),
            *([f"did you mean {' or '.join(near)}?"] if near else []),
        ]
        listed = "" if hints else f"it takes {', '.join(info.parameters)}"
        return f"{info.id} takes no parameter {name!r}: {'; '.join(hints) or listed}"


def text_of(error: SDKError) -> str:
    """Return an error with its notes on one line, such as the id of a job that continues."""
    return one_line("; ".join([str(error), *cast("Sequence[str]", getattr(error, "__notes__", ()))]))
