"""GitHub Actions: annotations, summary and outputs, read as the runner reads them."""

from __future__ import annotations

import re

from tests.drift.report_samples import SEED_REMOVED, change, hostile, mixed, model_file, view

from schemaloom.drift.formats import github
from schemaloom.drift.formats.render import Format, render


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Level, properties and message of each workflow command, unescaped as the runner does."""
    found = []
    for line in text.split("\n"):
        if match := re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line):
            level, properties, message = match.groups()
            pairs = dict(part.split("=", 1) for part in properties.split(","))
            found.append((level, {key: decoded(value) for key, value in pairs.items()}, decoded(message)))
    return found


def decoded(text: str) -> str:
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_a_breaking_change_is_an_error_at_its_line() -> None:
    files = model_file("flux-dev", {"prompt": {"type": "string"}})
    assert commands(render(Format.GITHUB, view(SEED_REMOVED, files=files))) == [
        (
            "error",
            {
                "file": "specs/pixel/models/flux-dev.json",
                "line": "4",
                "title": "breaking: input.property.removed",
            },
            """Parameter seed was removed (flux-dev#/properties/seed)
was accepted before, is refused now: {"prompt": "x", "seed": 1}""",
        )
    ]


def test_commas_and_colons_in_a_file_name_stay_in_the_file_name() -> None:
    view_ = view(change("model.removed", "a", ""))
    view_.source_lines._folder = "specs/a,b:c"
    (found,) = commands(render(Format.GITHUB, view_))
    assert found[1]["file"] == "specs/a,b:c/models/a.json"


def test_there_are_at_most_ten_annotations_of_each_level_and_the_worst_come_first() -> None:
    changes = [change("model.added", f"m{n}", f"/properties/p{n}") for n in range(15)]
    changes += [change("input.description.changed", f"m{n}", f"/properties/q{n}") for n in range(15)]
    changes += [change("input.property.removed", f"m{n}", f"/properties/r{n}") for n in range(15)]
    text = render(Format.GITHUB, view(*changes))
    found = commands(text)
    assert [level for level, _, _ in found] == ["error"] * 10 + ["notice"] * 10
    assert {properties["title"] for level, properties, _ in found if level == "notice"} == {"safe: model.added"}
    assert "25 groups not annotated" in text


def test_an_acknowledged_change_is_not_annotated() -> None:
    titles = [properties["title"] for _, properties, _ in commands(render(Format.GITHUB, view(*mixed())))]
    assert [title for title in titles if "enum" in title] == []
    assert len(titles) == 6


def test_every_line_of_hostile_annotations_is_one_of_ours() -> None:
    text = render(Format.GITHUB, view(*hostile()))
    *lines, last, end = text.split("\n")
    assert len(commands("\n".join(lines))) == len(lines)
    assert last.startswith("pixel: ")
    assert end == ""


def test_outputs_hold_whether_and_how_much() -> None:
    assert read_outputs(github.outputs(view(*mixed()))) == {
        "drift": "true",
        "bump": "major",
        "breaking": "2",
        "dangerous": "13",
        "safe": "1",
        "info": "1",
    }
    assert read_outputs(github.outputs(view()))["drift"] == "false"


def test_the_delimiter_of_outputs_cannot_be_guessed() -> None:
    assert github.outputs(view()) != github.outputs(view())


def test_the_summary_stays_below_one_mebibyte_with_what_is_there_already() -> None:
    changes = [change("model.added", f"m{n}", f"/properties/p{n}", markup="x" * 400) for n in range(4000)]
    for already in (0, 500_000, 1_040_000, 2_000_000):
        text = github.summary(view(*changes), already)
        assert (already + len(text.encode()) < 1024 * 1024) or text == ""
    assert len(github.summary(view(*changes)).encode()) > 900_000
    assert github.summary(view(*changes), 1_040_000) == ""


def read_outputs(text: str) -> dict[str, str]:
    """The runner's reading of ``name<<mark``, value, ``mark``."""
    lines = iter(text.splitlines())
    found = {}
    for line in lines:
        name, mark = line.split("<<")
        values = []
        for value in lines:
            if value == mark:
                break
            values.append(value)
        found[name] = "\n".join(values)
    return found
