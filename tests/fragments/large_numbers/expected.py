# note: sample#/properties/beyond/minimum: expected a number in range; minimum is ignored
"""sample: model ``sample``."""

from typing import Annotated

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

    absurd: str | None = None

    beyond: Integer | None = None

    big: Annotated[Integer, Field(le=18446744073709551616)] | None = None
    """At most 18446744073709551616."""

    seed: Annotated[Integer, Field(ge=0, le=4294967295)] | None = None
    """At least 0; at most 4294967295."""

    tiny: Annotated[Number, Field(ge=1e-09, le=1e300)] | None = None
    """At least 1e-09; at most 1e+300."""

    __schema__ = '{"type":"object","properties":{"seed":{"type":"integer","minimum":0,"maximum":4294967295},"big":{"type":"integer","maximum":18446744073709551616},"tiny":{"type":"number","minimum":1e-09,"maximum":1e+300},"absurd":{"type":"string","maxLength":1000000000000000000000000000000},"beyond":{"type":"integer","minimum":-10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000}}}'
