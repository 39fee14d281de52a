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

    field_0: Annotated[Integer | None, Field(validation_alias="0", serialization_alias="0")] = None
    """Sent as ``"0"``."""

    field_2k: Annotated[Boolean | None, Field(validation_alias="2k", serialization_alias="2k")] = (
        None
    )
    """Sent as ``"2k"``."""

    field_3d_mode: Annotated[
        str | None, Field(validation_alias="3d_mode", serialization_alias="3d_mode")
    ] = None
    """Sent as ``"3d_mode"``."""

    __schema__ = '{"type":"object","properties":{"2k":{"type":"boolean"},"3d_mode":{"type":"string"},"0":{"type":"integer"}}}'
