"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import JsonObject
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    cls: str | None = None

    extra_: Annotated[
        JsonObject | None, Field(validation_alias="extra", serialization_alias="extra")
    ] = None
    """Sent as ``"extra"``."""

    self_: Annotated[str, Field(validation_alias="self", serialization_alias="self")]
    """Sent as ``"self"``."""

    __schema__ = '{"type":"object","properties":{"self":{"type":"string"},"extra":{"type":"object"},"cls":{"type":"string"}},"required":["self"]}'
