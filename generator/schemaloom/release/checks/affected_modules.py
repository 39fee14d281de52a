"""Which modules of a package may type-check differently than before."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping


def stale_modules(old: Mapping[str, bytes], new: Mapping[str, bytes], module: str) -> tuple[str, ...]:
    """Paths of the Python files below ``src/<module>`` that differ from `old`, or import one that does.

    Imports count through any number of steps.  A file that is gone counts as one that differs.
    """
    root = f"src/{module}/"
    paths = {path for path in new if path.startswith(root) and path.endswith(".py")}
    gone = {path for path in old.keys() - new.keys() if path.startswith(root) and path.endswith(".py")}
    stale = {path for path in paths if old.get(path) != new[path]}
    imported = {path: set(_imports(path, new[path])) for path in paths - stale}
    while found := {path for path in paths - stale if imported[path] & _names(stale | gone)}:
        stale |= found
    return tuple(sorted(stale))


def _names(paths: set[str]) -> set[str]:
    return {_name(path) for path in paths}


def _name(path: str) -> str:
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imports(path: str, source: bytes) -> Iterator[str]:
    """Every module that a file names in an import, and what could be one: ``from a import b`` gives both."""
    package = _name(path).split(".")
    if not path.endswith("/__init__.py"):
        package.pop()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                above = package[: len(package) - node.level + 1] if node.level else []
                base = ".".join([*above, *([node.module] if node.module else [])])
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names)
            case _:
                pass
