"""`PartsCache`: what the last run made of each model, so that the next one works on what changed.

A model's part is taken from memory where everything that it depends on has the same digest, and
where its module in the package is the very text that was made.  So the package itself holds the
texts, and a module that was edited by hand is rendered again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import cast

from schemaloom.cache.store import remember, remembered
from schemaloom.json.values import JsonValue
from schemaloom.render.model_files import ModelPart, part_from_json, part_to_json
from schemaloom.snapshot.file_names import file_name

_KIND = "parts"
_COMMON = ("provider.toml", "renames.toml")
"""Files of the specs that every part depends on."""


class PartsCache:
    """What is known of the package of one folder of specs."""

    def __init__(self, folder: Path, target: Path) -> None:
        """`folder` holds the specs, `target` the distribution."""
        self._name = _digest(f"{folder.resolve()}\0{target.resolve()}".encode("utf-8", "surrogateescape"))
        content = cast("JsonValue", json.loads(remembered(_KIND, self._name) or b"{}"))
        self._parts = _table(content, "parts")
        self._formatted = _table(content, "formatted")
        self._holding: dict[str, tuple[ModelPart, JsonValue]] = {}
        self._kept: dict[str, JsonValue] = {}
        self._noted: dict[str, tuple[str, str, JsonValue]] = {}
        self._drafts: dict[str, str] = {}

    def parts(
        self,
        given: Mapping[str, bytes],
        present: Mapping[str, bytes],
        module_path: Callable[[str], str],
        names: Mapping[str, JsonValue],
    ) -> dict[str, ModelPart]:
        """The parts that still hold, by the path of the model's document in the specs `given`.

        `present` is the package as it is, `module_path` tells where in it a module stands, and
        `names` is the content of ``names.json``.
        """
        found: dict[str, ModelPart] = {}
        common = _common(given)
        for path, kept in self._parts.items():
            match kept:
                case [str(key), str(made), [str(model), _, str(module), *_] as content] if path in given:
                    source = present.get(module_path(module), b"")
                    if made == _digest(source) and key == _key(common, given[path], _names_of(model, names)):
                        part = part_from_json(content, source)
                        if part and path == _path(part):
                            found[path] = part
                            self._holding[path] = part, kept
                case _:
                    pass
        return found

    def formatted(self, files: Mapping[str, bytes], present: Mapping[str, bytes]) -> dict[str, bytes]:
        """Those of the `present` files that are the formatted form of `files`."""
        return {
            path: present[path]
            for path, content in files.items()
            if path in present and self._formatted.get(path) == [_digest(content), _digest(present[path])]
        }

    def note(
        self,
        parts: Collection[ModelPart],
        given: Mapping[str, bytes],
        names: Mapping[str, JsonValue],
        rendered: Mapping[str, bytes],
        module_path: Callable[[str], str],
    ) -> None:
        """Note what is to be kept of a whole package, which is `rendered` but not formatted yet."""
        common = _common(given)
        for part in parts:
            path = _path(part)
            held, as_before = self._holding.get(path, (None, None))
            if held is part:  # its names are frozen, its document and its module the same
                self._kept[path] = as_before
            else:
                key = _key(common, given[path], _names_of(part.id, names))
                self._noted[module_path(part.module)] = path, key, part_to_json(part)
        modules = {module_path(part.module) for part in parts}
        self._drafts = {
            path: _digest(content) for path, content in rendered.items() if path.endswith(".py") and path not in modules
        }

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Remember what was noted, for `parts` and `formatted`; `files` are the package."""
        noted: dict[str, JsonValue] = {
            path: [key, _digest(files[place]), content] for place, (path, key, content) in self._noted.items()
        }
        pairs: dict[str, JsonValue] = {path: [draft, _digest(files[path])] for path, draft in self._drafts.items()}
        remember(_KIND, self._name, json.dumps({"parts": {**self._kept, **noted}, "formatted": pairs}).encode())


def _common(given: Mapping[str, bytes]) -> bytes:
    return b"".join(_digest(given.get(name, b"")).encode() for name in _COMMON)


def _key(common: bytes, document: bytes, names: JsonValue) -> str:
    return _digest(b"\0".join((common, json.dumps(names, sort_keys=True).encode(), document)))


def _names_of(model: str, names: Mapping[str, JsonValue]) -> JsonValue:
    table = names.get("models")
    return table.get(model) if isinstance(table, dict) else None


def _path(part: ModelPart) -> str:
    return f"models/{file_name(part.id)}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _table(content: JsonValue, name: str) -> dict[str, JsonValue]:
    table = content.get(name) if isinstance(content, dict) else None
    return table if isinstance(table, dict) else {}
