"""The difference between a tree in memory and the tree on disk."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemaloom.files.read import unix_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Paths below the root, sorted; nothing in any of them means the trees are equal."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them, sorted."""
        return tuple(sorted((*self.added, *self.changed, *self.removed)))


def compare(
    present: Mapping[str, bytes], files: Mapping[str, bytes], owned: Callable[[str, bytes], bool]
) -> Difference:
    """Compare `files` with those `present` on disk.

    A file on disk that is not in `files` counts as removed only if it is `owned`.
    """
    return Difference(
        added=tuple(sorted(files.keys() - present.keys())),
        changed=tuple(sorted(path for path in files.keys() & present.keys() if files[path] != present[path])),
        removed=tuple(sorted(path for path in present.keys() - files.keys() if owned(path, present[path]))),
    )


def unified_diff(root: Path, files: Mapping[str, bytes], difference: Difference, *, label: str) -> str:
    """A unified diff from disk to `files`, as ``git diff`` would print it."""
    lines: list[str] = []
    for path in difference.paths:
        before = [] if path in difference.added else _lines(unix_lines((root / path).read_bytes()))
        after = [] if path in difference.removed else _lines(files[path])
        old = "/dev/null" if path in difference.added else f"a/{label}/{path}"
        new = "/dev/null" if path in difference.removed else f"b/{label}/{path}"
        lines.extend(difflib.unified_diff(before, after, old, new))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines(keepends=True)
