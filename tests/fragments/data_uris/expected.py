"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.file_input import FileInput
from .._runtime.models.json_types import Boolean
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleLayers(NestedModel):
    """An item of ``layers``."""

    __schema_at__ = "/properties/layers/items"
    __nullable__ = frozenset({"picture"})
    __data_uris__ = frozenset({"picture"})

    picture: FileInput | None = None
    """Or a local file."""

    name: str | None = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __defaults__ = {"sync": False}
    __data_uris__ = frozenset({"image", "masks"})

    image: FileInput | None = None
    """URL or data URI of the picture.

    Or a local file.
    """

    layers: list[SampleLayers] | None = None

    masks: list[str] | None = None
    """Base64-encoded, at most two."""

    style: str | None = None
    """URL of a picture."""

    sync: Boolean | None = None
    """Answer with data URIs.

    Default ``False``.
    """

    __schema__ = '{"type":"object","properties":{"image":{"type":"string","description":"URL or data URI of the picture."},"masks":{"type":"array","items":{"type":"string"},"description":"Base64-encoded, at most two."},"layers":{"type":"array","items":{"type":"object","properties":{"picture":{"anyOf":[{"type":"string","format":"data-uri"},{"type":"null"}]},"name":{"type":"string"}}}},"sync":{"type":"boolean","default":false,"description":"Answer with data URIs."},"style":{"type":"string","description":"URL of a picture."}}}'
