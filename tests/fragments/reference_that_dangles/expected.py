# note: sample#/properties/lost/$ref: the target of $ref does not exist; anything is accepted here
# note: sample#/properties/remote/$ref: $ref does not point into the same document; anything is accepted here
# note: sample#/properties/anchor/$ref: $ref does not point into the same document; anything is accepted here
# note: sample#/properties/wrong/$ref: $ref is not a string; anything is accepted here
"""sample: model ``sample``."""

from pydantic import JsonValue

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
    __rules__ = {"properties": {"anchor": True, "lost": True, "remote": True, "wrong": True}}
    __nullable__ = frozenset({"anchor", "lost", "remote", "wrong"})

    anchor: JsonValue = None

    lost: JsonValue = None

    remote: JsonValue = None

    wrong: JsonValue = None

    __schema__ = '{"type":"object","properties":{"lost":{},"remote":{},"anchor":{},"wrong":{}}}'
