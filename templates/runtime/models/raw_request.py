"""Requests for models without a class, such as models newer than the package."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from ..core.checks import check_json
from ..files.outputs import MediaOutput
from .request import OpenRequest, to_wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue


class RawRequest(OpenRequest[MediaOutput]):
    """Unchecked parameters without a known price."""

    __output__ = MediaOutput

    def __reduce__(self) -> tuple[object, ...]:
        # The class is made at run time, so unpickling makes it again from its attributes.
        return raw_request, (self.__model_id__, to_wire(self), self.__endpoint__)


def raw_request(model_id: str, parameters: Mapping[str, JsonValue], endpoint: str | None) -> RawRequest:
    """Return a request for any model id; `endpoint` is its submit URL, if the provider has one per model.

    Raises `ConfigurationError` for parameters that are no JSON.
    """
    check_json("parameters", dict(parameters))
    return _kind(model_id, endpoint)(extra=dict(parameters))


@lru_cache(maxsize=256)
def _kind(model_id: str, endpoint: str | None) -> type[RawRequest]:
    facts = {"__model_id__": model_id, "__endpoint__": endpoint, "__module__": __name__}
    return cast("type[RawRequest]", type("RawRequest", (RawRequest,), facts))
