"""The output of ``models`` and ``show``."""

from __future__ import annotations

import json
import shutil
import textwrap
from typing import TYPE_CHECKING

from ..core.plain_text import one_line
from ..core.price import price_text
from ..models.parameters import Parameter, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..models.catalogue import Catalogue, ModelInfo


def models_text(catalogue: Catalogue, word: str, currency: str) -> str:
    """Return a line for each model whose id, name, modality or description holds `word`."""
    rows = [
        [one_line(cell) for cell in (info.id, info.modality or "", price_text(info.price, currency), info.name)]
        for info in _matching(catalogue, word)
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    return "".join(
        f"{'  '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))}  {row[3]}".rstrip() + "\n"
        for row in rows
    )


def models_json(catalogue: Catalogue, word: str) -> str:
    """The same as JSON."""
    return to_json([facts(info) for info in _matching(catalogue, word)])


def show_text(info: ModelInfo, currency: str) -> str:
    """Return the description of a model, and a line for each parameter."""
    request = info.load()
    listed = parameters(request)
    lines = [
        one_line(f"{info.name} ({info.id})"),
        *_wrapped(info.description, ""),
        "",
        f"Makes:   {one_line(info.modality or 'not documented')}",
        f"Price:   {price_text(info.price, currency) or 'not published'}",
        f"Import:  from {info.package}.models.{info.module} import {info.class_name}",
        *(f"Source:  {one_line(url)}" for url in info.documents),
        "",
        "Parameters:" if listed else "The provider publishes no parameters: give them with --set NAME=VALUE.",
    ]
    for parameter in listed:
        lines.append(
            f"  {one_line(parameter.name)}  {_type_text(parameter)}{'  required' if parameter.required else ''}"
        )
        lines += _wrapped(parameter.text, "      ")
    return "\n".join(lines) + "\n"


def show_json(info: ModelInfo) -> str:
    """The same as JSON, with the JSON Schema of the request class."""
    request = info.load()
    shown = {
        **facts(info),
        "description": info.description,
        "documents": list(info.documents),
        "digest": request.__digest__,
        "defaults": dict(request.__defaults__),
        "schema": request.model_json_schema(by_alias=True),
    }
    return to_json(shown)


def to_json(value: object) -> str:
    """Return `value` as indented JSON with a final newline."""
    return json.dumps(value, indent=2) + "\n"


def _matching(catalogue: Catalogue, word: str) -> Iterator[ModelInfo]:
    for info in catalogue.values():
        if word.casefold() in f"{info.id}\n{info.name}\n{info.modality}\n{info.description}".casefold():
            yield info


def facts(info: ModelInfo) -> dict[str, object]:
    """Return what the catalogue has about a model, for JSON."""
    return {
        "id": info.id,
        "name": info.name,
        "modality": info.modality,
        "price": info.price and info.price._asdict(),
        "capabilities": list(info.capabilities),
        "module": f"{info.package}.models.{info.module}",
        "class": info.class_name,
    }


def _type_text(parameter: Parameter) -> str:
    if parameter.choices:
        shown = " | ".join(json.dumps(choice, ensure_ascii=False) for choice in parameter.choices)
        return shown if parameter.kind == "choice" else f"{shown} | any text"
    return f"list of {parameter.items}" if parameter.kind == "list" else parameter.kind


def _wrapped(text: str, indent: str) -> list[str]:
    width = min(shutil.get_terminal_size().columns, 100)
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)
