# warning: sample#/properties/b: no value is valid, so there is no field to set
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

    a: str

    __schema__ = '{"type":"object","properties":{"a":{"type":"string"},"b":{"allOf":[{"type":"string"},{"type":"integer"}]}},"required":["a"]}'
