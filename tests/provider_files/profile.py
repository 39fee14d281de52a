"""``templates/runtime/core/profile.py``, from the classes of the settings that a client needs."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from inspect import cleandoc, isclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, JsonValue
from pydantic_core import PydanticUndefined
from tests.provider_files.fields import documented, is_union

from schemaloom.settings.catalogue import SchemaSource
from schemaloom.settings.provider import Provider
from schemaloom.settings.value_types import JobState, Pointers

_SECTIONS = ("package", "api", "submit", "job", "upload", "webhook", "errors")
_LEFT_OUT = {SchemaSource: {"output"}}
_HEAD = '''\
"""`Profile`: everything in which one provider differs from another, as data.

A generated package carries one `Profile`, rendered from the provider's description; the code
beside it is the same in every package.  Values inside documents are addressed by JSON Pointers
(RFC 6901); of several, the first that is present counts.

Written by ``python -m tests.provider_files`` from the settings of ``provider.toml``; not edited.

Named tuples, because every program that imports a package pays for this tree: as frozen
dataclasses it takes 4 ms longer, a third of the whole import.  Annotations are not deferred for
the same reason: each deferred one of a named tuple is compiled on its own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from .json_document import JsonValue

JobState: TypeAlias = Literal["queued", "running", "succeeded", "failed", "cancelled"]
"""The meaning of a provider's status."""

Pointers: TypeAlias = tuple[str, ...]

'''
_TAIL = '''
class Profile(NamedTuple):
    """One provider, as the runtime needs to know it."""

    name: str
    title: str
    version: str
    """Version of the generated distribution; part of the User-Agent header."""
    package: Package
    api: Api
    submit: Submit
    job: JobProtocol
    errors: Errors
    upload: Upload | None = None
    webhook: Webhook = Webhook()
    schemas: tuple[SchemaSource, ...] = ()
    """Tried in order; empty if the provider serves no schemas."""
    currency: str = "credit"
'''


def profile_module() -> str:
    """Return the source of the module, formatted."""
    classes: dict[type[BaseModel], None] = {}
    for name in _SECTIONS:
        for section in _classes(Provider.model_fields[name].annotation):
            _gather(section, classes)
    _gather(SchemaSource, classes)
    source = _HEAD + "\n\n".join(map(_class, classes)) + "\n" + _TAIL
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "-q",
        "--stdin-filename",
        "templates/runtime/core/profile.py",
        "-",
    ]
    return subprocess.run(command, input=source, capture_output=True, check=True, text=True).stdout


def _gather(section: type[BaseModel], found: dict[type[BaseModel], None]) -> None:
    """Add `section` after the sections that its fields need."""
    for field in documented(section):
        if not field.field.exclude:
            for inner in _classes(field.field.annotation):
                _gather(inner, found)
    found[section] = None


def _classes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isclass(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _classes(part)


def _class(section: type[BaseModel]) -> str:
    fields = [
        field
        for field in documented(section)
        if not field.field.exclude and field.name not in _LEFT_OUT.get(section, ())
    ]
    # A named tuple takes fields without a default first.
    fields.sort(key=lambda field: field.field.get_default(call_default_factory=True) is not PydanticUndefined)
    lines = [f"class {section.__name__}(NamedTuple):", *_docstring(cleandoc(section.__doc__ or "")), ""]
    for field in fields:
        default = field.field.get_default(call_default_factory=True)
        given = "" if default is PydanticUndefined else f" = {_literal(default)}"
        lines.append(f"    {field.name}: {_type(field.field.annotation)}{given}")
        if field.text:
            lines += _docstring(field.text)
    return "\n".join(lines) + "\n"


def _docstring(text: str) -> list[str]:
    code = " ".join(text.replace("``", "`").split()).replace("`", "``")
    lines = textwrap.wrap(f'"""{code}', 110, break_on_hyphens=False)
    lines = [f'{lines[0]}"""'] if len(lines) == 1 else [*lines, '"""']
    return [textwrap.indent(line, "    ") for line in lines]


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "MappingProxyType({})" if not value else repr(value)
    if isinstance(value, BaseModel):
        return f"{type(value).__name__}()"
    return repr(value)


def _type(annotation: Any) -> str:
    if annotation == JsonValue:
        return '"JsonValue"'  # not imported at run time
    if annotation == JobState:
        return "JobState"
    if annotation == Pointers:
        return "Pointers"
    if get_origin(annotation) is Literal:
        return "str"
    if hasattr(annotation, "__metadata__"):
        return _type(annotation.__origin__)
    if is_union(annotation):
        return " | ".join(_type(part) for part in get_args(annotation))
    if get_origin(annotation) is dict:
        return f"Mapping[{', '.join(_type(part) for part in get_args(annotation))}]"
    if get_origin(annotation) is tuple:
        return f"tuple[{', '.join('...' if part is ... else _type(part) for part in get_args(annotation))}]"
    if annotation is type(None):
        return "None"
    assert isclass(annotation)
    return annotation.__name__
