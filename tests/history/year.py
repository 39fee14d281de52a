"""A repository with days or years of a made-up catalogue's history, written by ``git fast-import``.

    python -m tests.history.year FOLDER [MODELS [DAYS]]    # 4,000 models and 365 days by default

Every day some models change: a parameter comes, goes or comes back the day after; a default, a
range, a choice, a price or a text changes; a model is removed or added.  Most days the package
gets a version.
"""

from __future__ import annotations

import copy
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from benchmarks.corpus import catalogue
from tests.drift.repositories import PROVIDER

from schemaloom.json.codec import canonical_bytes
from schemaloom.render.names.names_json import names_to_json
from schemaloom.render.names.table import name_ids
from schemaloom.snapshot.file_names import file_name

NAME = "pixel"
FIRST_DAY = datetime(2025, 1, 1, 4, 37, tzinfo=UTC)
_EDITS_A_DAY = 30


@dataclass
class _Year:
    """The catalogue as it is on one day, and what is due the day after."""

    models: dict[str, dict[str, Any]]
    rng: random.Random
    due: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    gone: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])

    def next_day(self, edits: int) -> set[str]:
        """Change some models; returns their ids."""
        changed = {model for model, _ in self.due}
        self.models |= dict(self.due)
        self.due.clear()
        for model in self.rng.sample(sorted(self.models.keys() - changed), min(edits, len(self.models) // 2)):
            changed.add(model)
            if self.rng.random() < 0.03:
                self.due.append((model, self.models.pop(model)))
            else:
                before = self.models[model]
                self.models[model] = after = copy.deepcopy(before)
                self.edit(after)
                if self.rng.random() < 0.1:
                    self.due.append((model, before))
        return changed

    def edit(self, model: dict[str, Any]) -> None:
        properties = model["input"]["properties"]
        name = self.rng.choice(sorted(properties))
        match self.rng.randrange(6):
            case 0 if len(properties) > 2:
                del properties[name]
                model["input"]["required"] = [item for item in model["input"]["required"] if item != name]
                model["parameter_order"] = [item for item in model["parameter_order"] if item != name]
            case 1:
                added = f"option_{self.rng.randrange(10_000)}"
                properties[added] = {"type": "integer", "minimum": 0, "maximum": self.rng.randint(1, 99)}
                model["parameter_order"].append(added)
            case 2 if "maximum" in properties[name]:
                properties[name]["maximum"] += self.rng.choice((-1, 5, 10))
            case 3 if "enum" in properties[name]:
                properties[name]["enum"] = [*properties[name]["enum"][1:], f"new-{self.rng.randrange(100)}"]
            case 4:
                model["price"]["amount"] = self.rng.randint(1, 90) / 10
            case _:
                properties[name]["description"] = f"Edited {self.rng.randrange(10**6)}."


def write_year(root: Path, *, models: int, days: int, seed: int = 1, edits: int = _EDITS_A_DAY) -> Path:
    """Make the repository `root`; returns the provider's folder in it, checked out."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    root.mkdir(parents=True, exist_ok=True)

    def git(*arguments: str, feed: bytes | None = None) -> None:
        subprocess.run(["git", *arguments], cwd=root, env=environ, input=feed, capture_output=True, check=True)

    git("init", "--quiet", "--initial-branch=main")
    git("fast-import", "--quiet", feed=b"".join(_stream(models, days, seed, edits)))
    git("reset", "--quiet", "--hard", "main")
    return root / "specs" / NAME


def _stream(models: int, days: int, seed: int, edits: int) -> Iterator[bytes]:
    documents = {model.id: cast("dict[str, Any]", model.to_json()) for model in catalogue(models, 0.3).models}
    year = _Year(documents, random.Random(seed))
    names = canonical_bytes(names_to_json(name_ids(sorted(documents), {}, version="0.1.0")))
    for day in range(days):
        changed = year.next_day(edits) if day else set(documents)
        files = {f"models/{file_name(model)}": year.models.get(model) for model in changed}
        yield from _commit(day, FIRST_DAY + timedelta(days=day))
        if not day:
            yield from _file(f"specs/{NAME}/provider.toml", PROVIDER)
            yield from _file(f"specs/{NAME}/names.json", names)
        for path, document in sorted(files.items()):
            if document is None:
                yield f"D specs/{NAME}/{path}\n".encode()
            else:
                yield from _file(f"specs/{NAME}/{path}", canonical_bytes(document))
        if day % 4 != 3:
            version = f'[project]\nname = "pixel-sdk"\nversion = "0.{day + 1}.0"\n'
            yield from _file("generated/pixel-sdk/pyproject.toml", version.encode())


def _commit(day: int, moment: datetime) -> Iterator[bytes]:
    message = f"Day {day}".encode()
    when = int(moment.timestamp())
    yield b"commit refs/heads/main\n"
    yield f"committer tester <tester@example.com> {when} +0000\ndata {len(message)}\n".encode() + message + b"\n"


def _file(path: str, content: bytes) -> Iterator[bytes]:
    yield f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"


if __name__ == "__main__":
    size = [int(argument) for argument in sys.argv[2:]]
    write_year(Path(sys.argv[1]), models=size[0] if size else 4000, days=size[1] if size[1:] else 365)
