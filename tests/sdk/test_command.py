"""``python -m pixeldojo_sdk`` against the emulator."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pixeldojo_sdk import PixelDojo, catalogue
from pixeldojo_sdk._profile import PROFILE
from pixeldojo_sdk._runtime.cli.main import main
from pixeldojo_sdk._runtime.models.parameters import parameters
from tests.generated_package import imported
from tests.loading import request_class
from tests.paths import GENERATED, SPECS

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import RunningEmulator, running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import Snapshot, read_snapshot, snapshot_files
from schemaloom.snapshot.model import ModelDocument

PNG = b"\x89PNG\r\n\x1a\n"


class QuickPixelDojo(PixelDojo):
    profile = PROFILE._replace(api=PROFILE.api._replace(poll_seconds=(0.02, 0.05)))


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def _server() -> Iterator[RunningEmulator]:
    folder = SPECS / "pixeldojo"
    options = Options(rate_limit=0, job_seconds=0.04)
    with running_emulator(load_provider(folder / "provider.toml"), read_snapshot(folder), options) as running:
        yield running


@pytest.fixture
def server(_server: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> RunningEmulator:
    _server.faults.clear()
    monkeypatch.setenv("PIXELDOJO_API_KEY", _server.api_key)
    monkeypatch.setenv("PIXELDOJO_BASE_URL", _server.base_url)
    return _server


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    def call(*words: Any) -> Done:
        try:
            code = main(catalogue, QuickPixelDojo, [str(word) for word in words])
        except SystemExit as stop:  # argparse's own way to end
            code = int(stop.code or 0)
        output = capsys.readouterr()
        return Done(code, output.out, output.err)

    return call


def sent(server: RunningEmulator) -> Any:
    return json.loads(server.log.of("submit")[-1].body)


def test_models_are_listed_with_price_and_can_be_searched(command):
    lines = command("models").out.splitlines()
    assert 70 == len(lines)
    assert "boogu-image-edit" == lines[1].split()[0]
    assert "1 credit per image" in lines[1]
    found = command("models", "BOOGU").out.splitlines()
    assert ["boogu-image", "boogu-image-edit"] == [line.split()[0] for line in found]


def test_models_as_json_are_data(command):
    listed = json.loads(command("models", "flux-2-flex", "--json").out)
    assert [("flux-2-flex", 1.5, "pixeldojo_sdk.models.flux_2_flex", "Flux2Flex")] == [
        (one["id"], one["price"]["amount"], one["module"], one["class"]) for one in listed
    ]


def test_a_model_is_shown_with_every_parameter(command):
    shown = command("show", "boogu-image-edit").out
    assert "Boogu Image Edit (boogu-image-edit)" in shown
    assert "from pixeldojo_sdk.models.boogu_image_edit import BooguImageEdit" in shown
    assert "  prompt  text  required\n      Edit instruction describing" in shown
    assert '"portrait_16_9" | any text' in shown
    facts = json.loads(command("show", "boogu-image-edit", "--json").out)
    assert ["prompt", "image"] == facts["schema"]["required"]
    assert 4 == facts["defaults"]["guidance_scale"]


@pytest.mark.parametrize("model_id", sorted(catalogue))
def test_every_model_can_be_shown_and_has_a_help(command, model_id):
    assert (0, "") == command("show", model_id)[::2]
    done = command("run", model_id, "--help")
    assert 0 == done.code
    listed = parameters(catalogue[model_id].load())
    assert [] == [one.name for one in listed if f"--{one.field.replace('_', '-')} " not in done.out.replace(",", " ")]


def test_run_sends_what_was_given_and_saves_the_picture(server, command, tmp_path):
    target = tmp_path / "out.png"
    done = command(
        "run", "boogu-image-edit", "--prompt", "make it snow", "--image", "https://example.com/a.png",
        "--guidance-scale", "4", "--seed", "7", "--save", target, "--max-credits", "1",
    )  # fmt: skip
    assert (0, f"{target}\n") == (done.code, done.out)
    assert PNG == target.read_bytes()[:8]
    assert {"prompt": "make it snow", "image": "https://example.com/a.png", "guidance_scale": 4, "seed": 7} == (
        sent(server)
    )
    assert "submitting to boogu-image-edit\n" in done.err
    assert "succeeded\n" in done.err
    assert "cost 1 credit, " in done.err
    assert "\x1b" not in done.err


def test_several_files_go_into_a_folder_and_the_facts_to_a_program(server, command, tmp_path):
    done = command("run", "flux-2-dev", "--prompt", "x", "--num-outputs", "3", "--save", tmp_path / "out", "--json")
    facts = json.loads(done.out)
    assert 3 == len(facts["saved"]) == len(facts["outputs"]) == len(list((tmp_path / "out").iterdir()))
    assert {"0.png", "1.png", "2.png"} == {Path(path).name for path in facts["saved"]}
    assert facts["job_id"]
    assert facts["cost"] > 0


def test_without_save_the_urls_are_printed(server, command):
    [url] = command("run", "z-image-turbo", "--set", "prompt=x").out.splitlines()
    assert url.startswith(server.files_url)


def test_lists_switches_choices_and_objects_have_forms_of_their_own(server, command):
    command(
        "run", "p-image-edit", "--prompt", "x", "--images", "https://a.example/1", "--images", "https://a.example/2"
    )
    assert ["https://a.example/1", "https://a.example/2"] == sent(server)["images"]
    command("run", "wan-2.7-image-pro", "--prompt", "x", "--thinking-mode", "--no-enable-sequential",
            "--color-palette", '{"hex": "#fff"}')  # fmt: skip
    assert {"prompt": "x", "thinking_mode": True, "enable_sequential": False, "color_palette": [{"hex": "#fff"}]} == (
        sent(server)
    )
    command("run", "flux-dev", "--set", "prompt=x", "--set", "steps=4", "--set", 'size={"w": 1}')
    assert {"prompt": "x", "steps": 4, "size": {"w": 1}} == sent(server)


def test_a_dry_run_sends_nothing_and_prints_the_price(command, monkeypatch):
    monkeypatch.delenv("PIXELDOJO_API_KEY", raising=False)
    facts = json.loads(command("run", "wan-2.7-image-pro", "--prompt", "x", "--n", "9", "--dry-run").out)
    assert {"prompt": "x", "n": 9} == facts["parameters"]
    assert "18 credits (2 per image, times 9)" == facts["price"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["run", "boogu-image-edt"], 2, "did you mean 'boogu-image-edit'"),
        (["show", "nope"], 2, "`python -m pixeldojo_sdk models` lists them"),
        (["run", "boogu-image-edit", "--prompt", "x"], 2, "error: image: Field required"),
        (["run", "wan-2.7-image-pro", "--prompt", "x", "--n", "99"], 2, "error: n: Input should be less than"),
        (["run", "wan-2.7-image-pro", "--n", "many"], 2, "argument --n: not a whole number: 'many'"),
        (["run", "wan-2.2-standard", "--resolution", "9p"], 2, "argument --resolution: invalid choice: '9p'"),
        (["run", "flux-dev", "--set", "prompt"], 2, "not of the form NAME=VALUE"),
        (["run", "z-image-turbo", "--nope", "1"], 2, "unrecognized arguments: --nope 1"),
        (["run", "z-image-turbo", "--set", "prompt=x", "--max-credits", "0.1"], 1, "because of max_credits"),
        ([], 2, "required: COMMAND"),
    ],
)
def test_every_mistake_is_one_line(server, command, words, code, message):
    before = len(server.log.of("submit"))
    done = command(*words)
    assert code == done.code
    assert message in done.err.splitlines()[-1]
    assert "Traceback" not in done.err
    assert before == len(server.log.of("submit"))


def test_a_refusal_and_a_failed_job_are_one_line_too(server, command):
    server.faults.add("error=402:1@submit")
    done = command("run", "z-image-turbo", "--set", "prompt=x")
    assert (1, 1) == (done.code, len([line for line in done.err.splitlines() if line.startswith("error: 402")]))
    server.faults.add("job-failed:1@submit")
    done = command("run", "z-image-turbo", "--set", "prompt=x")
    assert (1, True) == (done.code, "could not process this request" in done.err)
    assert server.api_key not in done.out + done.err


def test_a_folder_that_is_missing_is_reported_before_anything_is_paid(server, command, tmp_path):
    before = len(server.log.of("submit"))
    done = command("run", "z-image-turbo", "--set", "prompt=x", "--save", tmp_path / "missing" / "out.png")
    assert 2 == done.code
    assert "nothing was submitted" in done.err.splitlines()[-1]
    assert before == len(server.log.of("submit"))


def test_the_error_of_a_file_that_cannot_be_saved_names_its_job(server, command, tmp_path):
    server.faults.add("error=404@files")
    done = command("run", "z-image-turbo", "--set", "prompt=x", "--save", tmp_path / "out.png")
    assert 1 == done.code
    assert "answered 404" in done.err.splitlines()[-1]
    assert "job_0" in done.err.splitlines()[-1]
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("fault", ["latency=2@files", "rate-limit=30@submit", "latency=2@job"])
def test_one_timeout_bounds_everything(server, command, tmp_path, fault):
    server.faults.add(fault)
    done = command("run", "z-image-turbo", "--set", "prompt=x", "--save", tmp_path / "out.png", "--timeout", "0.5")
    assert 1 == done.code
    message = done.err.splitlines()[-1]
    assert {"files": "the timeout ended after", "submit": "no time left to try again", "job": "was still"}[
        fault.partition("@")[2]
    ] in message
    assert ("job_0" in message) is ("submit" not in fault)
    assert [] == list(tmp_path.iterdir())


def test_ctrl_c_names_the_job_that_continues(server, command, monkeypatch):
    def interrupt(_: object, label: str) -> None:
        if label.startswith("job "):
            raise KeyboardInterrupt

    monkeypatch.setattr("pixeldojo_sdk._runtime.cli.progress.Progress.show", interrupt)
    done = command("run", "z-image-turbo", "--set", "prompt=x")
    assert 130 == done.code
    assert done.err.startswith("error: interrupted; job job_")
    assert "take it up again with jobs.get('job_" in done.err


class Interrupting:
    """Ctrl-C while a module is looked for."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pydantic":
            raise KeyboardInterrupt


def test_ctrl_c_before_anything_is_begun_is_one_line_too(command, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "pydantic"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])
    assert (130, "", "error: interrupted\n") == command("models")


def test_a_terminal_sees_a_moving_bar(server, command, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    server.faults.add("latency=0.3:1@job")
    command("run", "z-image-turbo", "--set", "prompt=x")
    assert "█" in screen.getvalue()
    assert "job job_" in screen.getvalue()


def test_a_parameter_named_like_an_option_of_ours_is_set_by_set(capsys):
    properties = {name: {"type": "string"} for name in ("save", "json", "prompt", "no_help", "é", "class")}
    kind = request_class({"type": "object", "properties": properties})
    import argparse

    from runtime.cli.options import add_parameters, payload_of
    from runtime.models.parameters import parameters

    parser = argparse.ArgumentParser()
    parser.add_argument("--save")
    parser.add_argument("--json")
    add_parameters(parser, parameters(kind))
    options = parser.parse_args(["--save", "out", "--set", "save=1", "--prompt", "100%", "--class", "x"])
    assert {"save": 1, "prompt": "100%", "class": "x"} == payload_of(options)


def test_a_file_is_sent_where_the_model_takes_its_content(tmp_path):
    import argparse

    from runtime.cli.options import add_parameters, payload_of
    from runtime.models.parameters import parameters

    described = {"type": "string", "description": "URL or data URI of a picture."}
    properties = {"image": described, "masks": {"type": "array", "items": described}, "prompt": {"type": "string"}}
    kind = request_class({"type": "object", "properties": properties})
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    parser = argparse.ArgumentParser()
    add_parameters(parser, parameters(kind))
    words = ["--image", f"@{path}", "--masks", f"@{path}", "--masks", "https://a.example", "--prompt", "@home"]
    uri = "data:image/png;base64,iVBORw0KGgo="
    assert {"image": uri, "masks": [uri, "https://a.example"], "prompt": "@home"} == (
        payload_of(parser.parse_args(words), kind.__data_uris__)
    )


HOSTILE = "\x1b[2J\x1b]0;owned\x07 100%s %(prog)s {} \u202e\u2028 second\nline"


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Any]:
    """A package whose catalogue holds nothing but hostile texts."""
    member = {"type": "string", "description": HOSTILE}
    properties = {
        "prompt": member,
        "choice": {**member, "enum": [HOSTILE, "b"]},
        "texts": {"type": "array", "items": member},
    }
    model = ModelDocument(
        id=f"a {HOSTILE}", name=HOSTILE, description=HOSTILE, modality="image", documents=(f"https://x.example/{HOSTILE}",),
        input={"type": "object", "properties": properties},
    )  # fmt: skip
    folder = tmp_path / "specs" / "easel"
    for path, content in snapshot_files(Snapshot(models=(model,))).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    described = (SPECS / "pixeldojo" / "provider.toml").read_text("utf-8")
    (folder / "provider.toml").write_text(described.replace("pixeldojo", "easel"), "utf-8")
    with imported("easel", specs=tmp_path / "specs", out=tmp_path / "out") as package:
        yield package


def test_texts_of_others_cannot_touch_the_terminal(hostile, capsys):
    hostile_main = import_module("easel_sdk._runtime.cli.main").main
    [model_id] = hostile.catalogue
    wanted = (
        ["models"],
        ["show", model_id],
        ["run", model_id, "--help"],
        ["run", model_id, "--choice", "c"],
        ["show", "x"],
    )
    for words in wanted:
        with contextlib.suppress(SystemExit):
            hostile_main(hostile.catalogue, hostile.PixelDojo, words)
        output = capsys.readouterr()
        shown = output.out + output.err
        assert shown
        assert "" == "".join(char for char in shown if not char.isprintable() and char != "\n")


def test_it_runs_as_a_program_and_reading_less_is_no_error():
    words = [sys.executable, "-m", "pixeldojo_sdk", "models"]
    source = str(GENERATED / "pixeldojo-sdk" / "src")
    with subprocess.Popen(words, env={"PYTHONPATH": source}, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"" == process.stderr.read()
    assert 0 == process.wait()
