"""``schemaloom drift`` and ``schemaloom rules`` from the outside: exit codes, files, streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.drift.repositories import PROMPT, SEED, Repository, write_snapshot
from tests.paths import SPECS

from schemaloom.cli import main


@dataclass
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs the real entry point in this process, outside GitHub Actions unless the test sets it."""
    for name in ("GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def runs(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["schemaloom", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capfdbinary.readouterr()
        assert isinstance(caught.value.code, int)
        return Outcome(caught.value.code, out.decode(), err.decode())

    return runs


@pytest.fixture
def sides(tmp_path: Path) -> dict[str, Path]:
    """Snapshots that differ from ``base`` by a breaking, a dangerous, a safe and no change."""

    def default(value: int) -> dict[str, object]:
        return {"type": "integer", "default": value}

    made = {
        "base": {"m": {"prompt": PROMPT, "seed": SEED, "fps": default(30)}},
        "breaking": {"m": {"prompt": PROMPT, "fps": default(30)}},
        "dangerous": {"m": {"prompt": PROMPT, "seed": SEED, "fps": default(24)}},
        "safe": {"m": {"prompt": PROMPT, "seed": SEED, "fps": default(30), "size": SEED}},
        "same": {"m": {"prompt": PROMPT, "seed": SEED, "fps": default(30)}},
    }
    return {name: write_snapshot(tmp_path / name, models) for name, models in made.items()}


@pytest.mark.parametrize(
    ("to", "fail_on", "code"),
    [
        ("breaking", None, 1),
        ("breaking", "breaking", 1),
        ("breaking", "dangerous", 1),
        ("breaking", "any", 1),
        ("breaking", "never", 0),
        ("dangerous", None, 0),
        ("dangerous", "breaking", 0),
        ("dangerous", "dangerous", 1),
        ("dangerous", "any", 1),
        ("dangerous", "never", 0),
        ("safe", "dangerous", 0),
        ("safe", "any", 1),
        ("safe", "never", 0),
        ("same", "any", 0),
    ],
)
def test_the_exit_code_follows_the_worst_change(
    run: Run, sides: dict[str, Path], to: str, fail_on: str | None, code: int
) -> None:
    options = ["--fail-on", fail_on] if fail_on else []
    outcome = run("drift", sides["base"], sides[to], *options)
    assert (outcome.code, outcome.err) == (code, "")


def test_a_removed_parameter_is_reported_with_rule_model_and_witness(run: Run, sides: dict[str, Path]) -> None:
    outcome = run("drift", sides["base"], sides["breaking"], "--format", "json")
    report = json.loads(outcome.out)
    (change,) = report["changes"]
    assert (report["provider"], report["bump"]) == ("pixel", "major")
    assert (change["rule"], change["model"], change["pointer"]) == ("input.property.removed", "m", "/properties/seed")
    assert change["proof"] == "witness"
    assert "seed" in change["witness"]


@pytest.mark.parametrize("provider", sorted(path.parent.name for path in SPECS.glob("*/provider.toml")))
def test_a_committed_snapshot_has_no_drift_from_itself(run: Run, provider: str) -> None:
    outcome = run("drift", SPECS / provider, SPECS / provider, "--fail-on", "any", "--format", "json")
    assert (outcome.code, json.loads(outcome.out)["changes"]) == (0, [])


def test_a_snapshot_that_is_only_spelled_differently_has_no_drift(
    run: Run, sides: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sides["same"] / "models/m.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    monkeypatch.setattr("schemaloom.pipeline.drift.parse_model", None)  # equal models are not even parsed
    assert run("drift", sides["base"], sides["same"], "--fail-on", "any").code == 0


def test_the_old_side_can_come_from_git(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "project")
    folder = write_snapshot(repository.root / "specs/pixel", {"m": {"prompt": PROMPT, "seed": SEED}})
    repository.commit("v1.4.0")
    write_snapshot(folder, {"m": {"prompt": PROMPT}})
    monkeypatch.chdir(repository.root)
    outcome = run("drift", "git:v1.4.0", "specs/pixel")
    assert outcome.code == 1
    assert "git:v1.4.0 → specs/pixel" in outcome.out
    assert run("drift", "git:v1.4.0", "git:HEAD:specs/pixel", "--fail-on", "any").code == 0
    outcome = run("drift", "git:v0", "specs/pixel")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: no such revision: v0")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"{", "models/m.json"),
        (b"[]", "models/m.json"),
        (b'{"id": "m", "name": "m", "price": {"amount": "1"}}', "models/m.json#/price"),
        (b'{"id": "m", "name": 1}', "models/m.json#/name"),
        (b'{"id": "other", "name": "m"}', "models/m.json"),
        (b"\xff\xfe", "models/m.json"),
        (b"[" * 5000, "models/m.json"),
    ],
)
@pytest.mark.parametrize("broken", ["old", "new"])
def test_a_broken_snapshot_exits_3_with_file_and_pointer(
    run: Run, sides: dict[str, Path], content: bytes, where: str, broken: str
) -> None:
    (sides["breaking"] / "models/m.json").write_bytes(content)
    ends = [sides["breaking"], sides["base"]]
    outcome = run("drift", *(ends if broken == "old" else reversed(ends)))
    assert outcome.code == 3
    assert outcome.err.startswith("error: 1 model could not be compared: m; ")
    assert f"{sides['breaking']}/{where}  [model.unreadable]" in outcome.out
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("broken", ["old", "new"])
def test_one_broken_model_hides_no_change_of_the_others(run: Run, tmp_path: Path, broken: str) -> None:
    many = {f"m{number}": {"prompt": PROMPT, "seed": SEED} for number in range(20)}
    old = write_snapshot(tmp_path / "old", many)
    new = write_snapshot(tmp_path / "new", {**many, "m7": {"prompt": PROMPT}})
    side = tmp_path / broken / "models"
    (side / "m3.json").write_text("{")
    (side / "m5.json").write_text('{"id": "m9", "name": "m9"}')
    outcome = run("drift", old, new, "--format", "json")
    found = [(change["rule"], change["model"]) for change in json.loads(outcome.out)["changes"]]
    faulty = [("model.unreadable", model) for model in ("m3", "m5")]
    assert found == [("input.property.removed", "m7"), *faulty]
    assert (outcome.code, outcome.err.partition(";")[0]) == (3, "error: 2 models could not be compared: m3, m5")
    assert run("drift", old, new, "--fail-on", "never").code == 3
    (new / "acknowledged.toml").write_text(
        '[[acknowledged]]\nrule = "model.unreadable"\nmodel = "m?"\npointer = "*"\n'
        'reason = "rewritten"\nexpires = 2999-01-01\n'
    )
    assert run("drift", old, new).code == 1


@pytest.mark.parametrize(
    "arguments", [["base", "none"], ["base", "."], ["base"], ["base", "safe", "--format", "csv"], ["git:-x", "base"]]
)
def test_a_wrong_command_exits_2(
    run: Run, sides: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("drift", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Traceback" not in outcome.err


def test_an_acknowledged_change_does_not_fail_until_it_expires(run: Run, sides: dict[str, Path]) -> None:
    def acknowledged(days: int) -> Outcome:
        expires = datetime.now(UTC).date() + timedelta(days=days)
        (sides["breaking"] / "acknowledged.toml").write_text(
            '[[acknowledged]]\nrule = "input.property.removed"\nmodel = "*"\npointer = "/properties/seed"\n'
            f'reason = "it is not used"\nexpires = {expires}\n'
        )
        return run("drift", sides["base"], sides["breaking"], "--format", "json")

    current = acknowledged(7)
    assert (current.code, json.loads(current.out)["counts"]["breaking"]) == (0, 0)
    late = acknowledged(-7)
    assert late.code == 1
    assert [change["rule"] for change in json.loads(late.out)["changes"]] == [
        "input.property.removed",
        "acknowledgement.expired",
    ]


@pytest.mark.parametrize("name", ["acknowledged", "renames", "provider"])
def test_a_malformed_file_of_a_person_exits_2_and_is_named(run: Run, sides: dict[str, Path], name: str) -> None:
    (sides["safe"] / f"{name}.toml").write_text("nonsense = [")
    outcome = run("drift", sides["base"], sides["safe"])
    assert (outcome.code, outcome.out) == (2, "")
    assert f"{sides['safe']}/{name}.toml" in outcome.err


def test_the_report_can_be_written_to_a_file(run: Run, sides: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    target.chmod(0o600)
    outcome = run("drift", sides["base"], sides["safe"], "--format", "json", "--output", target)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"pixel: 0 breaking, 0 dangerous, 1 safe, 0 info; see {target}\n"
    assert json.loads(target.read_text())["counts"]["safe"] == 1
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.json"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(run: Run, sides: dict[str, Path], tmp_path: Path) -> None:
    outcome = run("drift", sides["base"], sides["safe"], "--output", tmp_path / "none" / "out.txt")
    assert (outcome.code, outcome.out) == (2, "")
    assert "cannot be written: No such file or directory" in outcome.err


def test_a_pipe_is_written_to_and_not_replaced(run: Run, sides: dict[str, Path], tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("drift", sides["base"], sides["safe"], "--output", link).code == 0
        assert os.read(reader, 65536).startswith(b"pixel: ")
    finally:
        os.close(reader)
    assert link.is_symlink()
    assert pipe.is_fifo()


def test_github_gets_annotations_a_summary_and_outputs(
    run: Run, sides: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
    summary.write_text("before")
    outputs.write_text("earlier=1")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    outcome = run("drift", sides["base"], sides["breaking"], "--format", "github")
    assert outcome.code == 1
    assert outcome.out.startswith("::error file=breaking/models/m.json,line=")
    assert summary.read_text().startswith("before\n")
    assert "## Drift of `pixel`: next version major" in summary.read_text()
    lines = outputs.read_text().splitlines()
    assert lines[0] == "earlier=1"
    assert lines[1].startswith("drift<<")
    assert lines[2] == "true"


def test_output_through_a_pipe_is_plain_and_in_utf8_whatever_the_locale(sides: dict[str, Path]) -> None:
    environ = {
        "PYTHONPATH": "generator",
        "PYTHONIOENCODING": "ascii",
        "PATH": "/usr/bin:/bin",
        "TERM": "xterm-256color",
    }
    command = [sys.executable, "-m", "schemaloom", "drift", sides["base"], sides["breaking"]]
    done = subprocess.run(command, env=environ, cwd=SPECS.parent, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "→" in done.stdout.decode()
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "github", "sarif", "junit"])
def test_every_format_is_a_choice(run: Run, sides: dict[str, Path], form: str) -> None:
    outcome = run("drift", sides["base"], sides["breaking"], "--format", form)
    assert outcome.code == 1
    assert "input.property.removed" in outcome.out


def test_rules_are_listed_for_people_and_machines(run: Run) -> None:
    listed = json.loads(run("rules", "--format", "json").out)["rules"]
    text = run("rules").out
    assert len(text.splitlines()) == len(listed)
    assert {"acknowledgement.expired", "input.property.removed", "model.removed"} <= {rule["id"] for rule in listed}
    assert all(rule["id"] in text and rule["sentence"] in text for rule in listed)
    assert {tuple(rule) for rule in listed} == {("id", "severity", "polarity", "sentence")}
