"""Which files are checked again: those that changed, and all that a change can reach."""

from __future__ import annotations

import pytest

from schemaloom.release.checks.import_graph import ImportGraph

FILES = {
    "src/a/__init__.py": b"from ._core import thing\n",
    "src/a/_core.py": b"import os\nthing = os\n",
    "src/a/_part/__init__.py": b"",
    "src/a/_part/base.py": b"",
    "src/a/_part/middle.py": b"from . import base\n",
    "src/a/models/one.py": b"from .._part.middle import x\n",
    "src/a/models/two.py": b"from a._part import base\n",
    "src/a/models/three.py": b"def f():\n    import a._core\n",
    "README.md": b"",
    "examples/whole.py": b"import a\n",
    "examples/one.py": b"from a.models import one\n",
}


def differing(old: dict[str, bytes], new: dict[str, bytes]) -> set[str]:
    before, after = ImportGraph(old, "a", {}), ImportGraph(new, "a", {})
    paths = after.contents
    return {path for path in paths if path not in before.contents or before.digest(path) != after.digest(path)}


def paths(names: str) -> set[str]:
    return {f"{'' if name.startswith('examples') else 'src/a/'}{name}.py" for name in names.split()}


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ((), ""),
        (("README.md",), ""),
        (("examples/whole.py",), "examples/whole"),
        (("src/a/models/one.py",), "models/one examples/one"),
        (("src/a/_core.py",), "__init__ _core models/three examples/whole"),
        (("src/a/__init__.py",), "__init__ examples/whole"),
        (("src/a/_part/base.py",), "_part/base _part/middle models/one models/two examples/one"),
        (("src/a/_part/__init__.py",), "_part/__init__ _part/base _part/middle models/one models/two examples/one"),
        (("src/a/models/one.py", "src/a/models/two.py"), "models/one models/two examples/one"),
    ],
)
def test_a_change_reaches_what_imports_it(changed: tuple[str, ...], stale: str) -> None:
    old = {path: content + (b"# before\n" if path in changed else b"") for path, content in FILES.items()}
    assert differing(old, FILES) == paths(stale)


def test_a_module_that_is_gone_is_missed_where_it_was_imported() -> None:
    new = {path: content for path, content in FILES.items() if path != "src/a/_part/base.py"}
    assert differing(FILES, new) == paths("_part/middle models/one models/two examples/one")


def test_everything_is_new_where_nothing_was() -> None:
    assert len(differing({}, FILES)) == 10


def test_imports_that_are_known_are_not_read_again() -> None:
    whole = ImportGraph(FILES, "a", {})
    known = {key: ["a.models.three"] for key in whole.imports}
    assert ImportGraph(FILES, "a", known).reached("examples/one.py") == {"examples/one.py", "src/a/models/three.py"}


def test_an_example_is_known_wherever_it_lies() -> None:
    moved = {**FILES, "previous/one.py": FILES["examples/one.py"]}
    graph = ImportGraph(moved, "a", {})
    assert graph.digest("previous/one.py") == graph.digest("examples/one.py")
    copied = {**FILES, "src/a/models/copy.py": FILES["src/a/models/one.py"]}
    graph = ImportGraph(copied, "a", {})
    assert graph.digest("src/a/models/copy.py") != graph.digest("src/a/models/one.py")


def test_a_file_that_cannot_be_parsed_depends_on_all_others() -> None:
    broken = "src/a/models/one.py"
    found = ImportGraph({**FILES, broken: b"def :"}, "a", {}).reached(broken)

    assert found == {path for path in FILES if path.startswith("src/")}


def test_an_import_of_a_module_that_is_gone_depends_on_the_package_around_it() -> None:
    files = {path: content for path, content in FILES.items() if path != "src/a/_part/base.py"}

    assert "src/a/_part/__init__.py" in ImportGraph(files, "a", {}).reached("src/a/models/two.py")


@pytest.mark.parametrize(
    "around",
    [
        "if x:\n    {}",
        "if x:\n    pass\nelse:\n    {}",
        "for x in y:\n    pass\nelse:\n    {}",
        "while x:\n    {}",
        "with x:\n    {}",
        "try:\n    {}\nfinally:\n    pass",
        "try:\n    pass\nexcept x:\n    {}",
        "try:\n    pass\nexcept* x:\n    {}",
        "try:\n    pass\nexcept x:\n    pass\nelse:\n    {}",
        "try:\n    pass\nfinally:\n    {}",
        "match x:\n    case y:\n        {}",
        "class X:\n    async def f(self):\n        {}",
    ],
)
def test_an_import_counts_in_any_statement(around: str) -> None:
    files = {"src/a/one.py": around.format("from . import two").encode(), "src/a/two.py": b""}
    assert ImportGraph(files, "a", {}).reached("src/a/one.py") == {*files}
