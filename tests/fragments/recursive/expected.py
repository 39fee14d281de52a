"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleTree(NestedModel):
    """The object ``Tree`` of the provider's schema."""

    __schema_at__ = "/$defs/Tree"

    label: str

    children: "list[SampleTree] | None" = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    tree: SampleTree

    __schema__ = '{"type":"object","properties":{"tree":{"type":"object","properties":{"label":{"type":"string"},"children":{"type":"array","items":{"$ref":"https://schemaloom.invalid/sample#/$defs/Tree"}}},"required":["label"]}},"required":["tree"],"$id":"https://schemaloom.invalid/sample","$defs":{"Tree":{"type":"object","properties":{"label":{"type":"string"},"children":{"type":"array","items":{"$ref":"https://schemaloom.invalid/sample#/$defs/Tree"}}},"required":["label"]}}}'
