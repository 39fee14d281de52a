"""Code with syntax of a newer Python than the one that runs: read in full, or counted."""

from __future__ import annotations

import ast
import json
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemaloom.impact.code.newer_syntax import parse_newer
from schemaloom.impact.formats.sentences import counts_sentence
from tests.impact.sides import judge_code, model

OLD = {"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": "integer"}}}
NEW = {"type": "object", "properties": {"a": {"type": "string", "maxLength": 3}}}
CLIENT = "import replicate, requests\nd, cfg = {'a': 'xy'}, {'base': 'https://sample.example/api/v1'}\nw = 5\n"
STDLIB = Path(sysconfig.get_path("stdlib"))

READ: dict[str, tuple[str, Any]] = {
    "exceptions without parentheses": (
        "try:\n    replicate.run('m', input={'a': 'x'})\nexcept ValueError, (KeyError):\n    pass", {"a": "x"}),
    "exceptions of a group": (
        "try:\n    replicate.run('m', input={'a': 'x'})\nexcept* ValueError, KeyError: pass", {"a": "x"}),
    "quotes within quotes": ("""replicate.run('m', input={'a': f"{d["a"]!s:>{w}}\\n{{}}" '|'})""", {"a": "   xy\n{}|"}),
    "an escape in a field": ("""replicate.run('m', input={'a': f"{'\\n'.join(['x', 'y'])}"})""", {"a": "x\ny"}),
    "lines and comments in a field": ("replicate.run('m', input={'a': f'é{\n  d['a'] # a\n}'})", {"a": "éxy"}),
    "strings three deep": ("""replicate.run('m', input={'a': f"{f"{f"{1 + 1}"}"}"})""", {"a": "2"}),
    "a URL": ("""requests.post(f"{cfg["base"]}/models/m/run", json={'a': 'x'})""", {"a": "x"}),
    "a call in a field": ("""print(f"{replicate.run("m", input={"a": "x"})}")""", {"a": "x"}),
    "a call in a template": ("""print(t'{replicate.run("m", input={"a": "x"})} {t''}')""", {"a": "x"}),
    "type parameters": (
        ("type Ids[T: str] = list[T]\nclass Box[\n    T = int\n](list[T]):\n    def send[**P](self, a: T) -> T:\n"
         "        replicate.run('m', input={'a': 'x'})"), {"a": "x"}),
}  # fmt: skip


@pytest.mark.parametrize(("code", "sent"), READ.values(), ids=READ)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_calls_in_newer_syntax_are_sites(tmp_path: Path, code: str, sent: Any, newline: str) -> None:
    app = tmp_path / "app"
    app.mkdir()
    marked = f"{CLIENT}try:\n    pass\nexcept ValueError, KeyError:\n    pass\n{code}\n"
    (app / "app.py").write_bytes(marked.replace("\n", newline).encode())
    report = judge_code(tmp_path, model("m", OLD), model("m", NEW), {})
    assert report.faults == ()
    (site,) = report.sites
    assert site.judgement.payload == sent
    call = "requests.post(" if "requests.post(" in code else "replicate.run("
    line = marked.splitlines()[site.line - 1]
    assert line[site.column - 1 :].startswith(call)


def test_a_template_is_no_string(tmp_path: Path) -> None:
    report = judge_code(tmp_path, model("m", OLD), model("m", NEW), f"{CLIENT}replicate.run('m', input={{'a': t'x'}})")
    assert [site.judgement.unknown for site in report.sites] == [("/a",)]


def test_the_tree_is_that_of_python_itself() -> None:
    """Files that this Python parses, too, get the same tree, with every name where it is."""
    compared = 0
    for path in sorted(STDLIB.glob("[a-d]*.py")):
        text = path.read_text("utf-8")
        if 'f"' not in text and "f'" not in text:
            continue
        theirs, ours = ast.parse(text), parse_newer(text)
        assert ast.dump(ours) == ast.dump(theirs), path
        assert sys.version_info < (3, 12) or [*_places(ours)] == [*_places(theirs)], path
        compared += 1
    assert compared > 10


def _places(tree: ast.Module) -> Iterator[tuple[int, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Call | ast.keyword):
            yield node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0


def test_a_file_that_is_not_read_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = {"a.py": "import replicate\nreplicate.run('m', input={})\n", "b.py": "import replicate\nx = = 1\n"}
    report = judge_code(tmp_path, model("m", OLD), model("m", NEW), code)
    assert counts_sentence(report).startswith("1 site in 2 files (1 of them not read): 0 break, ")
    ((path, line, reason),) = report.faults
    assert (path, line, reason.endswith(" and LibCST read it)")) == ("b.py", 2, True)
    for name in [name for name in sys.modules if name.startswith(("libcst", "schemaloom.impact.code.newer_syntax"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "libcst", None)
    (tmp_path / "app" / "b.py").write_text("import replicate\nx = t'{1}' if 1 else f'{d['a']}'\ntry:\n    1\n")
    ((_, _, reason),) = judge_code(tmp_path, model("m", OLD), model("m", NEW), {}).faults
    assert "for newer syntax run: pip install 'schemaloom[impact]'" in reason
    assert json.dumps(reason)
