"""sample: model ``sample``."""

from typing import Literal

from pydantic import Field

from .._runtime.json_types import Integer, Number
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

    Field_: Integer | None = Field(
        default=None, validation_alias="Field", serialization_alias="Field"
    )
    """Sent as ``"Field"``."""

    Literal_: Literal["a"] | None = Field(
        default=None, validation_alias="Literal", serialization_alias="Literal"
    )
    """Sent as ``"Literal"``."""

    Number_: Number | None = Field(
        default=None, validation_alias="Number", serialization_alias="Number"
    )
    """Sent as ``"Number"``."""

    list_: list[str] | None = Field(
        default=None, validation_alias="list", serialization_alias="list"
    )
    """Sent as ``"list"``."""

    str_: str | None = Field(default=None, validation_alias="str", serialization_alias="str")
    """Sent as ``"str"``."""
