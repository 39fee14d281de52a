"""``docs/reference/package.md``, from the source of the runtime that every generated package has."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

from tests.paths import ROOT

_RUNTIME = ROOT / "templates" / "runtime"
_HEAD = """\
# The API of a generated package

What every generated package has beside its models. `Client` is called as `provider.toml` names it, such as `PixelDojo`;
`AsyncClient` is the same with `Async` before the name, and its calls are awaited. Import them, `catalogue` and every
error from the package itself, and the other classes, for annotations, from `PACKAGE.types`.
"""
_CLASSES = (
    ("client.py", "Client"),
    ("client_base.py", "ClientBase"),
    ("jobs/account_jobs.py", "Jobs"),
    ("jobs/handles.py", "Job"),
    ("models/result.py", "Result"),
    ("files/file.py", "File"),
    ("models/catalogue.py", "Catalogue"),
    ("models/catalogue.py", "ModelInfo"),
    ("models/request.py", "Request"),
    ("core/price.py", "Price"),
    ("core/price.py", "Estimate"),
    ("core/hooks.py", "Hooks"),
)
_FIELD = re.compile(r":(param|raises) (\w+): (.+)")


def package() -> str:
    """Return the page."""
    parts = [_HEAD]
    for path, name in _CLASSES:
        parts += _class(_classes(_RUNTIME / path)[name], "##")
    parts += ["## Errors\n"]
    for error in _classes(_RUNTIME / "core" / "errors.py").values():
        if not error.name.startswith("_"):
            bases = ", ".join(f"`{ast.unparse(base)}`" for base in error.bases)
            parts.append(f"- `{error.name}` ({bases}): {_one_line(ast.get_docstring(error) or '')}")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _classes(path: Path) -> dict[str, ast.ClassDef]:
    body = ast.parse(path.read_text("utf-8")).body
    return {node.name: node for node in body if isinstance(node, ast.ClassDef)}


def _class(node: ast.ClassDef, level: str) -> list[str]:
    parts = [f"{level} {node.name}\n", f"{_text(ast.get_docstring(node) or '')}\n"]
    fields: list[str] = []
    for each, after in zip(node.body, [*node.body[1:], None], strict=True):
        doc = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
        match each:
            case ast.AnnAssign(target=ast.Name(id=name)) if not name.startswith("_"):
                about = f": {_one_line(doc)}" if isinstance(doc, str) else ""
                fields.append(f"- `{name}: {ast.unparse(each.annotation)}`{about}")
            case ast.FunctionDef() | ast.AsyncFunctionDef() if each.name == "__init__" or each.name[0] != "_":
                fields += [*([""] if fields else []), *_method(each, node.name)]
            case _:
                pass
    return [*parts, *fields, ""]


def _method(node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str) -> list[str]:
    name = owner if node.name == "__init__" else node.name
    doc = ast.get_docstring(node) or ""
    if any(isinstance(each, ast.Name) and each.id == "property" for each in node.decorator_list):
        returns = f": {ast.unparse(node.returns)}" if node.returns else ""
        return [f"### `{name}{returns}`\n", f"{_text(doc)}\n"]
    arguments = ast.unparse(node.args).removeprefix("self, ").removeprefix("self").removeprefix("cls, ")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns and node.name != "__init__" else ""
    return [f"### `{name}`\n", f"```python\n{name}({arguments}){returns}\n```\n", f"{_text(doc)}\n"]


def _text(doc: str) -> str:
    """Return a docstring as Markdown: its parameters and errors become a list."""
    lines: list[str] = []
    for line in inspect.cleandoc(doc).splitlines():
        if found := _FIELD.fullmatch(line.strip()):
            verb = "raises " if found[1] == "raises" else ""
            lines += [*([""] if lines and not lines[-1].startswith(("- ", "  ")) else [])]
            lines.append(f"- {verb}`{found[2]}`: {found[3]}")
        elif lines and lines[-1].startswith(("- ", "  ")) and line.startswith("    "):
            lines.append(f"  {line.strip()}")
        else:
            lines += [*([""] if lines and lines[-1].startswith(("- ", "  ")) and line else []), line]
    return "\n".join(lines).replace("``", "`")


def _one_line(doc: str) -> str:
    return " ".join(inspect.cleandoc(doc).split("\n\n")[0].split()).replace("``", "`")
