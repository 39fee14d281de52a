"""`PartsCache`: the rendered parts of the last run, so that the next one renders only what changed.

A model's part is a hit if everything that it depends on has the same digest, and if its files in
the package on disk are the texts that were rendered.  So the package itself holds the texts, and a
file that was edited by hand is rendered again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias, cast

from schemaloom.cache import store
from schemaloom.json.values import JsonValue
from schemaloom.render.model_files import ModelPart, part_from_json, part_to_json
from schemaloom.snapshot.file_names import model_path

_KIND = "parts"
_SHARED = ("provider.toml", "renames.toml")
"""Files of the specs that every part depends on."""


PartPaths: TypeAlias = Callable[[str], tuple[str, str]]
"""Takes the name of a model's module; returns the paths of the module and of its example requests."""


class PartsCache:
    """The cached parts of the package of one folder of specs."""

    def __init__(self, folder: Path, target: Path) -> None:
        """Read the cache; `folder` holds the specs, `target` the distribution."""
        self._name = _digest(f"{folder.resolve()}\0{target.resolve()}".encode("utf-8", "surrogateescape"))
        content: JsonValue = {}
        with suppress(ValueError):
            content = cast("JsonValue", json.loads(store.get(_KIND, self._name) or b"{}"))
        self._parts = _table(content, "parts")
        self._formatted = _table(content, "formatted")
        self._hits: dict[str, tuple[ModelPart, JsonValue]] = {}
        self._unchanged: dict[str, JsonValue] = {}
        self._staged: dict[tuple[str, str], tuple[str, str, JsonValue]] = {}
        self._unformatted: dict[str, str] = {}

    def lookup(
        self,
        specs: Mapping[str, bytes],
        package: Mapping[str, bytes],
        paths: PartPaths,
        names: Mapping[str, JsonValue],
    ) -> dict[str, ModelPart]:
        """Return the hits, by the path of the model's document in `specs`.

        `specs` and `package` are the files on disk.  `paths` returns where the files of a module are
        in the package.  `names` is the content of ``names.json``.
        """
        found: dict[str, ModelPart] = {}
        shared = _shared(specs)
        for path, entry in self._parts.items():
            match entry:
                case [str(key), str(formatted), [str(model), _, str(module), *_] as content] if path in specs:
                    texts = [package.get(place, b"") for place in paths(module)]
                    if formatted == _digest(*texts) and key == _key(shared, specs[path], _names_of(model, names)):
                        part = part_from_json(content, *texts)
                        if part and path == _path(part):
                            found[path] = part
                            self._hits[path] = part, entry
                case _:
                    pass
        return found

    def formatted(self, files: Mapping[str, bytes], package: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return those of the files of `package` that are the formatted form of the rendered `files`."""
        return {
            path: package[path]
            for path, content in files.items()
            if path in package and self._formatted.get(path) == [_digest(content), _digest(package[path])]
        }

    def stage(
        self,
        parts: Collection[ModelPart],
        specs: Mapping[str, bytes],
        names: Mapping[str, JsonValue],
        rendered: Mapping[str, bytes],
        paths: PartPaths,
    ) -> None:
        """Prepare the next content of the cache from a whole package, `rendered` but not formatted yet."""
        shared = _shared(specs)
        for part in parts:
            path = _path(part)
            hit, entry = self._hits.get(path, (None, None))
            if hit is part:  # its names are frozen, its document and its module the same
                self._unchanged[path] = entry
            elif path in specs:  # the document of a model that is broken may be in another file
                key = _key(shared, specs[path], _names_of(part.id, names))
                self._staged[paths(part.module)] = path, key, part_to_json(part)
        modules = {place for part in parts for place in paths(part.module)}
        self._unformatted = {
            path: _digest(content) for path, content in rendered.items() if path.endswith(".py") and path not in modules
        }

    def commit(self, files: Mapping[str, bytes]) -> None:
        """Write what was staged; `files` are the package's, formatted."""
        staged: dict[str, JsonValue] = {
            path: [key, _digest(*(files.get(place, b"") for place in places)), content]
            for places, (path, key, content) in self._staged.items()
        }
        pairs: dict[str, JsonValue] = {path: [raw, _digest(files[path])] for path, raw in self._unformatted.items()}
        content = {"parts": {**self._unchanged, **staged}, "formatted": pairs}
        store.put(_KIND, self._name, json.dumps(content).encode())


def _shared(specs: Mapping[str, bytes]) -> bytes:
    return b"".join(_digest(specs.get(name, b"")).encode() for name in _SHARED)


def _key(shared: bytes, document: bytes, names: JsonValue) -> str:
    return _digest(b"\0".join((shared, json.dumps(names, sort_keys=True).encode(), document)))


def _names_of(model: str, names: Mapping[str, JsonValue]) -> JsonValue:
    table = names.get("models")
    return table.get(model) if isinstance(table, dict) else None


def _path(part: ModelPart) -> str:
    return model_path(part.id)


def _digest(*contents: bytes) -> str:
    total = hashlib.sha256()
    for content in contents:
        total.update(f"{len(content)}\0".encode() + content)
    return total.hexdigest()


def _table(content: JsonValue, name: str) -> dict[str, JsonValue]:
    table = content.get(name) if isinstance(content, dict) else None
    return table if isinstance(table, dict) else {}
