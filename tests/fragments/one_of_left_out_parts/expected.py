"""sample: model ``sample``."""

from typing import Literal

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __rules__ = {
        "properties": {"n": {"oneOf": [{"not": {"const": "a"}, "type": "string"}, {"const": "a"}]}}
    }

    n: str | Literal["a"] | None = None
    """Other strings are accepted: the list is not complete."""

    __schema__ = '{"type":"object","properties":{"n":{"oneOf":[{"type":"string","not":{"const":"a"}},{"const":"a"}]}}}'
