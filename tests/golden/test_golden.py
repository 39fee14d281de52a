"""Whole packages, file by file and byte by byte; ``python -m tests.golden`` writes them anew."""

from __future__ import annotations

import pytest
from tests.golden.cases import FOLDER, NAMES, is_runtime, rendered
from tests.paths import TEMPLATES

from schemaloom.files.read import read_tree
from schemaloom.render.package import HEADER


@pytest.mark.parametrize("name", NAMES)
def test_specs_become_the_expected_package(name: str) -> None:
    files = {path: content for path, content in rendered(name).items() if not is_runtime(path)}
    expected = read_tree(FOLDER / name / "expected")

    assert sorted(expected) == sorted(files)
    for path, content in expected.items():
        assert content.decode() == files[path].decode(), path


@pytest.mark.parametrize("name", NAMES)
def test_the_runtime_is_the_templates_under_a_header(name: str) -> None:
    copies = {path.partition("/_runtime/")[2]: text for path, text in rendered(name).items() if is_runtime(path)}
    originals = read_tree(TEMPLATES / "runtime")

    assert originals
    assert {path: f"# {HEADER}\n".encode() + content for path, content in originals.items()} == copies
