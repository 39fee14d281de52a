"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleReal(NestedModel):
    """The object ``Real`` of the provider's schema."""

    __schema_at__ = ""

    prompt: str

    nested: "SampleReal | None" = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    nested: SampleReal | None = None

    prompt: str

    __schema__ = '{"type":"object","properties":{"prompt":{"type":"string"},"nested":{"$ref":"https://schemaloom.invalid/sample#/$defs/Input"}},"required":["prompt"],"$id":"https://schemaloom.invalid/sample","$defs":{"Input":{"type":"object","properties":{"prompt":{"type":"string"},"nested":{"$ref":"https://schemaloom.invalid/sample#/$defs/Input"}},"required":["prompt"]}}}'
