"""Nothing in an OpenAPI document changes in silence, unless the two documents mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from openapi_spec_validator import validate
from tests.drift.comparing import read_for
from tests.drift.laws import has_place
from tests.drift.openapi_sample import DOCUMENT

from schemaloom.drift.catalogue.control_plane import ControlPlane, compare_planes
from schemaloom.drift.change import Change
from schemaloom.json.pointer import pointer_of

EQUAL = {
    ("delete", "/paths/~1models~1{id}~1run/post/parameters/1/explode"): "false is the default of this style",
    ("delete", "/components/schemas/Job/properties/status/type"): "the enum allows strings only",
}


def changes(old: Any, new: Any) -> list[Change]:
    """Changes between two OpenAPI documents."""
    planes = [ControlPlane(read_schema=read_for, openapi=document) for document in (old, new)]
    return list(compare_planes(planes[0], planes[1]))


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield (*path, key)
        yield from places(node[key], (*path, key))


def altered(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, list):
        return [*value, "added"] if not value or isinstance(value[0], str) else value[:-1]
    return {**value, "x-added": 1}


def edited(kind: str, path: tuple[Any, ...]) -> Any:
    document = deepcopy(DOCUMENT)
    parent: Any = document
    for key in path[:-1]:
        parent = parent[key]
    if kind == "delete":
        del parent[path[-1]]
    elif kind == "alter":
        parent[path[-1]] = altered(parent[path[-1]])
    elif isinstance(parent[path[-1]], dict):
        parent[path[-1]]["strange"] = {"y": 1}
    return document


def test_the_sample_is_a_valid_document() -> None:
    validate(DOCUMENT)


@pytest.mark.parametrize("kind", ["delete", "alter", "add"])
@pytest.mark.parametrize("section", list(DOCUMENT))
def test_no_edit_is_silent(section: str, kind: str) -> None:
    wanted = [path for path in [(section,), *places(DOCUMENT[section], (section,))] if edited(kind, path) != DOCUMENT]
    found = {path: changes(DOCUMENT, edited(kind, path)) for path in wanted}
    silent = {(kind, pointer_of(*path)) for path, changed in found.items() if not changed}
    assert silent == {key for key in EQUAL if key[0] == kind and key[1].startswith(f"/{section}/")}
    stray = {change.pointer for path, changed in found.items() for change in changed
             if not has_place(change.pointer, DOCUMENT, edited(kind, path))}  # fmt: skip
    assert stray == set()
    back = [path for path in wanted[::3] if (kind, pointer_of(*path)) not in silent]
    assert [path for path in back if not changes(edited(kind, path), DOCUMENT)] == []


def test_no_edit_is_reported_twice() -> None:
    for path in list(places(DOCUMENT))[::5]:
        found = changes(DOCUMENT, edited("alter", path))
        assert len({change.fingerprint for change in found}) == len(found)
