"""Requests for models without a class, such as models newer than the package."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from ..core.checks import check_json_object, check_string
from ..files.outputs import MediaOutput
from .catalogue import find_class
from .request import OpenRequest, to_wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from ..core.profile import Profile


class RawRequest(OpenRequest[MediaOutput]):
    """Unchecked parameters without a known price."""

    __output__ = MediaOutput

    def __reduce__(self) -> tuple[object, ...]:
        # The class is made at run time, so unpickling makes it again from its attributes.
        return _restore, (self.__model_id__, self.__endpoint__, tuple(self.__facts__.items()), to_wire(self))


def raw_request(
    profile: Profile, model_id: str, parameters: Mapping[str, JsonValue], endpoint: str | None
) -> RawRequest:
    """Return a request for any model id; `endpoint` is its submit URL, if the provider has one per model.

    The facts that variants and a templated body need are those of the model's class, if the package has one.
    Raises `ConfigurationError` for parameters that are no JSON.
    """
    check_string("model_id", model_id)
    check_string("endpoint", endpoint, optional=True)
    check_json_object("parameters", parameters)
    submit = profile.submit
    known = find_class(profile, model_id) if submit.variants or submit.body is not None else None
    return _restore(model_id, endpoint, tuple((known or RawRequest).__facts__.items()), dict(parameters))


def _restore(
    model_id: str, endpoint: str | None, facts: tuple[tuple[str, str], ...], parameters: dict[str, JsonValue]
) -> RawRequest:
    return _kind(model_id, endpoint, facts)(extra=parameters)


@lru_cache(maxsize=256)
def _kind(model_id: str, endpoint: str | None, facts: tuple[tuple[str, str], ...]) -> type[RawRequest]:
    attributes = {
        "__model_id__": model_id,
        "__endpoint__": endpoint,
        "__facts__": MappingProxyType(dict(facts)),
        "__module__": __name__,
    }
    return cast("type[RawRequest]", type("RawRequest", (RawRequest,), attributes))
