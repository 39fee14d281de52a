"""The reference of ``provider.toml`` names what the settings take, and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from tests.paths import ROOT

from schemaloom.settings.provider import JobProtocol, Provider

REFERENCE = (ROOT / "docs" / "provider.md").read_text("utf-8")
HEADING = re.compile(r"^## `\[+(.+?)\]+`$")
ROW = re.compile(r"^\| `(\w+)` \| .+? \| (.+?) \| .*\|$")


def described() -> dict[str, tuple[str, str]]:
    """Each key by its whole name, with its row and the words for its default."""
    found: dict[str, tuple[str, str]] = {}
    section = ""
    for line in REFERENCE.splitlines():
        if line.startswith("## "):
            heading = HEADING.match(line)
            section = f"{heading[1]}." if heading else ""
        elif row := ROW.match(line):
            found[f"{section}{row[1]}"] = line, row[2]
    return found


def taken(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each key below `model` that holds no table of its own: whole name, type, default (`...` where required)."""
    for name, field in model.model_fields.items():
        key, parts = f"{above}{name}", list(flat(field.annotation))
        tables = [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
        keys = [part for part in get_args(field.annotation)[:1] if get_origin(part) is Literal]
        if get_origin(field.annotation) is dict and keys:
            yield from ((f"{key}.{choice}", get_args(field.annotation)[1], None) for choice in get_args(keys[0]))
        elif tables:
            yield from taken(tables[0], f"{key}.")
        elif key != "job.statuses":  # whose keys are the provider's own
            default = field.get_default(call_default_factory=True)
            yield key, field.annotation, ... if default is PydanticUndefined else default


def flat(annotation: Any) -> Iterator[Any]:
    """The types that a union or a tuple holds."""
    if get_origin(annotation) in {Union, UnionType, tuple}:
        for part in get_args(annotation):
            yield from flat(part)
    else:
        yield annotation


def choices(annotation: Any) -> set[str]:
    """Every text that some `Literal` in the annotation allows."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {choice for part in get_args(annotation) for choice in choices(part)}


def test_every_key_is_described_and_no_other() -> None:
    assert sorted(key for key, _, _ in taken(Provider)) == sorted(described())


def test_defaults_are_what_they_are() -> None:
    words = described()
    for key, _, default in taken(Provider):
        shown = words[key][1]
        if default is ...:
            assert shown == "required", key
        elif default is None:
            assert shown == "none", key
        else:
            value = tomllib.loads(f"value = {shown.strip('`')}")["value"]
            assert value == (list(default) if isinstance(default, tuple) else default), key


def test_every_choice_is_named() -> None:
    rows = described()
    rows["job.statuses"] = REFERENCE.split("## `[job.statuses]`")[1].split("## ")[0], ""
    statuses = ("job.statuses", JobProtocol.model_fields["statuses"].annotation, ...)
    for key, annotation, _ in (*taken(Provider), statuses):
        if allowed := choices(annotation):
            default = {rows[key][1].strip('`"')}
            assert allowed - default == set(re.findall(r'`"(\w+)"`', rows[key][0])) - default, key
