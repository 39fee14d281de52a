"""sample: model ``sample``."""

from typing import Annotated

from pydantic import Field

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

    Foo_Bar: str | None = None

    foo_bar_2: Annotated[
        str | None, Field(validation_alias="foo bar", serialization_alias="foo bar")
    ] = None
    """Sent as ``"foo bar"``."""

    foo_bar_3: Annotated[str, Field(validation_alias="foo-bar", serialization_alias="foo-bar")]
    """Sent as ``"foo-bar"``."""

    foo_bar_4: Annotated[
        str | None, Field(validation_alias="foo.bar", serialization_alias="foo.bar")
    ] = None
    """Sent as ``"foo.bar"``."""

    foo_bar: str | None = None

    __schema__ = '{"type":"object","properties":{"foo-bar":{"type":"string"},"foo_bar":{"type":"string"},"foo bar":{"type":"string"},"Foo_Bar":{"type":"string"},"foo.bar":{"type":"string"}},"required":["foo-bar"]}'
