"""sample: model ``sample``."""

from pydantic import Field

from .._runtime.outputs import MediaOutput
from .._runtime.request import Request

__all__ = ["Sample"]


class Sample(Request[MediaOutput]):
    """sample

    Price: not published.
    """

    __model_id__ = "sample"
    __digest__ = ""
    __output__ = MediaOutput

    Foo_Bar: str | None = None

    foo_bar_2: str | None = Field(
        default=None, validation_alias="foo bar", serialization_alias="foo bar"
    )
    """Sent as ``"foo bar"``."""

    foo_bar_3: str = Field(validation_alias="foo-bar", serialization_alias="foo-bar")
    """Sent as ``"foo-bar"``."""

    foo_bar_4: str | None = Field(
        default=None, validation_alias="foo.bar", serialization_alias="foo.bar"
    )
    """Sent as ``"foo.bar"``."""

    foo_bar: str | None = None
