"""``docs/reference/rules.md``, from the rules and from the pairs that hold them in tests."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from schemaloom.drift.change import Rule
from schemaloom.pipeline.drift import all_rules
from tests.drift.schema_rows import ROWS

_HEAD = """\
# Drift rules

Every rule that `schemaloom drift`, `sync` and `log` report, as `schemaloom rules` lists them. Rules of `input` are
about requests, rules of `output` about results: what breaks the one is often harmless to the other. An example is the
schema of one parameter before and after, from the tests of the rule. How a change is judged: [drift](../drift.md).
"""
_LONGEST = 160


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
    return found


def _narrowed(old: Any, new: Any) -> tuple[Any, Any]:
    """Return the schemas of the one parameter that differs, or the whole schemas."""
    before, after = old.get("properties", {}), new.get("properties", {})
    rest = [{key: value for key, value in each.items() if key != "properties"} for each in (old, new)]
    changed = [name for name in before.keys() & after.keys() if before[name] != after[name]]
    if rest[0] == rest[1] and before.keys() == after.keys() and len(changed) == 1:
        return before[changed[0]], after[changed[0]]
    return old, new


def _code(schema: Any) -> str:
    return f"`{json.dumps(schema)}`".replace("|", "\\|")
