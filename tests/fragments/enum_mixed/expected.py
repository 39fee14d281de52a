"""sample: model ``sample``."""

from typing import Annotated

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer, JsonList, JsonObject, Number, OneOf
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __nullable__ = frozenset({"duration"})

    duration: Annotated[Integer | Number | str | None, OneOf(("auto", 5, 10, None, 2.5))] = None

    wild: Annotated[JsonList | JsonObject | str, OneOf(([1], {"a": 1}, "a"))] | None = None

    __schema__ = '{"type":"object","properties":{"duration":{"enum":["auto",5,10,null,2.5]},"wild":{"enum":[[1],{"a":1},"a"]}}}'
