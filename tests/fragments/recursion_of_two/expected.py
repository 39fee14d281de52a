"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Integer
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleA(NestedModel):
    """The object ``A`` of the provider's schema."""

    __schema_at__ = "/$defs/A"

    b: "SampleB | None" = None


class SampleB(NestedModel):
    """The object ``B`` of the provider's schema."""

    __schema_at__ = "/$defs/A/properties/b"

    a: SampleA | None = None

    n: Integer | None = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    a: SampleA | None = None

    __schema__ = '{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"object","properties":{"a":{"$ref":"https://schemaloom.invalid/sample#/$defs/A"},"n":{"type":"integer"}}}}}},"$id":"https://schemaloom.invalid/sample","$defs":{"A":{"type":"object","properties":{"b":{"type":"object","properties":{"a":{"$ref":"https://schemaloom.invalid/sample#/$defs/A"},"n":{"type":"integer"}}}}}}}'
