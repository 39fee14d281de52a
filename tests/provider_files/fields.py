"""The classes of the settings with the sentences of their fields, which Python itself drops."""

from __future__ import annotations

import ast
import inspect
import re
import types
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_ANNOTATED = re.compile(r"^Annotated\[(.+), Field\(.+\)\]$")
_BULLET = re.compile(r"- `(\w+)`: (.+)")


@dataclass(frozen=True)
class Documented:
    """One field."""

    name: str
    field: FieldInfo
    words: str
    """Its annotation as it is spelled in the source, without `Annotated`."""
    text: str
    """Its docstring up to a list of keys."""
    keys: dict[str, str]
    """Sentences of the keys of a table, where the docstring lists them."""

    @property
    def section(self) -> type[BaseModel] | None:
        """The class of the table that this key holds, if it holds one and is not a route as well."""
        if "JobRequest" in self.words:
            return None
        found = [part for part in parts(self.field.annotation) if inspect.isclass(part) and issubclass(part, BaseModel)]
        return found[0] if found and get_origin(self.field.annotation) is not dict else None


def documented(section: type[BaseModel]) -> list[Documented]:
    """Return the fields of `section` in their order."""
    tree = ast.parse(inspect.getsource(section)).body[0]
    assert isinstance(tree, ast.ClassDef)
    words, texts = {}, {}
    for node, after in zip(tree.body, [*tree.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            words[node.target.id] = _ANNOTATED.sub(r"\1", ast.unparse(node.annotation))
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                texts[node.target.id] = inspect.cleandoc(after.value.value)
    found = []
    for name, field in section.model_fields.items():
        lines = texts.get(name, "").splitlines()
        keys = {match[1]: match[2] for line in lines if (match := _BULLET.fullmatch(line))}
        plain = " ".join(line for line in lines if not _BULLET.fullmatch(line)).strip()
        found.append(Documented(name, field, words[name], plain, keys))
    return found


def parts(annotation: Any) -> list[Any]:
    """Return an annotation and everything inside it, but for what `Literal` and `Annotated` add."""
    if get_origin(annotation) is Literal:
        return [annotation]
    return [annotation, *(inner for part in get_args(annotation) for inner in parts(part))]


def is_union(annotation: Any) -> bool:
    """Whether an annotation is a union."""
    return get_origin(annotation) in {Union, types.UnionType}
