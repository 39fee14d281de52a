"""Documents name files that exist, and link to pages that exist."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from tests.paths import ROOT

from schemaloom.cli.commands import cli

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


SHELL = [
    (path.relative_to(ROOT).as_posix(), line.partition(" #")[0].partition(" || ")[0].partition(" > ")[0].rstrip(" &"))
    for path in DOCUMENTS
    for block in re.findall(r"^```sh\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
    if line.startswith("schemaloom ") and "reference/commands" not in path.as_posix()
]


@pytest.mark.parametrize(("name", "line"), SHELL)
def test_every_command_in_a_document_exists_with_its_options(name: str, line: str) -> None:
    words = shlex.split(line)[1:]
    found = cli.get_command(click.Context(cli), words[0])
    assert found is not None, name
    known = {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word.partition("=")[0] for word in words[1:] if word.startswith("-")} <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_program_in_a_document_is_python(document: Path) -> None:
    for program in re.findall(r"^```python\n(.*?)^```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        if "package.md" not in document.name:  # signatures alone
            ast.parse(program)


def test_the_site_of_the_documentation_is_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("zensical")
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    built = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = sorted((tmp_path / ".docs").rglob("index.html"))
    assert len(pages) == len(list((ROOT / "docs").rglob("*.md")))
    loaded = re.compile(
        r"<(?:script|img|iframe)[^>]+src=.?https?:|<link[^>]+(?:stylesheet|preconnect)[^>]+href=.?https?:"
    )
    assert [] == [page for page in pages if loaded.search(page.read_text("utf-8"))]
