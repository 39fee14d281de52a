"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer, JsonList
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    any: JsonList | None = None

    names: (
        Annotated[list[Annotated[str, Field(min_length=1)] | None], Field(min_length=2)] | None
    ) = None
    """At least 2 items."""

    seeds: list[Annotated[Integer, Field(ge=0)]] | None = None

    __schema__ = '{"type":"object","properties":{"seeds":{"type":"array","items":{"type":"integer","minimum":0}},"names":{"type":"array","items":{"type":["string","null"],"minLength":1},"minItems":2},"any":{"type":"array"}}}'
