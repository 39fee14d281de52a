"""A real git repository in which the real command is run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.command_line import GATE, SCHEMALOOM, SCHEMALOOM_ALONE, Done, run_command
from tests.sync.catalogue import PACKAGE, PROVIDER, Models, snapshot
from tests.users_mypy import run_mypy

from schemaloom.emulator.server import RunningEmulator
from schemaloom.pipeline.next_version import NextVersion
from schemaloom.pipeline.sync import sync, write
from schemaloom.pipeline.unchanged import Unchanged
from schemaloom.release.package_on_disk import package_version

DAY = date(2026, 2, 1)


@dataclass(frozen=True)
class Workspace:
    """A folder under version control, and the server it is synced from."""

    folder: Path
    server: RunningEmulator
    gate: bool = False
    """Whether type checkers prove each new package: that takes ten seconds, and has tests of its own."""

    @property
    def specs(self) -> Path:
        return self.folder / "specs" / PROVIDER

    @property
    def package(self) -> Path:
        return self.folder / "generated" / PACKAGE

    @property
    def version(self) -> str | None:
        return package_version(self.package)

    def run(self, *arguments: str, **environment: str) -> Done:
        """A command of schemaloom; in this process where the gate is left out."""
        if not self.gate:
            return run_command(self.folder, *arguments, missing=GATE, **environment)
        return self.start(*arguments, **environment)

    def start(self, *arguments: str, **environment: str) -> Done:
        """The same in a process of its own, as a user starts it."""
        return subprocess.run(
            [*(SCHEMALOOM if self.gate else SCHEMALOOM_ALONE), *arguments],
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def sync(self, *options: str, **environment: str) -> Done:
        return self.run("sync", PROVIDER, "--base-url", self.server.base_url, "--rate", "0", *options, **environment)

    def sync_here(self, models: Models | None = None, **options: Any) -> NextVersion | Unchanged:
        """The same in this process, and written; the server has `models` from now on."""
        if models is not None:
            self.server.snapshot = snapshot(models)
        place = {"specs": self.folder / "specs", "out": self.folder / "generated"}
        defaults = {"today": DAY, "environ": {}, "base_url": self.server.base_url, "rate": 0}
        synced = sync(PROVIDER, **place, **{**defaults, **options})
        synced.fetched.check_guard()
        write([synced])
        synced.fetched.end()
        return synced

    def next_version(self, models: Models | None = None, **options: Any) -> NextVersion:
        """The same, where something changed."""
        made = self.sync_here(models, **options)
        assert isinstance(made, NextVersion)
        return made

    def tried(self, program: str) -> str:
        """Type-check a user's program and run it with the package; what goes wrong, or nothing."""
        place = self.folder.parent / f"user_{hashlib.sha256(program.encode()).hexdigest()[:8]}.py"
        place.write_text(program)
        source = str(self.package / "src")
        environment = {
            **os.environ,
            "PYTHONPATH": source,
            "PAINTBOX_BASE_URL": self.server.base_url,
            "PAINTBOX_API_KEY": self.server.api_key,
        }
        done = run_mypy(place, MYPYPATH=source)
        if done.returncode == 0:
            command = [sys.executable, "-B", place]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr if done.returncode else ""

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Inode and time of change of every file."""
        found = {path: path.stat() for path in self.folder.rglob("*") if path.is_file()}
        return {str(path): (stat.st_ino, stat.st_mtime_ns) for path, stat in found.items()}

    def git(self, *arguments: str) -> str:
        who = {f"GIT_{role}_{part}": "tester" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **who, **quiet},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def begin(self) -> None:
        """Put the folder under version control."""
        self.git("init", "--quiet", "--initial-branch=main")
        (self.folder / ".gitignore").write_text("report.json\nlooks.jsonl\n__pycache__\n.mypy_cache\n")
        self.commit("begin")

    def commit(self, message: str) -> bool:
        """Commit what changed; return whether anything did."""
        changed = bool(self.git("status", "--porcelain"))
        if changed:
            self.git("add", "--all")
            self.git("commit", "--quiet", "--message", message)
        return changed

    def report(self) -> dict[str, Any]:
        """What the last run left in ``report.json``."""
        found: dict[str, Any] = json.loads((self.folder / "report.json").read_bytes())
        return found

    def entry(self) -> str:
        """The newest section of the changelog, with the day left out."""
        text = (self.package / "CHANGELOG.md").read_text("utf-8")
        section = text.split("\n## ")[1]
        heading, _, body = section.partition("\n")
        return f"## {heading.partition(' - ')[0]}\n{body}".rstrip() + "\n"
