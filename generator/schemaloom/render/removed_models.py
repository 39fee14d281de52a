"""Modules of removed models: an alias if the model has a new id, otherwise a tombstone.

Importing a former model gives the same model under its present name and a warning, or raises an
error with the version that removed it; never a bare ``ModuleNotFoundError``.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from schemaloom.render.docstrings import code, docstring, sentence
from schemaloom.render.environment import environment
from schemaloom.render.literals import text_literal
from schemaloom.render.names.class_identity import match_classes
from schemaloom.render.names.table import ModelNames, NameTable

ALIAS_TEMPLATE = "src/{package}/models/{alias}.py.j2"
TOMBSTONE_TEMPLATE = "src/{package}/models/{tombstone}.py.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renames:
    """Confirmed renames and successors of removed models and parameters (``renames.toml``)."""

    models: Mapping[str, str] = field(default_factory=dict[str, str])
    """Former id to today's id of the same model."""
    parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Today's model id to former and today's names of its parameters."""
    successors: Mapping[str, str] = field(default_factory=dict[str, str])
    """Id of a removed model to the id of its replacement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasView:
    """A former id of a model that has a new one; every string is valid source."""

    doc: str
    target: str
    imports: tuple[str, ...]
    exported: tuple[str, ...]
    message: str
    name: str
    base: str
    class_doc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredModelView:
    """A removed model."""

    doc: str
    arguments: tuple[str, ...]


def aliases(names: NameTable, present: Container[str], renames: Renames) -> dict[str, str]:
    """Return former id → today's id of every model that has a new id."""
    found: dict[str, str] = {}
    for model in names:
        target = _present_id(model, present, renames.models)
        if model not in present and target is not None:
            found[model] = target
    return found


def removed_modules(
    module: str, names: NameTable, present: Container[str], renames: Renames, *, header: str
) -> Iterator[tuple[str, bytes]]:
    """Return the modules, by path, of the models in `names` that are not in `present`."""
    moved = aliases(names, present, renames)
    for model, own in names.items():
        if model in present:
            continue
        if model in moved:
            view = _alias(model, own, moved[model], names[moved[model]], package=module)
            text = environment().get_template(ALIAS_TEMPLATE).render(header=header, alias=view)
        else:
            tombstone = _tombstone(model, own.retired or "", renames.successors.get(model))
            text = environment().get_template(TOMBSTONE_TEMPLATE).render(header=header, tombstone=tombstone)
        yield f"src/{module}/models/{own.module}.py", text.encode()


def _present_id(model: str, present: Container[str], renamed: Mapping[str, str]) -> str | None:
    """Return the end of a chain of renames, if it is a model of the catalogue."""
    seen: set[str] = set()
    while model not in present:
        if model in seen or model not in renamed:
            return None
        seen.add(model)
        model = renamed[model]
    return model


def _alias(model: str, own: ModelNames, target: str, other: ModelNames, *, package: str) -> AliasView:
    moved = match_classes({path: own.members.get(path) for path in own.parts}, other.members, {})
    parts = {own.parts[path]: other.parts[present] for present, path in moved.items()}
    parts = {here: there for here, there in sorted(parts.items()) if here not in {own.cls, other.cls}}
    message = f"model {model!r} is called {target!r} now: use {package}.models.{other.module}.{other.cls}"
    return AliasView(
        doc=docstring(f"Former id {code(model)} of the model {code(target)}."),
        target=other.module,
        imports=(other.cls, *(there if there == here else f"{there} as {here}" for here, there in parts.items())),
        exported=tuple(text_literal(name) for name in (own.cls, *parts)),
        message=text_literal(sentence(message)),
        name=own.cls,
        base=other.cls,
        class_doc=docstring(f"The same as {code(other.cls)}, under its former name.", indent=4),
    )


def _tombstone(model: str, since: str, replaced_by: str | None) -> RetiredModelView:
    arguments = [text_literal(model), f"since={text_literal(since)}"]
    arguments += [f"replaced_by={text_literal(replaced_by)}"] if replaced_by else []
    return RetiredModelView(
        doc=docstring(f"The provider no longer offers the model {code(model)}: importing this reports that."),
        arguments=tuple(arguments),
    )
