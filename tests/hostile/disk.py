"""A provider's folder as it may be found in a checkout: cut, swapped, linked, or written by an enemy."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from tests.hostile.answers import raw_bodies
from tests.hostile.schemas import requests
from tests.hostile.texts import ids, names, texts, values

_UNDO = {"id": "0" * 32, "folders": ["acme", "../../escape", "/etc", "neighbour"], "old": 1, "new": 2}
_FILES = ["lock.json", "names.json", "openapi.json", "contract.json", "acknowledged.toml", "renames.toml"]
_LINKS = [
    ("specs/acme/models/linked.json", "/etc/passwd"),
    ("specs/acme/models/loop.json", "loop.json"),
    ("specs/acme/models/dangling.json", "nowhere"),
    ("specs/acme/names.json", "../../../secret"),
    ("specs/acme/lock.json", "/dev/zero"),
    ("specs/acme/openapi.json", "/etc/passwd"),
    ("specs/acme/extra", "/"),
    ("generated/acme-sdk/src", "/tmp"),
    ("generated/acme-sdk/pyproject.toml", "../../../secret"),
    ("specs/.acme.schemaloom-new", "../../home"),
    ("specs/.acme.schemaloom-undo", "../README.md"),
]
_COMMANDS = [
    ["generate", "acme"],
    ["generate", "acme"],
    ["generate", "acme", "--check"],
    ["fetch", "acme", "--base-url", "BASE", "--rate", "0"],
    ["drift", "specs/acme", "specs/lumen"],
    ["drift", "specs/lumen", "specs/acme", "--format", "json"],
]

names_files = st.one_of(
    values,
    st.dictionaries(
        ids, st.one_of(values, st.fixed_dictionaries({"module": names, "class": names, "fields": values})), max_size=4
    ),
    st.builds(
        lambda module, cls, field: {
            "schema_version": 1,
            "models": {
                name: {"module": module, "class": cls, "fields": {"": {"prompt": field}}} for name in ("alpha", "beta")
            },
        },
        names,
        names,
        names,
    ),
)
locks = st.builds(
    lambda entry, models, more: {"schema_version": 1, "catalogue": entry, "models": models, **more},
    st.one_of(values, st.fixed_dictionaries({"url": texts, "etag": texts, "digest": texts})),
    st.one_of(values, st.dictionaries(ids, st.fixed_dictionaries({"url": texts, "etag": texts}), max_size=3)),
    st.dictionaries(st.sampled_from(["generator", "reading", "updated", "server", "missing"]), values, max_size=3),
)
model_files = st.one_of(
    values,
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "name",
                "input",
                "output",
                "price",
                "capabilities",
                "documents",
                "related",
                "modality",
                "endpoint",
                "parameter_order",
                "property_order",
                "output_order",
                "provenance",
                "description",
                "unknown",
            ]
        ),
        st.one_of(values, texts, requests()),
        max_size=8,
    ),
    st.builds(
        lambda name, rest: {"id": "alpha", "name": name, "provenance": "fetched", **rest},
        texts,
        st.dictionaries(st.sampled_from(["input", "price"]), values),
    ),
)


def _bytes(content: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    return content.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@st.composite
def disks(draw: st.DrawFn) -> tuple[dict[str, bytes], dict[str, str], list[str]]:
    """Files below ``specs/acme``, links below the working folder, and the command that meets them."""
    files: dict[str, bytes] = {}
    for path in draw(st.lists(st.sampled_from(_FILES), max_size=2, unique=True)):
        usual = {"lock.json": _bytes(locks), "names.json": _bytes(names_files)}.get(path, _bytes(values))
        files[path] = draw(st.one_of(usual, usual, raw_bodies))
    for path in draw(
        st.lists(st.sampled_from(["alpha.json", "beta.json", "%41.json", "x.json", ".json", "a b.json"]), max_size=2)
    ):
        files[f"models/{path}"] = draw(st.one_of(_bytes(model_files), _bytes(model_files), raw_bodies))
    if draw(st.integers(0, 9)) == 0:
        files["../.acme.schemaloom-undo"] = draw(
            st.one_of(st.just(json.dumps(_UNDO).encode()), _bytes(values), raw_bodies)
        )
    links = dict(draw(st.lists(st.sampled_from(_LINKS), max_size=1)))
    return files, links, draw(st.sampled_from(_COMMANDS))
