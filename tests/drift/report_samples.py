"""Reports made by hand, so that formats are tested apart from what finds changes."""

from __future__ import annotations

import hashlib
from typing import Any

from schemaloom.drift.change import Change, DriftReport, FailOn, Severity
from schemaloom.drift.formats.source_lines import SourceLines
from schemaloom.drift.formats.view import View
from schemaloom.drift.message import name, value
from schemaloom.json.codec import canonical_bytes
from schemaloom.pipeline.drift import all_rules
from schemaloom.snapshot.file_names import file_name

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "`` ` ``` ~~~ **bold** _x_ [click](https://evil.example) ![i](https://evil.example/i.png) | # h",
    "@octocat @org/team #12 GH-3 https://evil.example www.evil.example </details> <!-- -->",
    "one\r\n::set-output name=a::b\n::error::forged\n##[add-mask]a %0A::stop-commands::x",
    "\x1b[31mred\x1b[0m \x07 \u202etxt.exe\u202c \u2028 \x00 \ufffe",
    "]]> & \" ' --> ]]&gt;",
    "{0} {name} [red]x[/red] :smile: $GITHUB_TOKEN ${x} $(id)",
    "名前 🙂 é",
    "x" * 5000,
]
"""What a provider may publish as a name, a text or a value."""


def change(rule: str, model: str = "flux-dev", pointer: str = "/properties/seed", **facts: Any) -> Change:
    """A change as the engine would report it; severity is that of the rule."""
    known = all_rules().get(rule)
    facts.setdefault("severity", known.severity if known else Severity.INFO)
    facts.setdefault("markup", f"{name(pointer.rpartition('/')[2] or model)}: {rule}")
    facts.setdefault("fingerprint", hashlib.sha256(f"{rule} {model} {pointer}".encode()).hexdigest())
    return Change(rule=rule, model=model, pointer=pointer, **{"old": None, "new": None, **facts})


def report(*changes: Change) -> DriftReport:
    """A report of these changes, in the order that reports have."""
    rank = list(Severity)
    ordered = sorted(changes, key=lambda item: (rank.index(item.severity), item.model, item.pointer, item.rule))
    return DriftReport(provider="pixel", changes=tuple(ordered))


def view(*changes: Change, files: dict[str, bytes] | None = None, fail_on: FailOn = FailOn.BREAKING) -> View:
    """What formats are given."""
    return View(
        report=report(*changes),
        rules=all_rules(),
        source_lines=SourceLines("specs/pixel", files or {}),
        old="git:v1",
        new="specs/pixel",
        failing=fail_on.severities(),
    )


def model_file(model: str, properties: dict[str, Any], **members: Any) -> dict[str, bytes]:
    """A committed model of a snapshot: its path and bytes."""
    schema = {"type": "object", "properties": properties}
    content = {"id": model, "name": model, "input": schema, **members}
    return {f"models/{file_name(model)}": canonical_bytes(content)}


SEED_REMOVED = change(
    "input.property.removed",
    old={"type": "integer"},
    markup=f"Parameter {name('seed')} was removed",
    proof="witness",
    witness={"prompt": "x", "seed": 1},
)


def mixed() -> tuple[Change, ...]:
    """A few changes of each severity, one of them acknowledged."""
    return (
        SEED_REMOVED,
        *(change("input.default.changed", f"model-{n}", "/properties/fps", old=30, new=24,
                 markup=f"Parameter {name('fps')}: default changed from {value(30)} to {value(24)}")
          for n in range(12)),
        change("input.bound.tightened", pointer="/properties/steps/maximum", old=50, new=20, proof="unproven",
               markup=f"Parameter {name('steps')}: {name('maximum')} changed from {value(50)} to {value(20)}"),
        change("input.enum.value-removed", "sdxl", "/properties/size/enum", old=["1:1", "16:9"], new=["1:1"],
               markup=f"Parameter {name('size')}: allowed value {value('16:9')} removed", proof="witness",
               witness={"size": "16:9"}, acknowledged=True),
        change("price.increased", "sdxl", "/price", old={"amount": 1}, new={"amount": 2},
               markup=f"Price changed from {value(1)} to {value(2)}"),
        change("model.added", "wan-3", "", markup=f"Model {name('wan-3')} was added"),
        change("input.description.changed", "wan-2", "/properties/prompt/description", old="A", new="B",
               markup=f"Parameter {name('prompt')}: description changed"),
    )  # fmt: skip


def hostile() -> tuple[Change, ...]:
    """Every hostile text in every place that a report has, as several severities."""
    found: list[Change] = []
    for number, text in enumerate(HOSTILE):
        pointer = "/properties/" + text.replace("~", "~0").replace("/", "~1")
        for rule in ("input.property.removed", "price.increased", "model.added"):
            proof = {"proof": "witness", "witness": {text: text}} if rule.startswith("input") else {}
            markup = f"Parameter {name(text)} was removed"
            found += [change(rule, f"{number}{text}", pointer, old={text: [text]}, new=text, markup=markup, **proof)]
    return tuple(found)
