"""What holds for every format: pure, quiet about strangers' control characters, complete."""

from __future__ import annotations

import pytest
from tests.drift.report_samples import hostile, mixed, view

from schemaloom.drift.formats.render import Format, render

FORMS = list(Format)


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_puts_no_control_character_in_the_output(form: Format) -> None:
    text = render(form, view(*hostile()))
    assert {char for char in text if not char.isprintable()} <= {"\n"}


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_cannot_command_the_runner_of_a_build(form: Format) -> None:
    """The runner obeys ``::command`` at the start of a line, and ``##[command]`` anywhere in it."""
    lines = render(form, view(*hostile())).splitlines()
    assert [line for line in lines if "##[" in line] == []
    commands = {line.lstrip().split()[0] for line in lines if line.lstrip().startswith("::")}
    assert commands <= ({"::error", "::warning", "::notice"} if form is Format.GITHUB else set())


@pytest.mark.parametrize("form", FORMS)
def test_the_same_report_gives_the_same_text(form: Format) -> None:
    assert render(form, view(*mixed())) == render(form, view(*mixed()))


@pytest.mark.parametrize("form", FORMS)
def test_every_format_names_each_rule_that_fired(form: Format) -> None:
    text = render(form, view(*mixed()))
    rules = {change.rule for change in mixed() if form is not Format.GITHUB or not change.acknowledged}
    assert [rule for rule in rules if rule not in text] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_report_without_changes_can_be_written(form: Format) -> None:
    assert render(form, view()).endswith("\n")
