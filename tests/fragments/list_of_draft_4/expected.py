"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.json_types import Boolean, Integer
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
        "properties": {
            "pair": {
                "items": {"not": True, "type": "boolean"},
                "prefixItems": [{"type": "string"}, {"if": True, "type": "integer"}],
                "type": "array",
            }
        }
    }

    pair: list[str | Integer | Boolean] | None = None

    __schema__ = '{"type":"object","properties":{"pair":{"type":"array","items":{"type":"boolean","not":{}},"prefixItems":[{"type":"string"},{"type":"integer","if":{}}]}}}'
