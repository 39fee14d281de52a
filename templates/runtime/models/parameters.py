"""The parameters of a request class as a table, for the command line."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import JsonValue

    from .request import Request

Kind: TypeAlias = Literal["text", "integer", "number", "boolean", "choice", "list", "json"]
"""Kind of a value; ``json`` is any that has no simpler form."""


class Parameter(NamedTuple):
    """One parameter of a model."""

    name: str
    """As the API spells it."""
    field: str
    """As the request class does."""
    kind: Kind
    items: Kind
    """Kind of the items of a list."""
    choices: tuple[JsonValue, ...]
    """The allowed values, or for a string the suggested ones."""
    required: bool
    default: JsonValue
    """The documented default; ``None`` if there is none."""
    text: str
    """The provider's description, with limits."""


def parameters(request: type[Request[object]]) -> tuple[Parameter, ...]:
    """Return the parameters of a request class, in its order; an open one may accept others too."""
    return tuple(_parameters(request))


def _parameters(request: type[Request[object]]) -> Iterator[Parameter]:
    texts = _field_texts(request)
    for field, info in request.model_fields.items():
        name = info.validation_alias if isinstance(info.validation_alias, str) else field
        if (info.serialization_alias or name) != name:
            continue  # a former name
        schema = cast("dict[str, JsonValue]", TypeAdapter(cast("type[object]", info.annotation)).json_schema())
        branches = _branches(schema, schema)
        kind, choices = _kind(branches)
        items = _branches(schema, _object(branches[0].get("items"))) if kind == "list" else []
        yield Parameter(
            name=name,
            field=field,
            kind=kind,
            items=_kind(items)[0] if items else "json",
            choices=choices,
            required=info.is_required(),
            default=request.__defaults__.get(name),
            text=_sentences(texts.get(field, "")),
        )


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _branches(document: dict[str, JsonValue], schema: dict[str, JsonValue]) -> list[dict[str, JsonValue]]:
    """Return the alternatives of a value, without null."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _branches(document, _object(_object(document.get("$defs")).get(reference.rpartition("/")[2])))
    joined = schema.get("anyOf", schema.get("oneOf"))
    if isinstance(joined, list):
        return [found for branch in joined for found in _branches(document, _object(branch))]
    return [] if schema.get("type") == "null" else [schema]


def _kind(branches: list[dict[str, JsonValue]]) -> tuple[Kind, tuple[JsonValue, ...]]:
    chosen = [branch for branch in branches if "enum" in branch or "const" in branch]
    choices = tuple(value for branch in chosen for value in _choices(branch) if value is not None)
    types = {str(branch.get("type")) for branch in branches if branch not in chosen}
    if chosen and not types:
        return "choice", choices
    if len(types) == 1:
        match next(iter(types)):
            case "string":
                return "text", choices
            case "integer" | "number" | "boolean" as kind:
                return kind, ()
            case "array":
                return "list", ()
            case _:
                pass
    return "json", ()


def _choices(branch: dict[str, JsonValue]) -> list[JsonValue]:
    listed = branch.get("enum", [branch.get("const")])
    return listed if isinstance(listed, list) else []


def _sentences(docstring: str) -> str:
    """A docstring on one line; paragraphs that end without a full stop get one."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in docstring.split("\n\n")]
    return " ".join(text if text.endswith((".", "!", "?", ":")) else f"{text}." for text in paragraphs if text)


def _field_texts(request: type[Request[object]]) -> dict[str, str]:
    """Return the docstrings below the fields, which exist only in the source."""
    try:
        body = cast("ast.ClassDef", ast.parse(inspect.getsource(request)).body[0]).body
    except (OSError, TypeError, SyntaxError):
        return {}
    texts: dict[str, str] = {}
    for line, following in pairwise(body):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            value = following.value if isinstance(following, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                texts[line.target.id] = value.value.replace("``", "")
    return texts
