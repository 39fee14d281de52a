"""Any parameter table, printed in any of the shapes, is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemaloom.emulator.render_cells import row_of
from schemaloom.emulator.render_document import escaped
from schemaloom.snapshot.model import ModelDocument
from schemaloom.sources.documents.blocks import read_blocks
from schemaloom.sources.documents.tables.column_headings import Columns
from schemaloom.sources.documents.tables.parameters import read_parameters
from schemaloom.sources.documents.tables.table import BADGES, Table
from schemaloom.sources.documents.text.lines import lines_of
from schemaloom.sources.documents.text.unflatten import restored

HEADINGS = ("Parameter", "Required", "Type", "Default", "Allowed values / range", "Description")
FEW = (0, 2, 3)
"""The columns that pages have: name, type, default."""

names = st.from_regex(r"[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,6})?", fullmatch=True).filter(
    lambda name: not name.endswith(BADGES)
)
words = st.text(st.sampled_from("abcXYZ019 .,;'\"|*_`[]<>&#(){}\\-+é—!"), max_size=30).map(
    lambda text: " ".join(text.split())
)
marks = st.sampled_from(["---", "-----", "~~~", "***", "___", "===", "# a", "- a", "1. a", "> a", "```", "| a |"])
texts = st.one_of(words, marks).filter(lambda text: text not in {"-", "—"})
choices = st.lists(words.filter(bool), min_size=1, max_size=4, unique=True)
numbers = st.integers(-99, 99) | st.floats(-99, 99).map(lambda number: round(number, 2))


def ranged(kind, values):
    """A number with both ends, one or none, and perhaps a default between them."""

    @st.composite
    def schema(draw):
        low, default, high = sorted(draw(st.lists(values, min_size=3, max_size=3)))
        made = {"type": kind}
        made |= {"minimum": low} if draw(st.booleans()) else {}
        made |= {"maximum": high} if draw(st.booleans()) else {}
        return made | ({"default": default} if draw(st.booleans()) else {})

    return schema()


def with_default(schemas, values):
    return schemas.flatmap(
        lambda schema: st.just(schema) | values(schema).map(lambda value: {**schema, "default": value})
    )


plain = st.one_of(
    with_default(st.just({"type": "string"}), lambda _: words.filter(lambda text: text.casefold() != "none")),
    with_default(st.just({"type": "boolean"}), lambda _: st.booleans()),
    st.just({"type": "string", "format": "uri"}),
    st.just({"type": "array"}),
    st.just({"type": "integer"}),
    with_default(st.just({"type": "number"}), lambda _: numbers),
)
rich = st.one_of(
    plain,
    ranged("integer", st.integers(-99, 99)),
    ranged("number", numbers),
    with_default(choices.map(lambda shown: {"type": "string", "enum": shown}), lambda s: st.sampled_from(s["enum"])),
    with_default(
        choices.map(lambda shown: {"anyOf": [{"enum": shown}, {"type": "string"}]}),
        lambda s: st.sampled_from(s["anyOf"][0]["enum"]),
    ),
    st.just({"type": "array", "items": {"type": "integer"}}),
    st.just({"type": "object"}),
    st.tuples(choices, st.lists(names, min_size=1, max_size=3, unique=True)).map(
        lambda pair: {
            "anyOf": [
                {"type": "string", "enum": pair[0]},
                {"type": "object", "properties": {member: {} for member in pair[1]}},
            ],
            "default": pair[0][0],
        }
    ),
)


@st.composite
def tables(draw, schemas, *, described: bool):
    rows = draw(st.dictionaries(names, schemas, min_size=1, max_size=5))
    if described:
        texts_of = {name: draw(texts) for name in rows}
        rows = {
            name: {**schema, **({"description": texts_of[name]} if texts_of[name] else {})}
            for name, schema in rows.items()
        }
    required = [name for name in rows if draw(st.booleans())]
    return ModelDocument(
        id="m", name="m", input={"type": "object", "properties": rows, "required": required},
        parameter_order=tuple(rows),
    )  # fmt: skip


def printed(model):
    return [[escaped(cell) for cell in row_of(model, name)] for name in model.parameter_order]


def pipes(rows):
    lines = [HEADINGS, ["---"] * len(HEADINGS), *([fenced(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fenced(cell):
    """A cell that holds no border."""
    return cell.replace("|", "\\|")


def cells(rows):
    return "\n\n".join(cell for row in [HEADINGS, *rows] for cell in row)


def flat(rows):
    return f"# Probe API > About it. ## Input Parameters {' '.join(pipes(rows).splitlines())} ## Links - nothing"


def glued_cells(rows):
    """Headings in one word, cells line after line, a badge on a line of its own."""
    lines = ["".join(HEADINGS[index] for index in FEW)]
    for row in rows:
        lines += [row[0], *(["required"] if row[1] == "Yes" else []), *(row[index] for index in FEW[1:])]
    return "\n".join(lines)


def glued_pipes(rows):
    """Rows without outer pipes, the badge glued to the name."""
    lines = [" | ".join(HEADINGS[index] for index in FEW), "|---|---|---|"]
    for row in rows:
        name = row[0] + ("required" if row[1] == "Yes" else "")
        lines.append(" | ".join([name, *(fenced(row[index]) for index in FEW[1:])]) + " |")
    return "\n".join(lines)


def read_back(text):
    (table,) = [block for block in read_blocks(restored(lines_of(text)), Columns({})) if isinstance(block, Table)]
    problems = [fault.message for fault in table.faults]
    read = read_parameters(table, (), lambda _, message: problems.append(message))
    assert [] == problems
    return read.order, read.schema


@pytest.mark.parametrize("shape", [pipes, cells, flat])
@settings(max_examples=60, deadline=None)
@given(model=tables(rich, described=True))
def test_a_table_with_every_column_returns(shape, model):
    assert (model.parameter_order, model.input) == read_back(shape(printed(model)))


@pytest.mark.parametrize("shape", [glued_cells, glued_pipes])
@settings(max_examples=60, deadline=None)
@given(model=tables(plain, described=False))
def test_a_table_with_badges_returns(shape, model):
    assert (model.parameter_order, model.input) == read_back(shape(printed(model)))
