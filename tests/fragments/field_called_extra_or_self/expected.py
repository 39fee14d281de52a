"""sample: model ``sample``."""

from pydantic import Field

from .._runtime.json_types import JsonObject
from .._runtime.outputs import MediaOutput
from .._runtime.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    cls: str | None = None

    extra_: JsonObject | None = Field(
        default=None, validation_alias="extra", serialization_alias="extra"
    )
    """Sent as ``"extra"``."""

    self_: str = Field(validation_alias="self", serialization_alias="self")
    """Sent as ``"self"``."""
