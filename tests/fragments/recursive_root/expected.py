"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleRoot(NestedModel):
    """The object ``root`` of the provider's schema."""

    __schema_at__ = ""

    prompt: str

    then: "SampleRoot | None" = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    prompt: str

    then: SampleRoot | None = None

    __schema__ = '{"type":"object","properties":{"prompt":{"type":"string"},"then":{"type":"object","properties":{"prompt":{"type":"string"},"then":{"$ref":"https://schemaloom.invalid/sample#/$defs/root"}},"required":["prompt"]}},"required":["prompt"],"$id":"https://schemaloom.invalid/sample","$defs":{"root":{"type":"object","properties":{"prompt":{"type":"string"},"then":{"$ref":"https://schemaloom.invalid/sample#/$defs/root"}},"required":["prompt"]}}}'
