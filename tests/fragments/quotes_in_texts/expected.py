"""sample: model ``sample``."""

from .._runtime.files.outputs import MediaOutput
from .._runtime.models.request import NestedModel, Request

__all__ = ["Sample"]


class SampleB(NestedModel):
    """\"\"\""""

    __schema_at__ = "/properties/b"

    x: str | None = None


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput
    __defaults__ = {"a": 'say "it\'s" \\ \n\t done'}

    a: str | None = None
    """Ends in a quote: "x"

    Default ``"say \\"it's\\" \\\\ \\n\\t done"``.
    """

    b: SampleB | None = None
    """\"\"\""""

    c: str | None = None
    """\"\"\"" and \\N{BULLET} {{ 7 * 7 }} {% raw %}\\"""

    __schema__ = '{"type":"object","properties":{"a":{"type":"string","default":"say \\"it\'s\\" \\\\ \\n\\t done","description":"Ends in a quote: \\"x\\""},"b":{"type":"object","properties":{"x":{"type":"string"}},"description":"\\"\\"\\""},"c":{"type":"string","description":"\\"\\"\\"\\" and \\\\N{BULLET} {{ 7 * 7 }} {% raw %}\\\\"}}}'
