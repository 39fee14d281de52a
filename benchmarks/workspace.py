"""Folders to measure in: a catalogue as each generator wants it, and an environment of a user's own."""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus import catalogue, openapi
from benchmarks.measuring import Program, run

from schemaloom.json.codec import canonical_bytes
from schemaloom.snapshot.layout import snapshot_files

PROVIDER = "pixeldojo"
PACKAGE = "pixeldojo_sdk"
PEER = "peer"
_SETTINGS = Path(__file__).resolve().parent.parent / "specs" / PROVIDER / "provider.toml"
_BIN = Path(sys.executable).parent


class Workspace:
    """One catalogue on disk, the package schemaloom makes of it, and those its peers make."""

    def __init__(self, root: Path, models: int, distinct: float, *, results: bool = False) -> None:
        """Write the catalogue below `root`, which does not exist yet; with `results`, with schemas of outputs."""
        self.root = root
        self.models = models
        self.specs = root / "specs" / PROVIDER
        self.package = root / "generated" / "pixeldojo-sdk"
        self.source = self.package / "src"
        self.peer = root / PEER
        self.cache = root / "cache"
        self.environment = {"SCHEMALOOM_CACHE_DIR": str(self.cache)}
        self.specs.mkdir(parents=True)
        shutil.copy(_SETTINGS, self.specs)
        snapshot = catalogue(models, distinct, results=results)
        (self.specs / "models").mkdir()
        for path, raw in snapshot_files(snapshot).items():
            (self.specs / path).write_bytes(raw)
        (root / "openapi.json").write_bytes(canonical_bytes(openapi(snapshot)))

    def generate(self, *, cold: bool) -> Program:
        """``schemaloom generate``; `cold` is without a package and names, with an empty cache."""
        command = (_BIN / "schemaloom", "generate", PROVIDER)
        prepare = self._forget if cold else _nothing
        return Program(command=command, folder=self.root, environment=self.environment, prepare=prepare)

    def peers(self) -> dict[str, Program]:
        """Every peer, cold; none of them can run in another way."""
        client = (_BIN / "openapi-python-client", "generate", "--path", "openapi.json", "--output-path", PEER)
        models = (
            _BIN / "datamodel-codegen", "--input", "openapi.json", "--output", f"{PEER}.py",
            "--output-model-type", "pydantic_v2.BaseModel", "--target-python-version", "3.11",
            "--formatters", "ruff-check", "ruff-format",
        )  # fmt: skip
        return {
            "openapi-python-client": Program(command=client, folder=self.root, prepare=self._remove_peer),
            "datamodel-codegen": Program(command=models, folder=self.root, prepare=self._remove_peer),
        }

    def change_one(self) -> None:
        """Give one model's first number or text another range, one that is known from elsewhere."""
        path = self.specs / "models" / sorted(file.name for file in (self.specs / "models").iterdir())[self.models // 2]
        document = json.loads(path.read_text("utf-8"))
        properties = document["input"]["properties"]
        name = document["parameter_order"][0]
        other = document["parameter_order"][1]
        rules = {key: value for key, value in properties[other].items() if key != "description"}
        properties[name], properties[other] = (
            {**rules, "description": properties[name]["description"]},
            {
                **{key: value for key, value in properties[name].items() if key != "description"},
                "description": properties[other]["description"],
            },
        )
        path.write_bytes(canonical_bytes(document))

    def _forget(self) -> None:
        for folder in (self.package.parent, self.cache):
            shutil.rmtree(folder, ignore_errors=True)
        (self.specs / "names.json").unlink(missing_ok=True)

    def _remove_peer(self) -> None:
        shutil.rmtree(self.peer, ignore_errors=True)
        self.root.joinpath(f"{PEER}.py").unlink(missing_ok=True)


def made(root: Path, models: int, distinct: float, *, results: bool = False) -> Workspace:
    """A workspace whose package is generated already."""
    workspace = Workspace(root, models, distinct, results=results)
    run(workspace.generate(cold=True))
    return workspace


def user_environment(root: Path) -> Path:
    """A virtual environment that holds what a generated package needs and nothing else; its Python.

    ``import httpx`` is slower where rich is installed too, so measuring beside our tools would
    flatter a peer that imports httpx anyway.
    """
    venv.EnvBuilder(symlinks=True, with_pip=False).create(root)
    (packages,) = root.glob("lib/python*/site-packages")
    for distribution in _needed("httpx", "httpx2", "pydantic", "anyio"):
        tops = {file.parts[0] for file in distribution.files or () if ".." not in file.parts}
        for top in sorted(tops - {"__pycache__"}):
            link = packages / top
            if not link.exists():
                link.symlink_to(Path(str(distribution.locate_file(top))))
    return root / "bin" / "python"


def _needed(*names: str) -> Iterator[importlib.metadata.Distribution]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:  # for another platform or Python
            continue
        yield distribution
        required = [text for text in distribution.requires or () if "extra ==" not in text]
        waiting += [re.split(r"[^A-Za-z0-9._-]", text, maxsplit=1)[0] for text in required]


def _nothing() -> None:
    """Nothing to prepare."""
