"""`Annotator`: annotations of shapes, remembered from run to run, and otherwise from the engine in a process of its own.

The engine takes a quarter of a second and 40 MB to import, so it starts while the catalogue is
being read, and not at all where every shape is remembered.  What comes back, be it from the
engine or from memory, is parsed here and goes through the allow-list of `annotations`.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Self, cast

from schemaloom.errors import SchemaloomError
from schemaloom.ir.values import JsonText, JsonValue
from schemaloom.settings.cache import remember, remembered

_KIND, _NAME = "shapes", "annotations"
_SECONDS = 600
"""Longest wait for the engine; a thousand new shapes take it one."""


class Annotator:
    """The annotation of each distinct shape; use it as a context, so that the engine ends with it."""

    def __init__(self) -> None:
        self._sources = _remembered()
        self._engine: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if not self._sources:
            self._engine = _started()
        return self

    def __exit__(self, *_: object) -> None:
        if self._engine:
            self._engine.kill()
            self._engine.communicate()

    def annotate(self, keys: Iterable[JsonText]) -> dict[JsonText, ast.expr | None]:
        """The engine's annotation of each shape; None where it has none."""
        wanted = set(keys)
        table = {key: tree for key in wanted if (tree := _parsed(self._sources.get(key))) is not None}
        missing = sorted(wanted - table.keys())
        if missing:
            found = self._asked(missing)
            table |= {key: tree for key, source in found.items() if (tree := _parsed(source)) is not None}
            self._sources = {**self._sources, **found}
            remember(_KIND, _NAME, json.dumps(self._sources, sort_keys=True).encode())
        return {key: table.get(key) for key in wanted}

    def _asked(self, keys: list[JsonText]) -> dict[str, str]:
        engine = self._engine or _started()
        self._engine = None
        try:
            answer, complaint = engine.communicate(json.dumps(keys).encode(), timeout=_SECONDS)
        except BaseException:
            engine.kill()
            engine.communicate()
            raise
        if engine.returncode:
            words = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise SchemaloomError(f"the type engine failed: {words[:500]}")
        return _texts(answer)


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from schemaloom.render.engine import serve; serve()"]
    paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env={**os.environ, **paths})  # noqa: S603  our own module


def _remembered() -> Mapping[str, str]:
    with suppress(ValueError):
        return _texts(remembered(_KIND, _NAME) or b"{}")
    return {}


def _texts(raw: bytes) -> dict[str, str]:
    content = cast("JsonValue", json.loads(raw))
    members = content.items() if isinstance(content, dict) else ()
    return {key: value for key, value in members if isinstance(value, str)}


def _parsed(source: str | None) -> ast.expr | None:
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.parse(source, mode="eval").body if source is not None else None
    return None
