"""sample: model ``sample``."""

from pydantic import Field

from .._runtime.json_types import Boolean, Integer
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

    field_0: Integer | None = Field(default=None, validation_alias="0", serialization_alias="0")
    """Sent as ``"0"``."""

    field_2k: Boolean | None = Field(default=None, validation_alias="2k", serialization_alias="2k")
    """Sent as ``"2k"``."""

    field_3d_mode: str | None = Field(
        default=None, validation_alias="3d_mode", serialization_alias="3d_mode"
    )
    """Sent as ``"3d_mode"``."""
