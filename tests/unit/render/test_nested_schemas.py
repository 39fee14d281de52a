"""Where the published schema describes a nested object."""

from __future__ import annotations

import pytest

from schemaloom.json.values import JsonObject
from schemaloom.render.nested_schemas import NestedSchemas


def described(*names: str, **more: object) -> JsonObject:
    return {"properties": {name: {"type": "string"} for name in names}, **more}  # type: ignore[dict-item]


SIZE = described("width", "height")
PUBLISHED: JsonObject = {
    "properties": {
        "size": SIZE,
        "either": {"oneOf": [described("a"), described("b", properties={"b": described("c")}), described("d")]},
        "same": {"anyOf": [described("e"), described("e")]},
        "differing": {"anyOf": [described("f", title="one"), described("f")]},
        "joined": {"allOf": [described("g"), described("h")]},
        "listed": {"items": described("i"), "prefixItems": [described("j")]},
        "named": {"properties": {"2": described("k"), "a/b": described("l")}},
        "deep": {"anyOf": [{"oneOf": [described("m"), described("n")]}]},
    },
    "$defs": {"shared": described("o"), "size": SIZE},
}


@pytest.mark.parametrize(
    ("path", "names", "pointer"),
    [
        ("/size", "width height", "/properties/size"),
        ("/size", "height width", "/properties/size"),
        ("/size", "width", None),
        ("/either/1", "a", "/properties/either/oneOf/0"),
        ("/either/2", "b", "/properties/either/oneOf/1"),
        ("/either/2/b", "c", "/properties/either/oneOf/1/properties/b"),
        ("/either/3", "d", "/properties/either/oneOf/2"),
        ("/same/1", "e", "/properties/same/anyOf/0"),
        ("/differing/1", "f", None),
        ("/joined", "g h", "/properties/joined"),
        ("/joined", "g", "/properties/joined/allOf/0"),
        ("/listed/*", "i", "/properties/listed/items"),
        ("/listed/*", "j", "/properties/listed/prefixItems/0"),
        ("/named/2", "k", "/properties/named/properties/2"),
        ("/named/a~1b", "l", "/properties/named/properties/a~1b"),
        ("/deep/1/2", "n", "/properties/deep/anyOf/0/oneOf/1"),
        ("$shared", "o", "/$defs/shared"),
        ("$size", "width height", "/$defs/size"),
        ("/absent", "absent", None),
    ],
)
def test_an_object_is_found_by_its_path_and_its_properties(path: str, names: str, pointer: str | None) -> None:
    assert NestedSchemas(PUBLISHED).pointer(path, names.split()) == pointer
