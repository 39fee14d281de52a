"""``docs/reference/rules.md``, from the rules and from the pairs that hold them in tests."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import asdict, replace
from itertools import groupby
from typing import Any

from schemaloom.drift.change import Rule
from schemaloom.pipeline.drift import all_rules
from tests.drift.schema_rows import ROWS
from tests.drift.test_catalogue_rules import (
    BASE,
    CONTRACT,
    CONTRACT_ROWS,
    MODEL_ROWS,
    OPENAPI,
    OPENAPI_ROWS,
    PROVIDER,
    PROVIDER_ROWS,
)

_HEAD = """\
# Drift rules

Every rule that `schemaloom drift`, `sync` and `log` report, as `schemaloom rules` lists them. Rules of `input` are
about requests, rules of `output` about results: what breaks the one is often harmless to the other. An example, from
the tests of the rule, is the schema of one parameter, or what differs in a model's facts or the provider's documents.

How a change is judged: [drift](../drift.md).
"""
_LONGEST = 320


def rules() -> str:
    """Return the page."""
    examples = _examples()
    parts = [_HEAD]
    found = sorted(all_rules().values(), key=lambda rule: rule.id)
    for subject, group in groupby(found, key=lambda rule: rule.id.partition(".")[0]):
        listed = list(group)
        with_examples = any(rule.id in examples for rule in listed)
        head = "| rule | severity | meaning |" + (" before | after |" if with_examples else "")
        parts += [f"## {subject}\n", head, "|---|---|---|" + ("---|---|" if with_examples else "")]
        parts += [_row(rule, examples.get(rule.id), with_examples=with_examples) for rule in listed]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _row(rule: Rule, example: tuple[Any, Any] | None, *, with_examples: bool) -> str:
    cells = [f"`{rule.id}`", str(rule.severity), rule.sentence.replace("|", "\\|").replace("<", "&lt;")]
    if with_examples:
        cells += [_code(side) for side in example] if example else ["", ""]
    return f"| {' | '.join(cells)} |"


def _examples() -> dict[str, tuple[Any, Any]]:
    """Return the first pair of each rule whose schemas are short."""
    found: dict[str, tuple[Any, Any]] = {}
    for row in ROWS:
        pair = _narrowed(row.old, row.new)
        for rule, example in (
            (f"input.{row.there}", pair),
            (f"input.{row.back}", pair[::-1]),
            (f"output.{row.output_there or row.there}", pair),
            (f"output.{row.output_back or row.back}", pair[::-1]),
        ):
            if max(len(json.dumps(side)) for side in example) <= _LONGEST:
                found.setdefault(rule, example)
    for there, back, old, new in MODEL_ROWS:
        sides = replace(BASE, **old), replace(BASE, **new)
        before, after = ({name: getattr(side, name) for name in {**old, **new}} for side in sides)
        found.setdefault(there, (before, after))
        found.setdefault(back, (after, before))
    for document, rows in ((PROVIDER, PROVIDER_ROWS), (CONTRACT, CONTRACT_ROWS), (OPENAPI, OPENAPI_ROWS)):
        for there, back, change in rows:
            changed = deepcopy(document)
            change(changed)
            pair = _differing(document, changed)
            if max(len(json.dumps(side)) for side in pair) <= _LONGEST:
                found.setdefault(there, pair)
                found.setdefault(back, pair[::-1])
    return found


def _differing(old: Any, new: Any) -> tuple[Any, Any]:
    """Return the part of two documents that differs, in the objects around it."""
    if isinstance(old, dict) and isinstance(new, dict):
        names = [name for name in {**old, **new} if old.get(name) != new.get(name) or (name in old) != (name in new)]
        pairs = {name: _differing(old.get(name), new.get(name)) for name in names}
        return tuple(
            {name: pairs[name][side] for name in names if name in whole} for side, whole in enumerate((old, new))
        )
    return old, new


def _narrowed(old: Any, new: Any) -> tuple[Any, Any]:
    """Return the schemas of the one parameter that differs, or the whole schemas."""
    before, after = old.get("properties", {}), new.get("properties", {})
    rest = [{key: value for key, value in each.items() if key != "properties"} for each in (old, new)]
    changed = [name for name in before.keys() & after.keys() if before[name] != after[name]]
    if rest[0] == rest[1] and before.keys() == after.keys() and len(changed) == 1:
        return before[changed[0]], after[changed[0]]
    return old, new


def _code(schema: Any) -> str:
    return f"`{json.dumps(schema, default=asdict)}`".replace("|", "\\|")
