"""Real commands in processes of their own, killed at a random moment."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.command_line import SCHEMALOOM_ALONE
from tests.crash import stage
from tests.crash.striking import SCENES

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider


def start(workspace: Path, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """The command as a user starts it, silent, in a process group of its own."""
    return subprocess.Popen(
        [*SCHEMALOOM_ALONE, *command],
        cwd=workspace,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def random_kills(
    folder: Path, times: int, seed: int, number: signal.Signals = signal.SIGKILL
) -> Iterator[tuple[int, bool, bool]]:
    """For each kill of ``sync``: how the process ended, whether all was old or all new, whether the next run healed."""
    chance = random.Random(seed)
    scene = SCENES["sync"]
    origin, clean, workspace = (folder / name for name in ("origin", "clean", "workspace"))
    scene.start(origin)
    shutil.copytree(origin, clean)
    provider = load_provider(origin / stage.SPECS / "provider.toml")
    with running_emulator(provider, stage.new_catalogue(), Options(rate_limit=0)) as server:
        command = (*scene.command, "--base-url", server.base_url)
        began = time.monotonic()
        if failed := _run(clean, command):
            raise RuntimeError(f"the unharmed run failed: {failed}")
        usual = time.monotonic() - began
        states = [tuple(_content(root)) for root in (origin, clean)]
        for _ in range(times):
            shutil.copytree(origin, workspace)
            process = start(workspace, command)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0, usual * 1.2))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            process.communicate()
            whole = not _run(workspace, ("drift", stage.SPECS, stage.SPECS))
            whole = whole and tuple(_content(workspace)) in states
            healed = not _run(workspace, command) and stage.content(workspace) == stage.content(clean)
            yield process.returncode, whole, healed
            shutil.rmtree(workspace)


def _run(workspace: Path, command: tuple[str, ...]) -> str:
    process = start(workspace, command)
    _, errors = process.communicate(timeout=60)
    return errors.decode() or "no output" if process.returncode else ""


def _content(workspace: Path) -> Iterator[dict[str, bytes | None]]:
    for tree in (stage.SPECS, stage.PACKAGE):
        yield stage.content(workspace / tree)
