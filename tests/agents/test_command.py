"""The same tools on the command line: ``find``, ``describe``, ``changes``, and what ``mcp`` refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pixeldojo_sdk import PixelDojo, catalogue
from pixeldojo_sdk._runtime.cli.main import main

from tests.paths import GENERATED

PACKAGE = GENERATED / "pixeldojo-sdk" / "src" / "pixeldojo_sdk"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*words: str) -> tuple[int, str, str]:
        try:
            code = main(catalogue, PixelDojo, words)
        except SystemExit as stop:
            code = int(stop.code or 0)
        found = capsys.readouterr()
        return code, found.out, found.err

    return call


def test_models_are_found_by_words_and_filters(command: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = command("find", "upscale", "a", "portrait", "--limit", "2")
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, ["creative-upscale", "face-enhance"])
    _, out, _ = command("find", "video", "--kind", "video", "--max-price", "1", "--json")
    assert all(one["price"]["amount"] <= 1 and one["modality"] == "video" for one in json.loads(out))
    assert "No model fits." in command("find", "quantum", "chromodynamics")[1]


def test_a_model_is_described_as_a_signature_or_a_schema(command: Callable[..., tuple[int, str, str]]) -> None:
    assert "seed?: integer\n" in command("describe", "boogu-image-edit")[1]
    schema = json.loads(command("describe", "boogu-image-edit", "--json")[1])
    assert schema == catalogue["boogu-image-edit"].load().model_json_schema(by_alias=True)


def test_changes_are_those_of_the_changelog(command: Callable[..., tuple[int, str, str]]) -> None:
    assert command("changes")[1] == "0.1.0: First release: 70 models.\n"
    assert json.loads(command("changes", "--json")[1]) == [
        {"version": "0.1.0", "date": "", "change": "First release: 70 models."}
    ]


def test_a_wrong_call_is_one_line_and_exits_2(command: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = command("describe", "flux-9")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "did you mean 'flux'" in err


@pytest.mark.parametrize("budget", ["0", "-1", "nan", "inf", "many"])
def test_a_budget_is_a_positive_number(command: Callable[..., tuple[int, str, str]], budget: str) -> None:
    code, _, err = command("mcp", f"--max-credits={budget}")
    assert code == 2
    assert f"not a positive number: '{budget}'" in err


def test_without_the_extra_the_command_names_it(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['mcp'] = None\n"
        "from pixeldojo_sdk import PixelDojo, catalogue; from pixeldojo_sdk._runtime.cli.main import main\n"
        "sys.exit(main(catalogue, PixelDojo, ['mcp']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: the MCP SDK is not installed: pip install 'pixeldojo-sdk[mcp]'\n"


def test_a_budget_without_a_key_is_refused(
    command: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("mcp")
    monkeypatch.delenv("PIXELDOJO_API_KEY", raising=False)
    code, _, err = command("mcp", "--max-credits", "3", "--folder", str(tmp_path / "results"))
    assert (code, "no API key" in err) == (2, True)


def test_what_an_agent_reads_about_the_package_is_short_and_names_real_commands() -> None:
    skill = (PACKAGE / "SKILL.md").read_text("utf-8")
    guide = (PACKAGE / "llms.txt").read_text("utf-8")
    assert skill.startswith("---\n")
    assert len(skill) / 4 <= 1500
    assert len(guide) / 4 <= 500
    for line in (line for line in skill.splitlines() if line.startswith("python -m pixeldojo_sdk ")):
        words = line.partition("#")[0].split()
        with pytest.raises(SystemExit) as stop:
            main(catalogue, PixelDojo, [words[3], "--help"] if "MODEL" in words or words[3] == "find" else words[3:])
        assert stop.value.code == 0
    for link in ("SKILL.md", "catalogue.json", "models", "types.py"):
        assert f"]({link})" in guide
        assert (PACKAGE / link).exists()
