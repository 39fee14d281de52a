"""sample: model ``sample``."""

from typing import Annotated, Literal

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import JsonObject, OneOf
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __constants__ = frozenset({"version"})
    __nullable__ = frozenset({"nothing"})

    exact: Annotated[JsonObject, OneOf(({"a": [1]},))] | None = None

    flag: Annotated[Literal[True], OneOf((True,))] | None = None

    level: Annotated[Literal[3], OneOf((3,))] | None = None

    nothing: None = None

    version: Literal["v2"] = "v2"

    __schema__ = '{"type":"object","properties":{"version":{"const":"v2"},"level":{"const":3},"flag":{"const":true},"nothing":{"const":null},"exact":{"const":{"a":[1]}}},"required":["version"]}'
