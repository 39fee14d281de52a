"""`ImportGraph`: which files of a package each of its files imports, and the digest of all of them."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

_ANYTHING = "*"
"""Imported by a file that cannot be parsed: it may name any module."""
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Attributes of syntax nodes that hold statements, or nodes that do."""


class ImportGraph:
    """The Python files of a distribution, and the imports between those of its package."""

    def __init__(self, files: Mapping[str, bytes], module: str, known: Mapping[str, Sequence[str]]) -> None:
        """Read the imports of `files`, by path below the distribution; the package is ``src/<module>``.

        `known` are the `imports` of an earlier graph.
        """
        self._root = root = f"src/{module}/"
        self.contents = {
            path: hashlib.sha256(content).hexdigest() for path, content in files.items() if path.endswith(".py")
        }
        """Digests of the files, by path."""
        self.imports: dict[str, Sequence[str]] = {}
        """Names of the imported modules, by a file's place in the package and its digest."""
        self._places = {_name(path): path for path in self.contents if path.startswith(root)}
        self._imported: dict[str, list[str]] = {}
        for path, content in self.contents.items():
            key = f"{path if path.startswith(root) else ''} {content}"
            names = known[key] if key in known else sorted({*_imports(path, files[path], module)})
            self.imports[key] = names
            # A package is imported before its modules.  If the outermost one fails, nothing else is tried.
            around = self.packages(path) - {f"{root}__init__.py"}
            self._imported[path] = (
                [*self._places.values()]
                if _ANYTHING in names
                else sorted({*around, *(place for name in names if (place := self._place(name)))})
            )
        self._reached: dict[str, frozenset[str]] = {}
        self._digests: dict[tuple[str, ...], str] = {}

    def _place(self, name: str) -> str | None:
        """Return the file of a module, or for a name that is none that of the module or inner package around it."""
        while name not in self._places and name.count(".") > 1:
            name = name.rpartition(".")[0]
        return self._places.get(name)

    def reached(self, path: str) -> frozenset[str]:
        """Return the files that `path` imports, directly or through others, and itself."""
        found = self._reached.get(path)
        if found is None:
            seen: set[str] = set()
            pending = [path]
            while pending:
                place = pending.pop()
                if place in self._reached:
                    seen |= self._reached[place]
                elif place not in seen:
                    seen.add(place)
                    pending += self._imported[place]
            found = self._reached[path] = frozenset(seen)
        return found

    def packages(self, path: str) -> frozenset[str]:
        """Return the ``__init__.py`` files that are imported before the file at `path`."""
        name = _name(path)
        above = (name.rsplit(".", count)[0] for count in range(1, name.count(".") + 1))
        return frozenset(self._places[parent] for parent in above if parent in self._places)

    def digest(self, path: str) -> str:
        """Return a digest that is the same while `path` and everything that it imports are.

        Files of the package count by their place in it, whatever the package is called.  A file outside
        has the same digest in any place: it cannot be imported.
        """
        own = path.removeprefix(self._root) if path.startswith(self._root) else ""
        imported = self._digest_reached(tuple(self._imported[path]))
        return hashlib.sha256(f"{own}\n{self.contents[path]}\n{imported}".encode()).hexdigest()

    def _digest_reached(self, imported: tuple[str, ...]) -> str:
        """Return a digest of all files that are `reached` by the imports of a file; most models have the same ones."""
        if imported not in self._digests:
            paths = set[str]().union(*map(self.reached, imported))
            lines = (f"{path.removeprefix(self._root)} {self.contents[path]}" for path in sorted(paths))
            self._digests[imported] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        return self._digests[imported]


def _name(path: str) -> str:
    return path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imports(path: str, source: bytes, module: str) -> Iterator[str]:
    """Every module of the package that a file names in an import; ``from a import b`` names ``a`` and ``a.b``.

    `_ANYTHING` means all of them.
    """
    package = _name(path).split(".")
    if not path.endswith("/__init__.py"):
        package.pop()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # the other checks report it
        yield _ANYTHING
        return
    for statement in _statements(tree):
        match statement:
            case ast.Import():
                names = [alias.name for alias in statement.names]
            case ast.ImportFrom():
                above = package[: len(package) - statement.level + 1] if statement.level else []
                base = ".".join([*above, *([statement.module] if statement.module else [])])
                names = [base, *(f"{base}.{alias.name}" for alias in statement.names)]
            case _:
                continue
        yield from (name for name in names if f"{name}.".startswith(f"{module}."))


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield `tree` and the statements in it, at any depth; not its expressions, which are most of it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in _BLOCKS:
            waiting += cast("list[ast.AST]", getattr(node, name, []))
