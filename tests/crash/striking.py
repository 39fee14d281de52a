"""A process of its own that runs a real command again and again, struck at each file system call in turn.

Each run is a fork of this process, in which everything is imported already, so a run takes what the
command itself takes.  Prints one JSON line per run: where it was struck and what was found after it.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.command_line import GATE, run_command
from tests.crash import stage

from schemaloom.cli import main as command_line
from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.files import atomic_tree as write
from schemaloom.files import rollback as undo
from schemaloom.settings.provider import load_provider

STRIKES = ("kill", "full", "interrupt")
"""Dead at once; no space left on the device; Ctrl-C."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CALLS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.utime"}

Strike = Callable[[], None]


@dataclass(frozen=True)
class Scene:
    """A command, and the workspace it begins in."""

    command: tuple[str, ...]
    start: Callable[[Path], None]
    trees: tuple[str, ...]
    """The folders that it replaces, together."""
    online: bool = False


def _nothing_fetched(workspace: Path) -> None:
    stage.write_old_specs(workspace)
    shutil.rmtree(workspace / stage.SPECS / "models")


def _generated(workspace: Path) -> None:
    stage.write_old_specs(workspace)
    outcome = run(workspace, ("generate", stage.PROVIDER))
    if outcome.code != 0:
        raise RuntimeError(outcome.output)


def _stale(workspace: Path) -> None:
    _generated(workspace)
    names = (workspace / stage.SPECS / "names.json").read_bytes()
    shutil.rmtree(workspace / stage.SPECS)
    stage.write_new_specs(workspace)
    (workspace / stage.SPECS / "names.json").write_bytes(names)


_FETCH = ("fetch", stage.PROVIDER, "--rate", "0", "--allow-removals")
SCENES = {
    "fetch": Scene(_FETCH, stage.write_old_specs, (stage.SPECS,), online=True),
    "first fetch": Scene(_FETCH, _nothing_fetched, (stage.SPECS,), online=True),
    "generate": Scene(("generate", stage.PROVIDER), _stale, (stage.SPECS, stage.PACKAGE)),
    "first generate": Scene(("generate", stage.PROVIDER), stage.write_old_specs, (stage.SPECS, stage.PACKAGE)),
    "sync": Scene(("sync", *_FETCH[1:]), _generated, (stage.SPECS, stage.PACKAGE), online=True),
}


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    code: int
    """Exit code; negative the signal that ended it."""
    output: str
    calls: tuple[str, ...]
    """Its file system calls, where nothing struck."""


def run(workspace: Path, command: tuple[str, ...], at: int | None = None, strike: str = "kill") -> Outcome:
    """Run a command in a fork; before its file system call number `at` it is struck."""
    log = workspace.parent / "log"
    trace = workspace.parent / "trace"
    child = os.fork()
    if child == 0:
        code = 99
        try:
            with log.open("w") as output:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
            os.chdir(workspace)
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job may ignore it
            sys.argv = ["schemaloom", *command]
            sys.modules.update(dict.fromkeys(GATE))
            calls = _watch(str(workspace), at, strike)
            try:
                command_line()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            trace.write_text("\n".join(calls))
        except BaseException:  # noqa: BLE001  a fork must not run its parent's life
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    calls = tuple(trace.read_text().splitlines()) if at is None else ()
    return Outcome(os.waitstatus_to_exitcode(status), log.read_text(errors="replace"), calls)


def _watch(workspace: str, at: int | None, strike: str) -> list[str]:
    calls: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if not _counts(event, arguments, workspace):
            return
        calls.append(event)
        if len(calls) - 1 != at:
            return
        if strike == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if strike == "interrupt":
            signal.raise_signal(signal.SIGINT)
            return
        raise OSError(errno.ENOSPC, "No space left on device")

    sys.addaudithook(watch)
    return calls


def _counts(event: str, arguments: tuple[Any, ...], workspace: str) -> bool:
    if event == "ctypes.dlsym":  # two directories are about to change places
        return True
    if event == "open":
        path, _, flags = arguments
        return isinstance(flags, int) and bool(flags & _WRITING) and _is_ours(path, workspace)
    return event in _CALLS and _is_ours(arguments[0], workspace, arguments[-1] if len(arguments) > 1 else -1)


def _is_ours(path: object, workspace: str, folder: object = -1) -> bool:
    text = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
    if not Path(text).is_absolute() and isinstance(folder, int) and folder >= 0:  # counted from an open folder
        with contextlib.suppress(OSError):
            text = f"{Path(f'/proc/self/fd/{folder}').readlink()}/{text}"
    return text.startswith(workspace) or (bool(text) and not Path(text).is_absolute())


def strikes(scene: Scene, folder: Path, strike: str, every: int) -> Iterator[dict[str, Any]]:
    """Strike a scene's command at every `every`-th call, and at each one near a change of places."""
    with contextlib.ExitStack() as stack:
        command = scene.command
        if scene.online:
            stage.write_new_specs(folder / "server")
            provider = load_provider(folder / "server" / stage.SPECS / "provider.toml")
            options = Options(rate_limit=0)
            server = stack.enter_context(running_emulator(provider, stage.new_catalogue(), options))
            command = (*command, "--base-url", server.base_url)
        origin, clean, workspace = (folder / name for name in ("origin", "clean", "workspace"))
        scene.start(origin)
        shutil.copytree(origin, clean)
        reading = ("drift", str(origin / stage.SPECS), stage.SPECS, "--fail-on", "never")
        for words in (command, reading):  # in this process, whose forks then have imported everything
            run_command(clean, *words, missing=GATE)
        shutil.copytree(origin, workspace)
        unharmed = run(workspace, command)  # a second time, because what is remembered saves calls
        if unharmed.code != 0 or stage.content(workspace) != stage.content(clean):
            raise RuntimeError(unharmed.output)
        old, new = ({tree: stage.content(root / tree) for tree in scene.trees} for root in (origin, clean))
        turns = [at for at, call in enumerate(unharmed.calls) if call in {"ctypes.dlsym", "os.rename"}]
        near = {at for turn in turns for at in range(turn - 3, turn + 4)}
        never = len(unharmed.calls)
        for at in range(never + 1):
            if at % every and at not in near | {never}:
                continue
            if workspace.exists():
                shutil.rmtree(workspace)
            shutil.copytree(origin, workspace)
            struck = run(workspace, command, at, strike)
            seen = [_state(workspace, tree, old, new) for tree in scene.trees]
            reader = run(workspace, reading)
            recovered = [_state(workspace, tree, old, new) for tree in scene.trees]
            again = run(workspace, command)
            yield {
                "at": at,
                "struck": struck.code,
                "output": struck.output,
                "seen": seen,
                "reader": reader.code,
                "read": reader.output if reader.code else "",
                "recovered": recovered,
                "again": again.code,
                "output again": again.output if again.code else "",
                "clean": stage.content(workspace) == stage.content(clean),
            }


def _state(workspace: Path, tree: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    found = stage.content(workspace / tree)
    if found == new[tree]:
        return "new"
    if found == old[tree]:
        return "old"
    return "mixed" if (workspace / tree).exists() else "missing"


def main() -> None:
    """Print what was found after each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scene", choices=SCENES)
    parser.add_argument("strike", choices=STRIKES)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--renames", action="store_true", help="as where directories cannot be exchanged")
    asked = parser.parse_args()
    if asked.renames:
        write.exchange = undo.exchange = lambda one, other: False
    _warm_up()
    for record in strikes(SCENES[asked.scene], asked.folder, asked.strike, asked.every):
        print(json.dumps(record), flush=True)


def _warm_up() -> None:
    from schemaloom.cli import drift, fetch, generate, sync  # noqa: F401  imported here once and not in each fork


if __name__ == "__main__":
    main()
