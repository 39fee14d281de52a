"""sample: model ``sample``."""

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

    a: str | None = None
    """A very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very long story. A very long story. A very long story. A very long story. A very long story. A
    very lon…
    """

    __schema__ = '{"type":"object","properties":{"a":{"type":"string","description":"A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. A very long story. "}}}'
