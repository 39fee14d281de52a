"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Number, Unique
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleLoras(NestedModel):
    """An item of ``loras``."""

    __schema_at__ = "/properties/loras/items"

    path: str

    scale: Annotated[Number, Field(ge=0, le=4)] | None = None
    """At least 0; at most 4."""


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    loras: Annotated[list[SampleLoras], Field(max_length=3, min_length=1), Unique()]
    """At least 1 item; at most 3 items; no item twice."""

    __schema__ = '{"type":"object","properties":{"loras":{"type":"array","items":{"type":"object","properties":{"path":{"type":"string"},"scale":{"type":"number","minimum":0,"maximum":4}},"required":["path"]},"minItems":1,"maxItems":3,"uniqueItems":true}},"required":["loras"]}'
