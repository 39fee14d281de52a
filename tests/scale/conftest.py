"""A small made-up catalogue in a workspace of its own, and the whole command run over it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.corpus import catalogue
from tests.command_line import SCHEMALOOM, Done, run_command
from tests.paths import SPECS

from schemaloom.cache.up_to_date import digest
from schemaloom.files.read import read_specs, read_tree
from schemaloom.json.values import JsonObject
from schemaloom.snapshot.layout import Snapshot, snapshot_files

MODELS = 14
RARE: JsonObject = {"type": "number", "maximum": 1e300}
"""A shape for the type engine, whose annotation is cached: those of usual ones are shipped."""
_COLD: dict[str, dict[str, bytes]] = {}
PROVIDER = "pixeldojo"


@dataclass(frozen=True)
class Workshop:
    """A workspace with specs, perhaps a package, and a cache of its own."""

    root: Path

    @property
    def specs(self) -> Path:
        return self.root / "specs" / PROVIDER

    @property
    def package(self) -> Path:
        return self.root / "generated" / "pixeldojo-sdk"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def run(self, *options: str, **environment: str) -> Done:
        """``schemaloom generate``, which must not fail unless it is asked to check."""
        environment = {"SCHEMALOOM_CACHE_DIR": str(self.cache), **environment}
        done = run_command(self.root, "generate", PROVIDER, *options, **environment)
        assert done.returncode == 0 or "--check" in options, done.stderr
        return done

    def start(self, **environment: str) -> None:
        """The same in a process of its own, with a cache or without one."""
        command = [*SCHEMALOOM, "generate", PROVIDER]
        environment = {**os.environ, "SCHEMALOOM_CACHE_DIR": str(self.cache), **environment}
        subprocess.run(command, cwd=self.root, env=environment, check=True, capture_output=True)

    def files(self) -> dict[str, bytes]:
        """The package and the names, by path."""
        return {**read_tree(self.package), "names.json": (self.specs / "names.json").read_bytes()}

    def cold(self) -> dict[str, bytes]:
        """The files that a run without cache and modules makes of the specs, their names and the last release."""
        specs = digest(read_specs(self.specs))
        if specs not in _COLD:
            other = Workshop(self.root.with_name(f"{self.root.name}-cold"))
            shutil.copytree(self.root / "specs", other.root / "specs")
            release = "src/pixeldojo_sdk/provenance.json"
            (other.package / release).parent.mkdir(parents=True)
            shutil.copy(self.package / release, other.package / release)
            other.start(SCHEMALOOM_CACHE_DIR="")
            _COLD[specs] = other.files()
        return _COLD[specs]


def lay_out(root: Path, *, reverse: bool = False) -> Workshop:
    """Write the catalogue, in one order or the other."""
    workshop = Workshop(root)
    (workshop.specs / "models").mkdir(parents=True)
    shutil.copy(SPECS / PROVIDER / "provider.toml", workshop.specs)
    files = snapshot_files(_with_rare_shape(catalogue(MODELS, 0.5)))
    for path in sorted(files, reverse=reverse):
        (workshop.specs / path).write_bytes(files[path])
    return workshop


def _with_rare_shape(snapshot: Snapshot) -> Snapshot:
    first, *others = snapshot.models
    schema: Any = first.input
    first = replace(first, input={**schema, "properties": {**schema["properties"], "rare": RARE}})
    return replace(snapshot, models=(first, *others))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workspace in which the package was generated once; never written to."""
    workshop = lay_out(tmp_path_factory.mktemp("made") / "work")
    workshop.run()
    return workshop


@pytest.fixture
def work(made: Workshop, tmp_path: Path) -> Workshop:
    """A copy of that workspace and its cache, in another place."""
    shutil.copytree(made.root, tmp_path / "work")
    return Workshop(tmp_path / "work")


@pytest.fixture
def known(work: Workshop) -> Workshop:
    """That copy, with the parts of its models cached under this place too."""
    shutil.rmtree(work.cache / "packages")
    work.run()
    return work
