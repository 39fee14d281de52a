"""Rows about ``schemaloom sync``: whole runs, fetched from loopback, with every check of the new package."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.corpus import catalogue
from benchmarks.measuring import Program, Ratio, measured, mebibytes, run, seconds
from benchmarks.stored_answers import file_name
from benchmarks.workspace import PROVIDER, Workspace

from schemaloom.snapshot.model import ModelDocument

_FOLDER = Path(__file__).resolve().parent
_BIN = Path(sys.executable).parent
_API = "/api/v1"
_CARRIED = '\ncarried = [{ answer = "list", pointer = "/requestSchema", trusted = true }]\n'


class SyncWorkspace(Workspace):
    """A workspace whose catalogue is served on loopback; nothing is fetched yet."""

    def __init__(self, root: Path, models: int, distinct: float, *, carried: bool = False) -> None:
        """Store the answers; with `carried`, the list has all schemas, and a fetch is one request."""
        super().__init__(root, models, distinct)
        shutil.rmtree(self.specs / "models")
        for path in self.specs.glob("*.json"):
            path.unlink()
        self.answers = root / "answers"
        self.answers.mkdir()
        self._carried = carried
        self._changes = 0
        self._listed = catalogue(models, distinct).models
        self._schemas = {model.id: json.loads(json.dumps(model.input)) for model in self._listed}
        for model in self._listed:
            self._store(model)
        self._store_list()
        empty = {"openapi": "3.1.0", "info": {"title": "Catalogue", "version": "1"}, "paths": {}}
        self._put("/api/openapi", empty)
        if carried:
            settings = self.specs / "provider.toml"
            lines = settings.read_text("utf-8").splitlines()
            settings.write_text(
                "\n".join(_CARRIED.strip() if line.startswith("carried") else line for line in lines) + "\n", "utf-8"
            )

    @contextmanager
    def served(self) -> Generator[str]:
        """Serve the answers, and yield the API's base URL."""
        command = [sys.executable, _FOLDER / "stored_answers.py", self.answers]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            if server.stdout is None:
                raise RuntimeError("the server has no output")
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}{_API}"
            server.communicate()

    def sync(self, base: str, *, first: bool = False, changed: bool = False) -> Program:
        """``schemaloom sync``: the first one of this workspace, after a change of one model, or after none."""
        command = (_BIN / "schemaloom", "sync", PROVIDER, "--base-url", base, "--rate", "0")
        prepare = self._forget_all if first else self.change_answer if changed else _nothing
        return Program(command=command, folder=self.root, environment=self.environment, prepare=prepare)

    def bare(self, base: str) -> Program:
        """The same requests with a bare client."""
        command = (sys.executable, _FOLDER / "bare_fetch.py", base, self.specs / "lock.json")
        return Program(command=command, folder=self.root)

    def generate_and_check(self) -> Program:
        """openapi-python-client, and both type checkers on its package."""
        package = "$(dirname peer/*/client.py)"
        steps = (
            f"{_BIN}/openapi-python-client generate --path openapi.json --output-path peer",
            f"{{ {_BIN}/mypy --strict --no-incremental --config-file= {package} || true; }}",
            f"{{ {_BIN}/basedpyright --level error --pythonpath {sys.executable} {package} || true; }}",
        )
        command = ("/bin/sh", "-c", " && ".join(steps))
        return Program(command=command, folder=self.root, prepare=lambda: shutil.rmtree(self.peer, ignore_errors=True))

    def change_answer(self) -> None:
        """Give another model one more parameter."""
        self._changes += 1
        model = self._listed[(self.models // 2 + self._changes) % self.models]
        self._schemas[model.id]["properties"][f"extra_{self._changes}"] = {"type": "integer", "minimum": 0}
        self._store(model)
        self._store_list()

    def _store(self, model: ModelDocument) -> None:
        self._put(f"{_API}/models/{model.id}/schema", {"schema": self._schemas[model.id]})

    def _store_list(self) -> None:
        items = [
            {"apiId": model.id, "name": model.name, "description": model.description, "modality": model.modality}
            | ({"requestSchema": self._schemas[model.id]} if self._carried else {})
            for model in self._listed
        ]
        self._put(f"{_API}/models", {"models": items})

    def _put(self, path: str, content: object) -> None:
        (self.answers / file_name(path)).write_text(json.dumps(content), "utf-8")

    def _forget_all(self) -> None:
        self._forget()
        shutil.rmtree(self.specs / "models", ignore_errors=True)
        for path in self.specs.glob("*.json"):
            path.unlink()


def first_run(workspace: SyncWorkspace, base: str) -> Ratio:
    """A first run against the peer's generation and the same two checkers on its package; one pair."""
    ours, theirs = run(workspace.sync(base, first=True)), run(workspace.generate_and_check())
    return _single(ours.seconds, theirs.seconds)


def one_changed(workspace: SyncWorkspace, base: str, pairs: int) -> Ratio:
    """One model changed, against the peer's generation without any check."""
    peer = workspace.peers()["openapi-python-client"]
    return measured(workspace.sync(base, changed=True), peer, pairs).ratio(seconds)


def nothing_changed(workspace: SyncWorkspace, base: str, pairs: int) -> Ratio:
    """Nothing changed, against fetching the same answers."""
    return measured(workspace.sync(base), workspace.bare(base), pairs).ratio(seconds)


def growth(small: Path, large: Path, models: tuple[int, int], distinct: float, pairs: int) -> tuple[Ratio, Ratio]:
    """One model changed in a large catalogue against a small one, each fetched by one request; and the peak memory.

    The memory is that of the largest process of any run in the large one, the first included, against 600 MiB.
    """
    few, many = (
        SyncWorkspace(root, count, distinct, carried=True) for root, count in zip((small, large), models, strict=True)
    )
    with few.served() as near, many.served() as far:
        run(few.sync(near, first=True))
        first = run(many.sync(far, first=True))
        found = measured(many.sync(far, changed=True), few.sync(near, changed=True), pairs)
    peak = max(map(mebibytes, (first, *found.ours)))
    return found.ratio(seconds), _single(peak, 600)


def _single(ours: float, theirs: float) -> Ratio:
    ratio = ours / theirs
    return Ratio(median=ratio, least=ratio, most=ratio, ours=ours, theirs=theirs)


def _nothing() -> None:
    """Nothing to prepare."""
