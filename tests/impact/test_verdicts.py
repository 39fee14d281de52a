"""Verdicts and their reasons: what each kind of change does to one call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemaloom.json.pointer import resolve_pointer
from schemaloom.snapshot.model import Price
from tests.impact.sides import PROVIDER, impact_of, judge_code, model, write_code, write_side

Json = dict[str, Any]
CLASS = "from sample_sdk.models.m import M\n"


def request(*required: str, **properties: Json) -> Json:
    return {"type": "object", "properties": {"p": {"type": "string"}, **properties}, "required": ["p", *required]}


INT = {"type": "integer"}
OLD = request(n={**INT, "minimum": 0, "maximum": 10}, s={"enum": ["a", "b", "c"]}, d={**INT, "default": 1})

ROWS: dict[str, tuple[Json, str, str, str]] = {
    "removed": (request(s=OLD["properties"]["s"]), "M(p='x', n=1)", "breaks", "Parameter n was removed"),
    "not sent": (request(s=OLD["properties"]["s"]), "M(p='x')", "unaffected", ""),
    "range": (request(**{**OLD["properties"], "n": {**INT, "maximum": 4}}), "M(p='x', n=5)", "breaks", "maximum"),
    "range, unknown": (
        request(**{**OLD["properties"], "n": {**INT, "maximum": 4}}), "def f(n: int):\n    M(p='x', n=n)",
        "may-break", "values of n that break: above 4",
    ),
    "enum, unknown": (
        request(**{**OLD["properties"], "s": {"enum": ["a"]}}), "def f(s):\n    M(p='x', s=s)",
        "may-break", 'values of s that break: "b", "c"',
    ),
    "enum, of a safe type": (
        request(**{**OLD["properties"], "s": {"enum": ["a", "b"]}}),
        "from typing import Literal\ndef f(s: Literal['a', 'b']):\n    M(p='x', s=s, d=1)", "unaffected", "",
    ),
    "removed, unknown": (request(), "def f(n: int):\n    M(p='x', n=n)", "breaks", "any value"),
    "required": (request("k", **OLD["properties"], k=INT), "M(p='x')", "breaks", "k"),
    "required, sent": (request("d", **OLD["properties"]), "M(p='x', d=3)", "unaffected", ""),
    "default": (
        request(**{**OLD["properties"], "d": {**INT, "default": 2}}), "M(p='x')",
        "behaves-differently", "default changed from 1 to 2",
    ),
    "default, sent": (request(**{**OLD["properties"], "d": {**INT, "default": 2}}), "M(p='x', d=1)", "unaffected", ""),
    "None is not sent": (
        request(s=OLD["properties"]["s"], d=OLD["properties"]["d"]), "M(p='x', n=None)", "unaffected", "",
    ),
    "no valid value, unknown": (
        request("n", **{**OLD["properties"], "n": {**INT, "minimum": 1, "maximum": 0}}),
        "def f(n: int):\n    M(p='x', n=n)", "breaks", "any value",
    ),
    "refused already": (request(), "M(p='x', n=99)", "unaffected", "already refused"),
}  # fmt: skip


@pytest.mark.parametrize(("new", "code", "verdict", "reason"), ROWS.values(), ids=ROWS)
def test_what_a_change_does_to_a_call(tmp_path: Path, new: Json, code: str, verdict: str, reason: str) -> None:
    (site,) = judge_code(tmp_path, model("m", OLD), model("m", new), CLASS + code).sites
    assert site.judgement.verdict.value == verdict
    assert reason in site.judgement.reason
    assert bool(site.judgement.changes) == (verdict != "unaffected")


def test_a_removed_model_breaks_every_call_and_names_the_change(tmp_path: Path) -> None:
    code = f"{CLASS}import replicate\nM(p='x')\ndef f(p):\n    replicate.run('m', input=p)\n"
    report = judge_code(tmp_path, model("m", OLD), None, code)
    assert [site.judgement.verdict.value for site in report.sites] == ["breaks", "breaks"]
    assert all("removed" in site.judgement.reason for site in report.sites)


def test_a_confirmed_rename_breaks_those_who_call_the_api_themselves(tmp_path: Path) -> None:
    renames = '[models]\nm = "m2"\n[parameters.m2]\nn = "count"\n'
    new = request(count=OLD["properties"]["n"], s=OLD["properties"]["s"], d=OLD["properties"]["d"])
    code = f"{CLASS}import replicate\nM(p='x', n=3)\nreplicate.run('m', input={{'p': 'x', 'n': 3}})\n"
    report = judge_code(tmp_path, model("m", OLD), model("m2", new), code, renames)
    assert [site.judgement.verdict.value for site in report.sites] == ["unaffected", "breaks"]


def test_a_higher_price_makes_a_call_cost_more_where_it_asks_for_what_costs_more(tmp_path: Path) -> None:
    schema = request(resolution={"enum": ["720p", "1080p"], "default": "720p"})
    prices = [Price(amount=1, unit="job", by_resolution=(("1080p", high),)) for high in (2, 3)]
    code = f"{CLASS}M(p='x')\nM(p='x', resolution='1080p')\ndef f(r):\n    M(p='x', resolution=r)\n"
    old, new = (model("m", schema, price=price) for price in prices)
    report = judge_code(tmp_path, old, new, code)
    words = ["unaffected", "behaves-differently", "behaves-differently"]
    assert [site.judgement.verdict.value for site in report.sites] == words


def test_a_part_of_a_result_that_is_gone_breaks_who_reads_it(tmp_path: Path) -> None:
    image = {"type": "object", "properties": {"url": {"type": "string"}}}
    old = {"type": "object", "properties": {"mask": {"type": "string"}, "images": {"type": "array", "items": image}}}
    new = {"type": "object", "properties": {"images": {"type": "array", "items": image}}}
    code = (
        "import replicate\nout = replicate.run('m', input={'p': 'x'})\nprint(out['mask'])\n"
        "for image in out['images']: ...\nfirst = out['images'][0]['url']\nout['surprise']\n"
    )
    report = judge_code(tmp_path, model("m", OLD, output=old), model("m", OLD, output=new), code)
    found = [(site.line, site.judgement.verdict.value) for site in report.sites if site.kind == "read"]
    assert found == [(3, "breaks"), (4, "unaffected"), (5, "unaffected")]


def test_a_request_at_another_url_may_break(tmp_path: Path) -> None:
    moved = PROVIDER.replace("/models/{id}/run", "/v2/{id}")
    old = write_side(tmp_path / "old", model("m", OLD))
    new = write_side(tmp_path / "new", model("m", OLD), provider=moved)
    code = "import requests\nrequests.post('https://sample.example/api/v1/models/m/run', json={'p': 'x'})\n"
    app = write_code(tmp_path / "app", {"app.py": code + "import replicate\nreplicate.run('m', input={'p': 'x'})\n"})
    report = impact_of(old, new, app)
    assert [site.judgement.verdict.value for site in report.sites] == ["may-break", "unaffected"]


SHARED: Json = {
    "type": "object",
    "properties": {
        "p": {"type": "string"},
        "n": {"$ref": "#/$defs/N"},
        "size": {"$ref": "#/$defs/Size"},
        "list": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/Size"}, {"type": "string"}]}},
        "tree": {"$ref": "#/$defs/Tree"},
    },
    "$defs": {
        "N": {**INT, "default": 1},
        "Size": {"type": "object", "properties": {"w": {"allOf": [{"$ref": "#/$defs/W"}]}}},
        "W": {**INT, "default": 1},
        "Tree": {"type": "object", "properties": {"d": {**INT, "default": 1}, "next": {"$ref": "#/$defs/Tree"}}},
    },
}


@pytest.mark.parametrize(
    ("definition", "arguments", "relies"),
    [
        ("N", "p='x'", True),
        ("N", "p='x', n=1", False),
        ("W", "p='x'", False),
        ("W", "size={}", True),
        ("W", "size={'w': 1}", False),
        ("W", "list=[{'w': 1}, 'x']", False),
        ("W", "list=[{'w': 1}, {}]", True),
        ("W", "size=unknown", True),
        ("Tree/properties/d", "tree={'d': 1}", False),
        ("Tree/properties/d", "tree={'d': 1, 'next': {}}", True),
    ],
)
def test_a_call_relies_on_defaults_behind_references(
    tmp_path: Path, definition: str, arguments: str, *, relies: bool
) -> None:
    new = json.loads(json.dumps(SHARED))
    resolve_pointer(new, f"/$defs/{definition}")["default"] = 2
    code = f"import replicate\ndef f(unknown):\n    replicate.run('m', input=dict({arguments}))\n"
    (site,) = judge_code(tmp_path, model("m", SHARED), model("m", new), code).sites

    assert ("behaves-differently" if relies else "unaffected") == site.judgement.verdict.value


@pytest.mark.parametrize(
    "gone", [("class",), ("mask-url",), ("box", "x-min"), ("box", "list", "for"), ("$defs", "a b")]
)
def test_a_read_by_the_name_of_an_attribute_is_one_of_the_apis_property(tmp_path: Path, gone: tuple[str, ...]) -> None:
    shared = {"type": "object", "properties": {"a b": INT, "y": INT}}
    items = {"type": "array", "items": {"type": "object", "properties": {"for": INT, "y": INT}}}
    box = {"type": "object", "properties": {"x-min": INT, "y": INT, "list": items}}
    properties = {"class": INT, "mask-url": {"type": "string"}, "box": box, "shared": {"$ref": "#/$defs/S"}}
    old: Json = {"type": "object", "properties": properties, "$defs": {"S": shared}}
    new = json.loads(json.dumps(old))
    places = {
        ("class",): "", ("mask-url",): "", ("box", "x-min"): "/properties/box",
        ("box", "list", "for"): "/properties/box/properties/list/items", ("$defs", "a b"): "/$defs/S",
    }  # fmt: skip
    del resolve_pointer(new, places[gone])["properties"][gone[-1]]
    reads = ("class_", "mask_url", "box.x_min", "box.list[0].for_", "shared.a_b", "box.y", "shared.y")
    lines = "".join(f"    print(out.{read})\n" for read in reads)
    start = f"from sample_sdk import Sample\n{CLASS}with Sample() as client:\n    out = client.run(M(p='x')).output\n"
    report = judge_code(tmp_path, model("m", OLD, output=old), model("m", OLD, output=new), start + lines)

    verdicts = {site.line - 5: site.judgement.verdict.value for site in report.sites if site.line > 4}
    broken = [*places].index(gone)
    assert {n: "breaks" if n == broken else "unaffected" for n in range(len(reads))} == verdicts


@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        ("M(extra={'p': 'x', 'n': 1})", "breaks"),
        ("M(p='x', extra={'other': 1})", "unaffected"),
        ("M(p='x', n=1)", "breaks"),
        ("M.model_validate({'p': 'x', 'extra': {'n': 1}})", "unaffected"),
        ("def f(others):\n    M(p='x', extra=others)", "may-break"),
        ("def f(others):\n    M(p='x', **others)", "may-break"),
        ("import replicate\ndef f(o):\n    replicate.run('m', input={'p': 'x', **o})", "may-break"),
    ],
)
def test_other_parameters_of_an_open_request_are_sent_beside_the_others(
    tmp_path: Path, arguments: str, verdict: str
) -> None:
    old: Json = {**request(), "additionalProperties": True}
    new: Json = {**request(n={"type": "string"}), "additionalProperties": True}
    (site,) = judge_code(tmp_path, model("m", old), model("m", new), CLASS + arguments).sites

    assert verdict == site.judgement.verdict.value


NONE_INSIDE = {
    "nested class": "from sample_sdk.models.m import M, MO\nM(o=MO(w=5, h=None))",
    "nested class, validated": "from sample_sdk.models.m import M, MO\nM(o=MO.model_validate({'w': 5, 'h': None}))",
    "dictionary": "from sample_sdk.models.m import M\nM(o={'w': 5, 'h': None})",
    "list": "from sample_sdk.models.m import M, ML\nM(l=[ML(w=5, h=None), {'w': 1, 'h': None}])",
    "nothing inside": "from sample_sdk.models.m import M\nM(o={'w': 5}, l=None)",
}


@pytest.mark.parametrize("code", NONE_INSIDE.values(), ids=NONE_INSIDE)
def test_a_class_sends_no_none_inside_either(tmp_path: Path, code: str) -> None:
    def schema(most: int) -> dict[str, Any]:
        part = {"type": "object", "properties": {"w": {"type": "integer", "maximum": most}, "h": {"type": "integer"}}}
        inner = {"o": part, "l": {"type": "array", "items": part}}
        return {"type": "object", "properties": inner}

    report = judge_code(tmp_path, model("m", schema(9)), model("m", schema(4)), code)
    (site,) = report.sites
    assert site.judgement.verdict.value == "breaks"
    assert "None" not in str(site.judgement.payload)


def test_a_class_sends_a_none_that_another_alternative_accepts(tmp_path: Path) -> None:
    part = {"type": "object", "properties": {"c": {"type": "string"}}}

    def schema(*others: Json) -> Json:
        return {"type": "object", "properties": {"o": {"anyOf": [part, *others]}}}

    code = "from sample_sdk.models.m import M\nM(o={'c': None})"
    (site,) = judge_code(tmp_path, model("m", schema({"type": "object"})), model("m", schema()), code).sites

    assert ("breaks", {"o": {"c": None}}) == (site.judgement.verdict.value, site.judgement.payload)
