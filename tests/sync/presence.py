"""Replay which models a real catalogue listed at which looks: releases, removals, and how many of these were false.

    python -m tests.sync.presence FILE [--emptied SHARE] [--states N] [--folder FOLDER]

FILE is JSON: ``states`` are ISO dates, ``present`` has for each model id the first and last index of
every stretch of states that list it.  Each state is synced by the real command, with its date as the
clock, in a repository of git that commits every release.  With ``--emptied``, that share of the
models answers ``{"type": "object"}`` for one state, and as before at the next.  With ``--folder``, the
repository stays there, and the next call goes on after the last state that was synced.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

from tests.sync.catalogue import PROVIDER, model, snapshot, write_provider
from tests.sync.workspace import Workspace

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot
from schemaloom.snapshot.model import ModelDocument

_COMMAND = """
import sys
from datetime import datetime as real
sys.modules.update(dict.fromkeys(("mypy", "basedpyright", "griffe")))
import schemaloom.cli.sync as command
from schemaloom.cli import main

class Clock(real):
    @classmethod
    def now(cls, zone=None):
        return real.fromisoformat(DATE + "T12:00:00+00:00")

command.datetime = Clock
main()
"""
Stretches = Sequence[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one sync did."""

    removed: frozenset[str]
    released: bool
    entry: int
    """Bytes of the changelog entry; 0 without a release."""
    code: int

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "removed": sorted(self.removed)})

    @classmethod
    def from_json(cls, line: str) -> Look:
        content = json.loads(line)
        return cls(**{**content, "removed": frozenset(content["removed"])})


def document(name: str, count: int) -> ModelDocument:
    """A model with two to five parameters, the same ones in every state."""
    kinds = ({"type": "integer"}, {"type": "number", "minimum": 0}, {"type": "string"}, {"enum": ["a", "b"]})
    names = ("seed", "strength", "style", "size")
    return model(name, **dict(zip(names[:count], kinds, strict=False)))


def replay(folder: Path, states: Sequence[str], present: Mapping[str, Stretches], emptied: float) -> list[Look]:
    """Sync every state that `folder` has not seen yet, and print a line for each; return all looks."""
    record = folder / "looks.jsonl"
    looks = [Look.from_json(line) for line in record.read_text().splitlines()] if record.is_file() else []
    settings = folder / "specs" / PROVIDER / "provider.toml"
    if not looks:
        write_provider(folder)
        settings.write_text(settings.read_text("utf-8").replace("removal_days = 0\n", ""), "utf-8")
    rng = random.Random(16)
    models = {name: document(name, 1 + hashlib.sha256(name.encode()).digest()[0] % 4) for name in present}
    with running_emulator(load_provider(settings), snapshot({}), Options(rate_limit=0)) as server:
        workspace = Workspace(folder, server)
        if not looks:
            workspace.begin()
        known = {found.id for found in read_snapshot(workspace.specs).models}
        for index, day in enumerate(states):
            listed = {name: models[name] for name in present if _is_listed(present[name], index)}
            for name in sorted(listed):
                if rng.random() < emptied:
                    listed[name] = replace(listed[name], input={"type": "object"}, parameter_order=())
            if index < len(looks):
                continue
            server.snapshot = snapshot(listed)
            before = _changelog(workspace)
            clock = f"DATE = {day!r}\n{_COMMAND}"
            command = [sys.executable, "-c", clock, "sync", PROVIDER, "--base-url", server.base_url, "--rate", "0"]
            done = subprocess.run(
                command,
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            now = {found.id for found in read_snapshot(workspace.specs).models}
            workspace.commit(day)
            entry = len(_changelog(workspace)) - len(before)
            look = Look(removed=frozenset(known - now), released=entry > 0, entry=entry, code=done.returncode)
            looks.append(look)
            with record.open("a") as lines:
                lines.write(look.to_json() + "\n")
            known = now
            line = next((text for text in done.stdout.splitlines() if text.startswith(PROVIDER)), done.stderr[-200:])
            print(f"{day}: {len(listed)} listed, exit {done.returncode}, entry {entry} bytes, "
                  f"{len(look.removed)} removed; {line}", flush=True)  # fmt: skip
    return looks


def _changelog(workspace: Workspace) -> bytes:
    path = workspace.package / "CHANGELOG.md"
    return path.read_bytes() if path.is_file() else b""


def _is_listed(stretches: Stretches, index: int) -> bool:
    return any(first <= index <= last for first, last in stretches)


def false_removals(looks: Sequence[Look], present: Mapping[str, Stretches]) -> list[str]:
    """The models that were removed although a later state lists them."""
    return sorted(
        name
        for index, look in enumerate(looks)
        for name in look.removed
        if any(last > index for _, last in present[name])
    )


def main() -> int:
    """Replay a file; exit 1 if a removal was false or an entry is too long."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--emptied", type=float, default=0.0)
    parser.add_argument("--states", type=int)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    content = cast("dict[str, object]", json.loads(arguments.file.read_bytes()))
    states = cast("list[str]", content["states"])[: arguments.states]
    present = cast("dict[str, Stretches]", content["present"])
    with tempfile.TemporaryDirectory() as scratch:
        folder = cast("Path", arguments.folder or Path(scratch))
        folder.mkdir(parents=True, exist_ok=True)
        looks = replay(folder, states, present, arguments.emptied)
    removed = sum(len(look.removed) for look in looks)
    false = false_removals(looks, present)
    entries = [look.entry for look in looks[1:] if look.released]
    print(f"{len(looks)} states, {sum(look.released for look in looks)} releases, {removed} removals, "
          f"{len(false)} of them false, longest entry {max(entries, default=0)} bytes")  # fmt: skip
    return bool(false) or max(entries, default=0) > 60_000


if __name__ == "__main__":
    sys.exit(main())
