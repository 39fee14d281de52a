"""sample: model ``sample``."""

from typing import Annotated, Literal

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer, Number
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    Field_: Annotated[
        Integer | None, Field(validation_alias="Field", serialization_alias="Field")
    ] = None
    """Sent as ``"Field"``."""

    Literal_: Annotated[
        Literal["a"] | None, Field(validation_alias="Literal", serialization_alias="Literal")
    ] = None
    """Sent as ``"Literal"``."""

    Number_: Annotated[
        Number | None, Field(validation_alias="Number", serialization_alias="Number")
    ] = None
    """Sent as ``"Number"``."""

    list_: Annotated[
        list[str] | None, Field(validation_alias="list", serialization_alias="list")
    ] = None
    """Sent as ``"list"``."""

    str_: Annotated[str | None, Field(validation_alias="str", serialization_alias="str")] = None
    """Sent as ``"str"``."""

    __schema__ = '{"type":"object","properties":{"str":{"type":"string"},"list":{"type":"array","items":{"type":"string"}},"Literal":{"enum":["a"]},"Number":{"type":"number"},"Field":{"type":"integer"}}}'
