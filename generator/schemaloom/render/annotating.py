"""`Annotator`: annotations of shapes, remembered from run to run, or from the engine in a process of its own.

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
from typing import Protocol, Self, cast

from schemaloom.cache.store import remember, remembered
from schemaloom.errors import SchemaloomError
from schemaloom.json.values import JsonText, JsonValue

_KIND, _NAME = "shapes", "annotations"
_SERVE = "from schemaloom.render.types.engine import serve; serve()"
_SECONDS = 600
"""Longest wait for the engine; a thousand new shapes take it one."""


class Asked(Protocol):
    """Whoever can be asked for annotations; see `Annotator`."""

    def ask(self, keys: Iterable[JsonText]) -> None:
        """Take more shapes."""
        ...

    def answer(self) -> Mapping[JsonText, ast.expr | None]:
        """The annotations of all that was asked."""
        ...


class Annotator:
    """The annotation of each distinct shape; used as a context, it leaves no process behind.

    Asking, in as many pieces as there are, and answering are two steps, because the engine works
    meanwhile.
    """

    def __init__(self) -> None:
        self._sources = _remembered()
        self._engine = None if self._sources else _started()
        self._table: dict[JsonText, ast.expr | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._engine:
            self._engine.kill()
            self._engine.communicate()
            self._engine = None

    def ask(self, keys: Iterable[JsonText]) -> None:
        """Look for the annotation of each shape; the engine begins with those that nobody remembers."""
        fresh = {key: parsed(self._sources.get(key)) for key in keys if key not in self._table}
        self._table |= fresh
        missing = [key for key, tree in fresh.items() if tree is None]
        if missing:
            self._engine = self._engine or _started()
            _say(self._engine, json.dumps(missing).encode() + b"\n")

    def answer(self) -> Mapping[JsonText, ast.expr | None]:
        """The annotations of what was asked; None where the engine has none.

        The engine ends with its answer; a new shape that is asked for later starts another.
        """
        if None in self._table.values() and self._engine:
            found = _heard(self._engine)
            self._engine = None
            self._table |= {JsonText(key): parsed(source) for key, source in found.items()}
            self._sources |= found
            remember(_KIND, _NAME, json.dumps(self._sources, sort_keys=True).encode())
        return self._table

    def sources(self, keys: Iterable[JsonText]) -> dict[JsonText, str]:
        """Source of the annotations that there are after an `answer`, for another process to parse."""
        return {key: self._sources[key] for key in keys if key in self._sources}


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _SERVE]
    paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env={**os.environ, **paths})  # noqa: S603  our own module


def _say(engine: subprocess.Popen[bytes], question: bytes) -> None:
    with suppress(BrokenPipeError):  # it ended too early; what it says on the way out is heard with the answer
        if engine.stdin:
            engine.stdin.write(question)
            engine.stdin.flush()


def _heard(engine: subprocess.Popen[bytes]) -> dict[str, str]:
    try:
        answer, complaint = engine.communicate(timeout=_SECONDS)
    except BaseException:
        engine.kill()
        engine.communicate()
        raise
    if engine.returncode:
        words = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise SchemaloomError(f"the type engine failed: {words[:500]}")
    return _texts(answer)


def _remembered() -> dict[str, str]:
    with suppress(ValueError):
        return _texts(remembered(_KIND, _NAME) or b"{}")
    return {}


def _texts(raw: bytes) -> dict[str, str]:
    content = cast("JsonValue", json.loads(raw))
    members = content.items() if isinstance(content, dict) else ()
    return {key: value for key, value in members if isinstance(value, str)}


def parsed(source: str | None) -> ast.expr | None:
    """The tree of an annotation; None if there is none, or none that is an expression."""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.parse(source, mode="eval").body if source is not None else None
    return None
