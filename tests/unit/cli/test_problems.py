"""Which problems a command prints on stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.paths import SPECS

from schemaloom.cli.commands import cli

SCHEMA = {"type": "object", "properties": {"a/b": {"type": "string", "pattern": "(?=a)"}, "gone": False}}


@pytest.mark.parametrize("run", ["first", "second"])
def test_generate_lists_every_note_if_asked(tmp_path: Path, run: str) -> None:
    folder = tmp_path / "specs" / "pixeldojo"
    (folder / "models").mkdir(parents=True)
    (folder / "provider.toml").write_bytes((SPECS / "pixeldojo" / "provider.toml").read_bytes())
    document = {"id": "m", "name": "M", "provenance": "documented", "input": SCHEMA}
    (folder / "models" / "m.json").write_text(json.dumps(document))
    command = ["generate", "pixeldojo", "--specs", str(folder.parent), "--out", str(tmp_path / "generated")]
    if run == "second":
        CliRunner().invoke(cli, command)

    brief, whole = CliRunner().invoke(cli, command), CliRunner().invoke(cli, [*command, "--verbose"])

    warning = "warning: m#/properties/gone: no value is valid, so there is no field to set"
    count = "1 schema rule is not checked by the generated classes; list them with --verbose"
    note = "note: m#/properties/a~1b/pattern: the pattern needs a backtracking engine and is not checked"
    assert (brief.exit_code, brief.stderr.splitlines()) == (0, [warning, count])
    assert (whole.exit_code, whole.stderr.splitlines()) == (0, [warning, note])
