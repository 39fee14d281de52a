"""The law: a verdict is that of jsonschema on the raw schemas, in whatever form code sends a payload."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemaloom.ir.close_schema import close_schema
from schemaloom.ir.model import Catalogue
from schemaloom.parse.model import parse_model
from schemaloom.render.names.table import name_models
from tests import strategies
from tests.drift.rewriting import pairs
from tests.impact.forms import CLASS_FORMS, FORMS, by_copy
from tests.impact.sides import judge_code, model, python

Json = dict[str, Any]


def validators(*schemas: Json) -> list[Draft202012Validator]:
    return [Draft202012Validator(close_schema(schema)) for schema in schemas]


def expected(old: Json, new: Json, payload: Any) -> set[str]:
    was, is_now = (validator.is_valid(payload) for validator in validators(old, new))
    return {"breaks"} if was and not is_now else {"unaffected", "behaves-differently"}


@st.composite
def calls(draw: st.DrawFn, old: Json, new: Json) -> Any:
    """A payload; half of the time one that breaks, if drawing finds one."""
    broken = draw(st.booleans())
    was, is_now = validators(old, new)
    payload = draw(strategies.near(old))
    for _ in range(8 if broken else 0):
        if was.is_valid(payload) and not is_now.is_valid(payload):
            break
        payload = draw(strategies.instances(old))
    return payload


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_form_of_a_known_payload_gets_the_verdict_of_jsonschema(data: st.DataObject) -> None:
    old, new = data.draw(pairs())
    payload = data.draw(calls(old, new))
    assume(isinstance(payload, dict) and "None" not in python(payload))  # a class may leave it out
    parsed = parse_model(model("m", old))
    names = name_models(Catalogue(provider="sample", models=(parsed,)), {})["m"]
    # Parameters without a field have no name that Python could write.
    fields = {**names.fields.get("", {})}
    keyword = all(fields.get(name, name).isidentifier() and fields.get(name, name) != "class" for name in payload)
    forms = [form for form in FORMS if keyword or form not in CLASS_FORMS]
    if "self" in payload or "extra" in payload or not payload:
        forms = [form for form in forms if form is not by_copy]
    files = {f"form_{index}.py": form(payload, fields) for index, form in enumerate(forms)}
    with TemporaryDirectory() as folder:
        report = judge_code(Path(folder), model("m", old), model("m", new), files)
    wanted = expected(old, new, payload)
    found = {site.path: site for site in report.sites}  # the last of each file
    for index, form in enumerate(forms):
        site = found[f"form_{index}.py"]
        assert site.judgement.verdict.value in wanted, (form.__name__, site.judgement, files[site.path])
        assert site.judgement.payload == payload, (form.__name__, files[site.path])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_proof_about_unknown_values_holds_for_every_value(data: st.DataObject) -> None:
    old, new = data.draw(pairs())
    payload = data.draw(strategies.instances(old))
    assume(isinstance(payload, dict) and payload)
    unknown = data.draw(st.lists(st.sampled_from(sorted(payload)), min_size=1, unique=True))
    certain = {name: value for name, value in payload.items() if name not in unknown}
    lines = [f"    sent[{name!r}] = given()\n" for name in unknown]
    code = f"import replicate\ndef f(given):\n    sent = {python(certain)}\n{''.join(lines)}"
    code += "    replicate.run('m', input=sent)\n"
    with TemporaryDirectory() as folder:
        report = judge_code(Path(folder), model("m", old), model("m", new), code)
    (site,) = report.sites
    verdict, shown = site.judgement.verdict.value, site.judgement.payload
    was, is_now = validators(old, new)
    properties = old.get("properties", {})
    for _ in range(6):
        filled = {**certain, **{name: data.draw(strategies.near(properties.get(name, {}))) for name in unknown}}
        if was.is_valid(filled):
            if verdict in {"unaffected", "behaves-differently"}:
                assert is_now.is_valid(filled), (site.judgement, filled)
            if verdict == "breaks":
                assert not is_now.is_valid(filled), (site.judgement, filled)
    if verdict == "breaks":
        assert (True, False) == (was.is_valid(shown), is_now.is_valid(shown)), site.judgement
