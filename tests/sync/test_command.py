"""``schemaloom sync`` as a user starts it: several providers, dry runs, reports and exit codes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.documented import documented
from tests.sync.catalogue import PROVIDER, PROVIDER_TOML, model, snapshot, with_properties, write_provider
from tests.sync.conftest import SMALL
from tests.sync.workspace import Done, Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.release.sync_report import SCHEMA
from schemaloom.settings.provider import load_provider

CUT = {**SMALL, "sketch": with_properties(SMALL["sketch"], size={"enum": ["small"]}), "gouache": model("gouache")}
EASEL_TOML = PROVIDER_TOML.replace("paintbox", "easel").replace("Paintbox", "Easel").replace("PAINTBOX", "EASEL")


def check(report: Any) -> Any:
    """`report`, which its JSON Schema must admit."""
    return documented(report, SCHEMA)


def outcome(done: Done) -> tuple[int, str]:
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def test_the_summary_is_read_in_five_seconds(workspace: Workspace) -> None:
    workspace.server.snapshot = snapshot(CUT)

    url = ("--base-url", workspace.server.base_url, "--rate", "0")
    code, output = outcome(workspace.start("sync", PROVIDER, *url, "--fail-on", "breaking"))

    assert code == 1, "and everything is written all the same"
    assert (
        output
        == """\
paintbox: 1 breaking, 0 dangerous, 1 safe, 0 info; paintbox-sdk is now 0.2.0, was 0.1.0
  breaking   Parameter size: allowed values "medium", "large" removed (sketch): {"prompt": "x", "size": "medium"}
  safe       Model gouache was added
generated/paintbox-sdk: 2 files added, 7 changed, 0 removed
"""
    )
    assert outcome(workspace.sync("--fail-on", "any")) == (
        0,
        "paintbox: no drift; paintbox-sdk stays 0.2.0\ngenerated/paintbox-sdk: up to date\n",
    )


def test_a_model_that_came_without_a_schema_is_reported(workspace: Workspace) -> None:
    workspace.server.snapshot = snapshot(CUT)
    workspace.server.faults.add("error=404@schema/gouache")

    done = workspace.sync()

    assert done.returncode == 0
    assert "without a published schema: 1, such as gouache\n" in done.stderr


def test_a_second_run_moves_no_byte(workspace: Workspace) -> None:
    workspace.sync()
    before = workspace.stamps()

    assert outcome(workspace.sync())[0] == 0
    assert before == workspace.stamps()


def test_a_dry_run_prints_what_would_be_and_writes_the_report_alone(workspace: Workspace) -> None:
    workspace.server.snapshot = snapshot(CUT)
    before = workspace.stamps()

    code, output = outcome(workspace.sync("--dry-run", "--report", "report.json"))

    assert code == 0
    assert "paintbox-sdk would be 0.2.0, was 0.1.0" in output
    assert "would be: 2 files added" in output
    report = check(workspace.report())
    assert (True, False, "0.2.0") == (report["dry_run"], report["written"], report["providers"][0]["version"]["new"])
    (workspace.folder / "report.json").unlink()
    assert before == workspace.stamps()


def test_the_report_has_every_change_and_the_entry(workspace: Workspace) -> None:
    workspace.server.snapshot = snapshot(CUT)
    workspace.sync("--report", "report.json")

    report = check(workspace.report())
    (found,) = report["providers"]

    assert (True, 0, None) == (report["written"], report["exit_code"], report["failure"])
    assert {"old": "0.1.0", "new": "0.2.0", "raised": "minor"} == found["version"]
    assert "major" == found["drift"]["bump"]
    assert ["gouache"] == found["models"]["added"]
    assert found["changelog"] in (workspace.package / "CHANGELOG.md").read_text("utf-8")
    assert ["examples/example_gouache.py", "src/paintbox_sdk/models/gouache.py"] == found["files"]["added"]


@pytest.mark.parametrize(("fault", "code", "message"), [
    ("error=500@list", 3, "500"),
    ("not-json@list", 3, "not valid JSON"),
])  # fmt: skip
def test_a_failure_is_reported_and_writes_nothing_else(
    workspace: Workspace, fault: str, code: int, message: str
) -> None:
    workspace.server.faults.add(fault)
    before = workspace.stamps()

    done = workspace.sync("--report", "report.json")

    report = check(workspace.report())
    assert (code, code, False, []) == (done.returncode, report["exit_code"], report["written"], report["providers"])
    assert message in report["failure"]["message"]
    (workspace.folder / "report.json").unlink()
    assert before == workspace.stamps()


def test_a_tripped_guard_keeps_the_models_and_reports_what_it_withheld(workspace: Workspace) -> None:
    workspace.sync_here({**SMALL, "gouache": model("gouache")})
    workspace.server.snapshot = snapshot({"mural": SMALL["mural"], "fresco": model("fresco")})
    version = workspace.version

    done = workspace.sync("--report", "report.json")

    report = check(workspace.report())
    assert (3, 3) == (done.returncode, report["exit_code"])
    assert "--allow-removals" in report["failure"]["hint"]
    assert ["etching", "gouache", "poster", "sketch"] == report["providers"][0]["models"]["withheld"]
    assert (True, ["fresco"]) == (report["written"], report["providers"][0]["models"]["added"])
    assert version != workspace.version, "what is sound is released"
    assert outcome(workspace.sync("--allow-removals"))[0] == 0


def test_a_catalogue_of_which_nothing_could_be_read_is_not_without_drift(workspace: Workspace) -> None:
    before = workspace.stamps()
    workspace.server.snapshot = snapshot(CUT)
    workspace.server.faults.add("error=401@schema")

    done = workspace.sync()

    assert (done.returncode, done.stdout) == (3, "")
    assert "5 of 5 models could not be read" in done.stderr
    assert "the API key is missing or was rejected" in done.stderr
    assert workspace.stamps() == before


def test_an_empty_catalogue_makes_no_package(workspace: Workspace) -> None:
    for path in (*workspace.specs.rglob("*.json"),):
        path.unlink()
    workspace.server.snapshot = snapshot({})

    done = workspace.sync()

    assert done.returncode == 3
    assert "no model was found; check [catalogue] in provider.toml" in done.stderr


def test_after_a_run_that_wrote_nothing_the_provider_is_asked_anew(workspace: Workspace) -> None:
    """Answers are kept for a run that was killed, and for no other."""
    workspace.server.snapshot = snapshot(CUT)
    outcome(workspace.sync("--dry-run"))
    workspace.server.snapshot = snapshot({**SMALL, "fresco": model("fresco")})

    assert "0 breaking, 0 dangerous, 1 safe" in outcome(workspace.sync())[1]


def test_several_providers_are_all_written_or_none(workspace: Workspace) -> None:
    write_provider(workspace.folder, EASEL_TOML, "easel")
    provider = workspace.folder / "specs" / "easel" / "provider.toml"
    with running_emulator(load_provider(provider), snapshot(SMALL), Options(rate_limit=0)) as other:
        for name, server in (("easel", other), ("paintbox", workspace.server)):
            path = workspace.folder / "specs" / name / "provider.toml"
            text = path.read_text().replace(f"https://api.{name}.example/v1", server.base_url)
            path.write_text(text)
        both = ("sync", "paintbox", "easel", "paintbox", "--report", "report.json")
        assert workspace.run(*both).returncode == 0
        assert ["paintbox", "easel"] == [found["provider"] for found in check(workspace.report())["providers"]]
        workspace.server.snapshot = other.snapshot = snapshot(CUT)
        (workspace.folder / "report.json").unlink()
        before = workspace.stamps()
        other.faults.add("error=500@list")

        failed = workspace.run("sync", "paintbox", "easel")

        assert failed.returncode == 3
        assert before == workspace.stamps()
        other.faults.clear()
        assert workspace.run("sync", "paintbox", "easel").returncode == 0
        assert before != workspace.stamps()


def test_one_base_url_is_not_for_two_providers(workspace: Workspace) -> None:
    done = workspace.run("sync", "paintbox", "easel", "--base-url", "http://127.0.0.1:9")

    assert (2, "") == outcome(done)
    assert "sync the providers one by one" in done.stderr
