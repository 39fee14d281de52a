"""Parameters that are files: a URL, or a local file, which is uploaded when the request is sent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, BinaryIO, Protocol, TypeAlias, TypeGuard, TypeVar

from pydantic_core import core_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import SupportsIndex

    from pydantic import GetCoreSchemaHandler, ValidatorFunctionWrapHandler

T_co = TypeVar("T_co", covariant=True)
LocalFile: TypeAlias = "os.PathLike[str] | BinaryIO"


class OrFile:
    """Admits a path or a file that is open for reading in binary, beside the strings of the annotation."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        as_json = core_schema.plain_serializer_function_ser_schema(
            lambda value: file_uri(value) if is_local_file(value) else value, when_used="json"
        )
        return core_schema.no_info_wrap_validator_function(_file_or_string, handler(source), serialization=as_json)


def is_local_file(value: object) -> TypeGuard[LocalFile]:
    """Whether a value is a path, or an open file."""
    return isinstance(value, os.PathLike) or callable(getattr(value, "read", None))


def file_uri(value: LocalFile) -> str:
    """Return a ``file:`` URL in place of a local file while a request is only checked."""
    from pathlib import Path  # few programs check a request with a local file

    name = os.fspath(value) if isinstance(value, os.PathLike) else str(getattr(value, "name", "file"))
    return Path(name).absolute().as_uri()


def _file_or_string(value: object, check: ValidatorFunctionWrapHandler) -> object:
    return value if is_local_file(value) else check(value)


# To pydantic all of them are strings; a wrong value then has one message and not one for each kind.
if TYPE_CHECKING:
    StringOrFile: TypeAlias = str | os.PathLike[str] | BinaryIO
    FileInput: TypeAlias = StringOrFile

    class _ListOf(Protocol[T_co]):
        """A list as type checkers see it: covariant, so that one of strings or of paths alone is accepted."""

        def __getitem__(self, index: SupportsIndex, /) -> T_co: ...
        def __iter__(self) -> Iterator[T_co]: ...
        def __len__(self) -> int: ...
        def reverse(self) -> None: ...

    FileList: TypeAlias = _ListOf[StringOrFile]
else:
    StringOrFile = str
    FileInput = Annotated[str, OrFile()]
    FileList = list[FileInput]
