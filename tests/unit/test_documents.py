"""Documents name files that exist, and link to pages that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.paths import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "README.md"])
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:[\w{}-]+/)+[\w{}.-]*)`")
PLACES = (ROOT, ROOT / "generator" / "schemaloom", ROOT / "templates" / "runtime", ROOT / "templates", ROOT / "tests")
NOT_HERE = re.compile(
    r"[A-Z]{4,}|^(?:application|input|models|assets|docs|_runtime|src)/$|^(?:generated|dist)/$|^v?\d|PACKAGE"
)
"""Placeholders such as ``PROVIDER``, and folders of other trees."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = LINK.findall(document.read_text("utf-8"))
    assert [] == [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md", "STYLE.md", "SECURITY.md", "RELEASING.md"])
def test_every_path_in_a_document_exists(name: str) -> None:
    paths = [path for path in PATH.findall((ROOT / name).read_text("utf-8")) if not NOT_HERE.search(path)]
    assert [] == [path for path in paths if not any((place / path).exists() for place in PLACES)]
