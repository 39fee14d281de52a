"""A broken document is read as far as it can be; each fault is reported with its line, and nothing is guessed."""

from __future__ import annotations

import pytest

from schemaloom.sources.documents.document import read_document
from schemaloom.sources.documents.tables import column_headings

HEAD = """# Probe API

## Endpoint

```
POST https://sable.example/api/v1/models/probe/run
```

## Input Parameters

"""
PIPES = """| Parameter | Type | Required | Default | Description |
|---|---|---|---|---|
| `prompt` | string | Yes | - | What to draw. |
| `steps` | integer | No | 30 | How long. (min: 20, max: 50) |
| `seed` | integer | No | - | A number. |
"""


def as_cells(table: str) -> str:
    lines = [line for line in table.splitlines() if "---" not in line]
    return "\n\n".join(cell.strip() for line in lines for cell in line.strip(" |").split("|")) + "\n"


def as_flat(table: str) -> str:
    return " ".join(line.strip() for line in (HEAD + table).splitlines() if line.strip())


SHAPES = {"pipes": lambda table: HEAD + table, "cells": lambda table: HEAD + as_cells(table), "flat": as_flat}


@pytest.fixture(params=SHAPES)
def shape(request):
    return SHAPES[request.param]


@pytest.fixture
def read(sable, shape):
    def read_(table: str):
        text = shape(table)
        found = read_document("probe.md", text, sable)
        (model,) = found.models
        return model, found.problems, text

    return read_


def named_line(problem, text: str) -> str:
    """The text at the place that a problem names."""
    _, line, *column = problem.pointer.split(":")
    return text.splitlines()[int(line) - 1][int(column[0]) - 1 if column else 0 :]


def test_a_whole_table_has_no_problems(read):
    model, problems, _ = read(PIPES)
    assert (("prompt", "steps", "seed"), []) == (model.parameters.order, problems)


def test_a_mangled_row_is_left_out_and_others_are_accepted_in_its_place(read):
    model, (problem,), text = read(PIPES.replace("| `steps` | integer | No | 30 |", "| `steps` | integer | 30 |"))
    assert ("prompt", "seed") == model.parameters.order
    assert model.parameters.schema["additionalProperties"] is True
    assert "steps" in named_line(problem, text)[:12]
    assert ("probe", True) == (problem.model, "left out" in problem.message)


def test_an_unknown_type_leaves_the_parameter_open(read):
    model, (problem,), text = read(PIPES.replace("| integer | No | - |", "| quaternion | No | - |"))
    assert {"description": "A number."} == model.parameters.schema["properties"]["seed"]
    assert {"type": "unknown"} == model.parameters.certainty["seed"]
    assert "seed: unknown type 'quaternion'; any value is accepted" == problem.message
    assert "seed" in named_line(problem, text)[:8]


def test_a_renamed_column_is_not_read(read):
    model, (problem,), _ = read(PIPES.replace("Default |", "Preset |"))
    assert {"type": "integer", "minimum": 20, "maximum": 50, "description": "How long."} == (
        model.parameters.schema["properties"]["steps"]
    )
    assert "unknown" == model.parameters.certainty["steps"]["default"]
    assert "unknown column 'Preset'; its cells are not read" == problem.message


def test_a_renamed_column_can_be_explained_by_the_provider(sable, shape):
    documents = sable.catalogue.documents.model_copy(update={"columns": {"Preset": "default"}})
    catalogue = sable.catalogue.model_copy(update={"documents": documents})
    text = shape(PIPES.replace("Default |", "Preset |"))
    found = read_document("probe.md", text, sable.model_copy(update={"catalogue": catalogue}))
    assert 30 == found.models[0].parameters.schema["properties"]["steps"]["default"]
    assert [] == found.problems


def test_a_renamed_last_column_shifts_nothing(read):
    model, problems, _ = read(PIPES.replace("Description |", "In words |"))
    assert ("prompt", "steps", "seed") == model.parameters.order
    assert ["unknown column 'In words'; its cells are not read"] == [p.message for p in problems]


def test_a_kind_of_column_that_nothing_reads_is_reported_and_changes_no_contract(sable, monkeypatch):
    monkeypatch.setitem(column_headings._LATER, "unit", "unit")
    table = "\n### Error codes\n\n| Code | Unit | Meaning |\n|---|---|---|\n| 404 | page | Not there. |\n"
    found = read_document("probe.md", HEAD + PIPES.replace("Default |", "Unit |") + table, sable)
    assert {"404": {"status": 404, "description": "Not there."}} == found.contract["codes"]
    assert [
        "column 'Unit' does not belong to parameters; its cells are not read",
        "column 'Unit' does not belong to codes; its cells are not read",
    ] == [problem.message for problem in found.problems]


def test_without_a_table_the_schema_is_not_known(sable):
    found = read_document("probe.md", f"{HEAD}Ask us.\n", sable)
    assert found.models[0].parameters is None
    assert [("probe.md:9", "no table of parameters can be read here")] == [
        (problem.pointer, problem.message) for problem in found.problems
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("| No | 30 |", "| No | many |", "steps: the default 'many' is not an allowed value; no default is recorded"),
        ("| No | 30 |", "| No | 60 |", "steps: the default '60' is not an allowed value; no default is recorded"),
        ("| `seed` |", "| `steps` |", "steps: appears twice in the table; the first row is used"),
        ("| What to draw. |", "| Words. (min: 1, max: 9) |",
         "prompt: the allowed values do not fit the type and are not read"),
    ],
)  # fmt: skip
def test_a_cell_that_contradicts_another_is_reported(read, old, new, sentence):
    _, problems, _ = read(PIPES.replace(old, new))
    assert [sentence] == [problem.message for problem in problems]


def test_a_range_in_the_table_is_believed_over_one_in_words(sable):
    table = PIPES.replace("Default |", "Range |").replace("---|---|---|---|---", "---|---|---|---|---")
    table = table.replace("| 30 | How long. (min: 20, max: 50) |", "| 1-9 | How long. Valid range: 1-8. |")
    found = read_document("probe.md", HEAD + table, sable)
    steps = found.models[0].parameters.schema["properties"]["steps"]
    assert (1, 9) == (steps["minimum"], steps["maximum"])
    assert ["steps: the table allows 1 to 9 and the description 1 to 8; the table is used"] == [
        problem.message for problem in found.problems
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing here",
        "\x00\x01\x02",
        "|||||\n|-|-|-|",
        "# A ## B ## C | | |---| ",
        "---\n---\n",
        "```",
        "Parameter",
    ],
)
def test_a_document_without_content_is_one_problem(sable, text):
    found = read_document("odd.md", text, sable)
    assert ["nothing in this document is understood"] == [problem.message for problem in found.problems]


@pytest.mark.parametrize(
    "matter",
    ["a: [", "- just\n- a list", "a: &x [1]\nb: *x\n" + "\n".join(f"k{n}: [*x, *x, *x, *x]" for n in range(5000))],
    ids=["not YAML", "no table", "aliases that multiply"],
)
def test_a_broken_front_matter_costs_only_itself(sable, matter):
    found = read_document("odd.md", f"---\n{matter}\n---\n{HEAD}{PIPES}", sable)
    assert ("prompt", "steps", "seed") == found.models[0].parameters.order
    assert ["front matter"] == [problem.message.partition(":")[0] for problem in found.problems]
