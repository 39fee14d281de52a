"""The command as a user runs it: what it prints, its exit code, and an interrupt."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from .conftest import Api, Folder

PROGRAM = [sys.executable, "-c", "from schemaloom.cli import main; main()", "fetch"]


def start(folder: Folder, *options: str, **environ: str) -> subprocess.Popen[str]:
    command = [*PROGRAM, "acme", "--specs", str(folder.path.parent), "--base-url", folder.api.base, *options]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environ}
    )


def run(folder: Folder, *options: str, **environ: str) -> tuple[int, str, str]:
    process = start(folder, *options, **environ)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


def test_it_sums_up_what_it_did(folder: Folder, api: Api) -> None:
    api.schemas["beta"] = None

    code, out, err = run(folder, "--rate", "0", ACME_API_KEY="pd_key")

    assert code == 0
    assert out.splitlines() == [
        "added alpha",
        "added beta",
        "added owner/gamma",
        "acme: 3 added, 0 removed, 0 changed, 0 unchanged (6 requests, 0 not modified)",
    ]
    assert "without a published schema: 1, such as beta" in err
    assert {sent.headers["authorization"] for sent in api.sent} == {"Bearer pd_key"}


def test_many_models_are_counted_and_listed_if_asked(folder: Folder, api: Api) -> None:
    for number in range(30):
        api.add(f"model-{number:02}")

    code, out, _ = run(folder, "--rate", "0")
    lines = out.splitlines()
    assert (code, lines[20]) == (0, "added 13 more; list them with --verbose")
    assert lines[:2] + lines[19:20] == ["added alpha", "added beta", "added model-17"]

    folder.path.joinpath("lock.json").unlink()
    for path in folder.path.glob("models/*.json"):
        path.unlink()
    _, out, _ = run(folder, "--rate", "0", "--verbose")
    assert [line for line in out.splitlines() if line.startswith("added ")] == [
        "added alpha", "added beta", *(f"added model-{number:02}" for number in range(30)), "added owner/gamma",
    ]  # fmt: skip


def test_a_place_where_no_schema_is_ever_found_is_named(folder: Folder, api: Api) -> None:
    api.schemas.update(dict.fromkeys(api.items))

    code, _, err = run(folder, "--rate", "0")

    assert code == 0
    assert "without a published schema: 3, such as alpha; check catalogue.schemas in provider.toml" in err


def test_a_pointer_that_no_document_has_is_the_only_one_to_check(folder: Folder, api: Api) -> None:
    api.schemas.update(dict.fromkeys(api.items))
    folder.configure(**{'kind = "api"': 'kind = "api"\ncarried = [{ answer = "list", pointer = "/input" }]'})

    _, _, err = run(folder, "--rate", "0")

    assert "catalogue.carried[0].pointer: no model has a schema there; the list item of alpha has no /input" in err
    assert "check catalogue.schemas" not in err


def test_every_note_is_listed_if_asked(folder: Folder, api: Api) -> None:
    api.schemas.update(dict.fromkeys(api.items))

    code, _, err = run(folder, "--rate", "0", "--verbose")

    assert code == 0
    assert [line.partition(" ")[0] for line in err.splitlines() if line.startswith("note: ")] == ["note:"] * 3
    assert "note: alpha: " in err


def test_a_tripped_guard_is_exit_3_and_names_the_way_out(folder: Folder, api: Api) -> None:
    for number in range(4):
        api.add(f"model-{number}")
    folder.fetch()
    for number in range(4):
        del api.items[f"model-{number}"]

    code, out, err = run(folder, "--rate", "0")

    assert code == 3
    assert "0 removed" in out
    assert "--allow-removals" in err
    assert run(folder, "--rate", "0", "--allow-removals")[0] == 0


def test_schemas_that_are_all_refused_are_exit_3_in_one_line_and_nothing_is_written(folder: Folder, api: Api) -> None:
    folder.fetch()
    before = {path: path.read_bytes() for path in folder.path.rglob("*.json")}
    for model in api.items:
        api.items[model]["name"] = "Another name"
        api.faults[f"/api/v1/models/{model}/schema"] = lambda _: Response(status_code=401)

    code, out, err = run(folder, "--rate", "0")

    assert (code, out) == (3, "")
    error = err.splitlines()[-1]
    assert error.startswith("error: 3 of 3 models could not be read, and what changed is unknown: ")
    assert "answered 401" in error
    assert 1 == err.count("error: ")
    assert before == {path: path.read_bytes() for path in folder.path.rglob("*.json")}


def test_a_source_that_is_down_is_exit_3_in_one_line(folder: Folder, api: Api) -> None:
    api.faults["/api/v1/models"] = lambda _: Response(status_code=401)

    code, out, err = run(folder)

    assert (code, out) == (3, "")
    assert "answered 401" in err
    assert "Traceback" not in err


def test_an_id_cannot_steer_the_terminal(folder: Folder, api: Api) -> None:
    api.add("evil\x1b[2J\nid")

    _, out, err = run(folder, "--rate", "0")

    assert r"added 'evil\x1b[2J\nid'" in out.splitlines()
    assert "\x1b" not in out + err


def test_an_interrupt_leaves_everything_as_it_was(folder: Folder, api: Api) -> None:
    folder.fetch()
    before = folder.files()
    reached: list[float] = []

    class Never(Response):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            reached.append(time.monotonic())
            await asyncio.sleep(5)

    def never(_: Request) -> Response:
        return Never()

    api.items["alpha"]["name"] = "Renamed"
    api.faults["/api/v1/models/beta/schema"] = never
    process = start(folder, "--rate", "0")
    while not reached:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=5)

    assert process.returncode == 130
    assert "Traceback" not in err
    assert folder.files() == before
    assert [path.name for path in folder.path.parent.iterdir()] == ["acme"]
