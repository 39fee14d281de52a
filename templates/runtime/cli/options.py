"""Options of the command line from the parameters of a model, and back."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, cast

from ..core.plain_text import one_line
from ..models.data_uri import data_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from pydantic import JsonValue

    from ..models.parameters import Kind, Parameter

_DEST = "parameter "
"""Prefix of a parameter's destination, so that it cannot equal one of our own options."""


def add_parameters(parser: argparse.ArgumentParser, listed: Sequence[Parameter]) -> None:
    """Add an option for each parameter; if `parser` has an option of that name, only ``--set`` sets it."""
    required = parser.add_argument_group("required parameters")
    optional = parser.add_argument_group("parameters")
    for parameter in listed:
        # argparse has no public way to ask whether an option exists.
        option = "--" + parameter.field.strip("_").replace("_", "-")
        if option in parser._option_string_actions or f"--no-{option[2:]}" in parser._option_string_actions:  # noqa: SLF001
            continue
        group = required if parameter.required else optional
        dest = _DEST + parameter.name
        shown = _help(parameter)
        if parameter.kind == "boolean":
            group.add_argument(option, dest=dest, action=argparse.BooleanOptionalAction, default=None, help=shown)
            continue
        many = parameter.kind == "list"
        group.add_argument(
            option,
            dest=dest,
            action="append" if many else "store",
            type=_reader(parameter.items if many else parameter.kind, parameter.choices),
            choices=parameter.choices if parameter.kind == "choice" else None,
            metavar=_metavar(parameter),
            help=shown,
        )
    parser.add_argument(
        "--set",
        dest="given",
        action="append",
        default=[],
        type=_assignment,
        metavar="NAME=VALUE",
        help="any parameter by the API's name; VALUE is JSON, or else text",
    )


def payload_of(options: argparse.Namespace, files: Container[str] = ()) -> dict[str, JsonValue]:
    """Return the given parameters by the API's names.

    ``@path`` is the file's content for those in `files`, which take data URIs.
    """
    values = cast("dict[str, JsonValue]", vars(options))
    payload: dict[str, JsonValue] = {
        name.removeprefix(_DEST): value
        for name, value in values.items()
        if name.startswith(_DEST) and value is not None
    }
    payload |= dict(cast("list[tuple[str, JsonValue]]", options.given))
    return {name: _content(value) if name in files else value for name, value in payload.items()}


def _content(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_content(item) for item in value]
    return data_uri(value[1:]) if isinstance(value, str) and value.startswith("@") else value


def _assignment(text: str) -> tuple[str, JsonValue]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"not of the form NAME=VALUE: {text!r}")
    return name, _json_or_text(value)


def _json_or_text(text: str) -> JsonValue:
    try:
        return cast("JsonValue", json.loads(text))
    except ValueError:
        return text


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a whole number: {text!r}") from None


def _number(text: str) -> float:
    try:
        return int(text) if text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a number: {text!r}") from None


def _reader(kind: Kind, choices: tuple[JsonValue, ...]) -> Callable[[str], JsonValue]:
    match kind:
        case "integer":
            return _integer
        case "number":
            return _number
        case "text":
            return str
        case "choice":
            # Some choices are numbers; argparse refuses a value that is not a choice.
            spelled = {choice if isinstance(choice, str) else json.dumps(choice): choice for choice in choices}
            return lambda text: spelled.get(text, text)
        case _:
            return _json_or_text


def _metavar(parameter: Parameter) -> str:
    if parameter.kind == "choice":
        return "{" + ",".join(one_line(str(choice)) for choice in parameter.choices) + "}"
    kind = parameter.items if parameter.kind == "list" else parameter.kind
    return {"integer": "N", "number": "X", "text": "TEXT"}.get(kind, "JSON")


def _help(parameter: Parameter) -> str:
    sentences = [parameter.text]
    if parameter.kind == "text" and parameter.choices:
        sentences.append(f"Such as {', '.join(map(str, parameter.choices))}.")
    if parameter.kind == "list":
        sentences.append("May be given several times.")
    return one_line(" ".join(sentences)).replace("%", "%%")
