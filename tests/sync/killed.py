"""``python -m tests.sync.killed --kills 100``: runs of ``sync`` over two providers, killed at random moments.

Half of the kills come at any moment of a run, the others just when the first new folder is being built.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.command_line import SCHEMALOOM_ALONE
from tests.sync.catalogue import FIRST, PROVIDER_TOML, model, snapshot, with_properties, write_provider

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.files.atomic_tree import recover_tree
from schemaloom.settings.provider import load_provider

NAMES = ("paintbox", "easel")
TREES = tuple(folder for name in NAMES for folder in (f"specs/{name}", f"generated/{name}-sdk"))
OLD = {name: FIRST[name] for name in ("sketch", "poster", "etching", "mural")}
NEW = {
    "sketch": with_properties(OLD["sketch"], size={"enum": ["small"]}),
    "poster": OLD["poster"],
    "etching": OLD["etching"],
    "gouache": model("gouache"),
}
Content = dict[str, bytes]


class Killed(NamedTuple):
    """What one kill left."""

    ended: int
    """Exit code of the process; negative if the signal came in time."""
    seen: tuple[str, ...]
    """Of each folder right after: ``old``, ``new``, ``missing`` or ``mixed``."""
    recovered: tuple[str, ...]
    """The same, once someone has begun to read one of them."""
    healed: bool
    """Whether the next run makes everything new and leaves nothing else behind."""


def killed(folder: Path, *, kills: int, seed: int) -> Iterator[Killed]:
    """Kill a run that has something to do, `kills` times, each time from the same beginning."""
    chance = random.Random(seed)
    origin, clean, work = (folder / name for name in ("origin", "clean", "work"))
    with _served(origin) as command:
        usual = 0.0
        for _ in range(2):  # the first run finds the caches cold
            shutil.rmtree(clean, ignore_errors=True)
            shutil.copytree(origin, clean)
            began = time.monotonic()
            if _start(clean, command).wait(60) != 0:
                raise RuntimeError("the unharmed run failed")
            usual = time.monotonic() - began
        old, new = ({tree: _content(root / tree) for tree in TREES} for root in (origin, clean))
        for number in range(kills):
            shutil.copytree(origin, work)
            process = _start(work, command)
            _wait(process, work, chance.uniform(0, usual * 1.1) if number % 2 else None, chance)
            _kill(process)
            seen = tuple(_state(work, tree, old, new) for tree in TREES)
            recover_tree(work / chance.choice(TREES))
            recovered = tuple(_state(work, tree, old, new) for tree in TREES)
            healed = _start(work, command).wait(60) == 0 and _content(work) == _content(clean)
            yield Killed(process.returncode, seen, recovered, healed)
            shutil.rmtree(work)


@contextmanager
def _served(origin: Path) -> Iterator[tuple[str, ...]]:
    """A workspace in which both providers were synced once, and the command for which there is news."""
    with ExitStack() as stack:
        servers = []
        for name in NAMES:
            text = PROVIDER_TOML.replace("paintbox", name).replace("Paintbox", name.title())
            write_provider(origin, text.replace("PAINTBOX", name.upper()), name)
            path = origin / "specs" / name / "provider.toml"
            server = stack.enter_context(running_emulator(load_provider(path), snapshot(OLD), Options(rate_limit=0)))
            path.write_text(path.read_text().replace(f"https://api.{name}.example/v1", server.base_url))
            servers.append(server)
        command = ("sync", *NAMES, "--rate", "0", "--allow-removals")
        if _start(origin, command).wait(60) != 0:
            raise RuntimeError("the first run failed")
        for server in servers:
            server.snapshot = snapshot(NEW)
        yield command


def _start(work: Path, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*SCHEMALOOM_ALONE, *command],
        cwd=work,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait(process: subprocess.Popen[bytes], work: Path, pause: float | None, chance: random.Random) -> None:
    """Wait for `pause` seconds, or until a new folder appears and then a moment; or until the process ends."""
    end = time.monotonic() + (60 if pause is None else pause)
    while process.poll() is None and time.monotonic() < end:
        if pause is None and any(work.glob("*/.*.schemaloom-new")):
            time.sleep(chance.uniform(0, 0.03))
            return
        time.sleep(0.0005)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def _content(folder: Path) -> Content:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _state(work: Path, tree: str, old: dict[str, Content], new: dict[str, Content]) -> str:
    if not (work / tree).exists():
        return "missing"
    found = _content(work / tree)
    return "old" if found == old[tree] else "new" if found == new[tree] else "mixed"


def main() -> None:
    """Print how the runs ended and what was found; the exit code is 1 if anything was that must not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    requested = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = list(killed(Path(folder), kills=requested.kills, seed=requested.seed))
    for title, found in (
        ("ended", Counter(run.ended for run in runs)),
        ("seen", Counter("/".join(sorted(set(run.seen))) for run in runs)),
        ("recovered", Counter("/".join(sorted(set(run.recovered))) for run in runs)),
        ("healed", Counter(run.healed for run in runs)),
    ):
        print(f"{title}: {dict(found)}")
    sys.exit(any(set(run.recovered) not in ({"old"}, {"new"}) or not run.healed for run in runs))


if __name__ == "__main__":
    main()
