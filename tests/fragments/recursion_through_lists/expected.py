# note: sample#/$defs/Knot: recursion through something other than an object; anything is accepted here
"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import JsonList
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleNode(NestedModel):
    """The object ``Node`` of the provider's schema."""

    __schema_at__ = "/$defs/Nodes/items"

    children: "list[SampleNode] | None" = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __rules__ = {
        "$defs": {
            "Knot": {"items": {"$ref": "#/$defs/Knot"}, "type": "array"},
            "closed_1": {"items": {"$ref": "#/$defs/closed_2"}},
            "closed_2": {"items": {"$ref": "#/$defs/closed_2"}},
        },
        "allOf": [{"properties": {"knot": {"$ref": "#/$defs/closed_1"}}}],
        "properties": {"knot": {"$ref": "#/$defs/Knot"}},
    }

    knot: list[JsonList] | None = None

    nodes: list[SampleNode] | None = None

    __schema__ = '{"type":"object","properties":{"nodes":{"type":"array","items":{"type":"object","properties":{"children":{"$ref":"https://schemaloom.invalid/sample#/$defs/Nodes"}}}},"knot":{"type":"array","items":{"$ref":"https://schemaloom.invalid/sample#/$defs/Knot"}}},"$id":"https://schemaloom.invalid/sample","$defs":{"Nodes":{"type":"array","items":{"type":"object","properties":{"children":{"$ref":"https://schemaloom.invalid/sample#/$defs/Nodes"}}}},"Knot":{"type":"array","items":{"$ref":"https://schemaloom.invalid/sample#/$defs/Knot"}}}}'
