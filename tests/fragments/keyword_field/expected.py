"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Boolean, Integer
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    None_: Annotated[Integer | None, Field(validation_alias="None", serialization_alias="None")] = (
        None
    )
    """Sent as ``"None"``."""

    async_: Annotated[
        Boolean | None, Field(validation_alias="async", serialization_alias="async")
    ] = None
    """Sent as ``"async"``."""

    class_: Annotated[str, Field(validation_alias="class", serialization_alias="class")]
    """Sent as ``"class"``."""

    from_: Annotated[str, Field(validation_alias="from", serialization_alias="from")]
    """Sent as ``"from"``."""

    match: str | None = None

    type: str | None = None

    __schema__ = '{"type":"object","properties":{"class":{"type":"string"},"from":{"type":"string"},"None":{"type":"integer"},"match":{"type":"string"},"type":{"type":"string"},"async":{"type":"boolean"}},"required":["class","from"]}'
