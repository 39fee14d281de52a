"""No module, and no folder among its neighbours, imports what imports it; imports for types alone count too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from tests.paths import ROOT

RUNTIME = ROOT / "templates" / "runtime"
GENERATOR = ROOT / "generator" / "schemaloom"

Module = tuple[str, ...]

LAYERS = (
    ("cli", "webhook_app"),
    ("agents",),
    ("client", "async_client"),
    ("client_base",),
    ("calls",),
    ("jobs",),
    ("models",),
    ("files",),
    ("http",),
    ("core",),
)
"""Of the runtime: each imports from those below it alone, and not from its neighbours in a row."""


@cache
def modules(root: Path) -> dict[Module, Path]:
    found = {path.relative_to(root).with_suffix("").parts: path for path in root.rglob("*.py")}
    return {name[:-1] if name[-1] == "__init__" else name: path for name, path in found.items()}


@cache
def imports(root: Path) -> frozenset[tuple[Module, Module]]:
    """Importer and imported module, wherever the import is written."""
    known = modules(root)
    return frozenset(
        (name, target)
        for name, path in known.items()
        for base, names in _targets(path, name, root.name)
        for target in ((*base, each) if (*base, each) in known else base for each in names)
        if target in known and target != name
    )


def _targets(path: Path, name: Module, package: str) -> Iterator[tuple[Module, list[str]]]:
    folder = name if path.name == "__init__.py" else name[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            module = tuple(node.module.split(".")) if node.module else ()
            names = [alias.name for alias in node.names]
            if node.level:
                yield (*folder[: len(folder) - node.level + 1], *module), names
            elif module[:1] == (package,):
                yield module[1:], names


def circle(edges: AbstractSet[tuple[Module, Module]]) -> list[str]:
    """One circle, as dotted names; empty if there is none."""
    graph: dict[Module, set[Module]] = {}
    for importer, imported in edges:
        graph.setdefault(importer, set()).add(imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [".".join(module) for module in error.args[1]]
    return []


def sibling_imports(root: Path, folder: Module) -> set[tuple[Module, Module]]:
    """Imports between the folders and modules that are directly in `folder`."""
    depth = len(folder)
    pairs = {
        (importer[: depth + 1], imported[: depth + 1])
        for importer, imported in imports(root)
        if importer[:depth] == imported[:depth] == folder and len(importer) > depth and len(imported) > depth
    }
    return {pair for pair in pairs if pair[0] != pair[1]}


@pytest.mark.parametrize("root", [RUNTIME, GENERATOR], ids=["runtime", "generator"])
def test_no_modules_import_each_other_in_a_circle(root):
    assert [] == circle(imports(root))


def folders(root: Path) -> list[Module]:
    return sorted({name[:length] for name in modules(root) for length in range(len(name))})


@pytest.mark.parametrize(
    ("root", "folder"),
    [(root, folder) for root in (RUNTIME, GENERATOR) for folder in folders(root)],
    ids=lambda value: value.name if isinstance(value, Path) else ".".join(value) or "all",
)
def test_no_neighbours_in_a_folder_import_each_other_in_a_circle(root, folder):
    assert [] == circle(sibling_imports(root, folder))


def test_the_folders_of_the_runtime_have_one_direction():
    rank = {name: number for number, row in enumerate(LAYERS) for name in row}
    upward = {pair for pair in sibling_imports(RUNTIME, ()) if rank[pair[0][0]] >= rank[pair[1][0]]}
    assert set() == upward


def test_a_circle_is_found_when_there_is_one(tmp_path):
    package = tmp_path / "package"
    for name, text in {
        "one/a.py": "if TYPE_CHECKING:\n    from ..two.b import B",
        "one/c.py": "",
        "two/b.py": "def later():\n    from package.one.c import C",
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    assert [] == circle(imports(package))
    assert 3 == len(circle(sibling_imports(package, ())))
