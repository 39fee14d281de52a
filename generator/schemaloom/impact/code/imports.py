"""Find the names that each file imports from each module, in the text of its import statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schemaloom.impact.code.files import SourceFile

_STATEMENT: Final = re.compile(
    rb"^[ \t\f]*(?:from[ \t\f]+([.\w]+)[ \t\f]+import\b[ \t\f]*(\([^)]*\)|(?:[^\r\n\\]|\\\r?\n?)*)"
    rb"|import[ \t\f]+((?:[^\r\n\\]|\\\r?\n?)*))",
    re.MULTILINE,
)
_COMMENT: Final = re.compile(rb"#[^\r\n]*")
_NAME: Final = re.compile(rb"[.\w*]+")


@dataclass(frozen=True, slots=True)
class ImportedName:
    """A name that a file imports from a module; None if it imports the module itself."""

    module: str
    name: str | None


def imported_names(file: SourceFile) -> Iterator[ImportedName]:
    """Yield what a file imports, as far as the text shows; something in a string may be among it."""
    for base, names, modules in _STATEMENT.findall(file.content):
        if base:
            module = _absolute(file, base.decode("utf-8", "replace"))
            for name in _listed(names):
                yield ImportedName(module, name)
        for name in _listed(modules):
            yield ImportedName(name, None)


def may_import(file: SourceFile, module: str) -> bool:
    """Whether a file may import a module, or from it; compared by the last part of the module's dotted name."""
    last = module.rpartition(".")[2]
    return any(last in {one.name, *one.module.split(".")} for one in imported_names(file))


def _listed(names: bytes) -> list[str]:
    """Return the names in a list of imports, without those behind ``as``."""
    found: list[str] = []
    for part in _COMMENT.sub(b"", names).split(b";")[0].split(b","):
        first = _NAME.search(part)
        if first is not None:
            found.append(first[0].decode("utf-8", "replace"))
    return found


def _absolute(file: SourceFile, base: str) -> str:
    name = base.lstrip(".")
    level = len(base) - len(name)
    if not level:
        return name
    parts = file.module.split(".")
    parts = parts[: len(parts) - level + (file.path.stem == "__init__")]
    return ".".join([*parts, *([name] if name else [])])
