"""A first fetch keeps what it could read, and YAML is read where JSON was expected."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from starlette.responses import Response

from schemaloom.errors import SnapshotError, SourceError
from schemaloom.sources.http.lenient_json import parse_answer

from .conftest import SCHEMA, Api, Folder


def test_a_first_fetch_keeps_what_it_could_read_and_fails_all_the_same(folder: Folder, api: Api) -> None:
    for number in range(8):
        api.add(f"broken-{number}", "no schema")

    with pytest.raises(SourceError, match="8 of 11 models could not be read"):
        folder.fetch()

    found = folder.snapshot().by_id()
    assert {model for model, document in found.items() if document.input} == {"alpha", "beta", "owner/gamma"}


def test_schemas_and_the_openapi_document_may_be_yaml(folder: Folder, api: Api) -> None:
    for path, content in (("/api/openapi", api.openapi), ("/api/v1/models/beta/schema", {"schema": SCHEMA})):
        text = yaml.safe_dump(content, sort_keys=False)
        api.faults[path] = lambda _, text=text: Response(text, media_type="application/yaml")

    report = folder.fetch()

    assert report.problems == ()
    assert folder.snapshot().by_id()["beta"].input == folder.snapshot().by_id()["alpha"].input
    assert folder.snapshot().openapi == api.openapi


VALUES: dict[str, Any] = {
    "a: 1\nb: -2.5e3\nc: yes\nd: null\ne: ~\nf: 'true'\ng: true\nh: 2026-01-01\n": {
        "a": 1, "b": -2500.0, "c": "yes", "d": None, "e": None, "f": "true", "g": True, "h": "2026-01-01",
    },
    "a: [1, '2', x]\nb: {c: 0x1f, d: 010}\ne: |\n  text\n": {
        "a": [1, "2", "x"], "b": {"c": "0x1f", "d": "010"}, "e": "text\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("text", VALUES)
def test_plain_scalars_are_those_of_json(text: str) -> None:
    found = parse_answer(text.encode(), where="here")

    assert found == VALUES[text]
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>a: b</body></html>", "{a: 1}", "just words", "- a\n- b\n", "a: 1\na: 2\n", "a: &x [1]\nb: *x\n",
        "a: !!python/object/apply:os.system [x]\n\tb: 1", "? [1]\n: 2\n", "a: 1\n---\nb: 2\n", "",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(SnapshotError):
        parse_answer(text.encode(), where="here")
