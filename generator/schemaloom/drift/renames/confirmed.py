"""``renames.toml``: renames and successors that a person has confirmed.

    [models]
    "flux-dev" = "flux-1-dev"

    [parameters.flux-1-dev]              # by the model's present id
    upscaling_factor = "upscale_factor"

    [values.flux-1-dev.size]             # values of a parameter, by its present name
    square_hd = "square"

    [successors]
    "sd-1.5" = "flux-1-dev"              # another model that does the same job

A confirmed rename is no removal: the package keeps the old name as an alias.  The module of a removed
model names its successor.
"""

from __future__ import annotations

import tomllib
from typing import cast

from schemaloom.errors import UsageError
from schemaloom.json.pointer import pointer_of

RENAMES = "renames.toml"
_KEYS = ("models", "parameters", "values", "successors")


def read_renames(raw: bytes, *, where: str) -> dict[str, str]:
    """Read the file's content as old name to new: model ids, and ``model id#/properties/name``.

    Raises `UsageError` naming `where` and the key of the first fault.
    """
    content = _content(raw, where)
    names = _names(content.get("models", {}), f"{where}: models")
    for model, parameters in _table(content.get("parameters", {}), f"{where}: parameters").items():
        for old, new in _names(parameters, f"{where}: parameters.{model}").items():
            names[f"{model}#{pointer_of('properties', old)}"] = new
    return names


def read_successors(raw: bytes, *, where: str) -> dict[str, str]:
    """Read the file's successors as id of the removed model to id of the other; raises as `read_renames`."""
    return _names(_content(raw, where).get("successors", {}), f"{where}: successors")


def read_value_renames(raw: bytes, *, where: str) -> dict[tuple[str, str], dict[str, str]]:
    """Read the file's renamed values: model id and parameter to old value and new; raises as `read_renames`."""
    models = _table(_content(raw, where).get("values", {}), f"{where}: values")
    return {
        (model, parameter): _names(values, f"{where}: values.{model}.{parameter}")
        for model, parameters in models.items()
        for parameter, values in _table(parameters, f"{where}: values.{model}").items()
    }


def _content(raw: bytes, where: str) -> dict[str, object]:
    try:
        content = cast("dict[str, object]", tomllib.loads(raw.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not valid TOML: {error}", where=where) from None
    for key in content:
        if key not in _KEYS:
            known = "known are [models], [parameters.MODEL], [values.MODEL.PARAMETER] and [successors]"
            raise UsageError(f"unknown key {key!r}", where=where, hint=known)
    return content


def _names(value: object, where: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for old, new in _table(value, where).items():
        if not isinstance(new, str) or not new or new == old:
            raise UsageError("expected the new name as a non-empty string", where=f"{where}.{old}")
        names[old] = new
    return names


def _table(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UsageError("expected a table", where=where)
    return cast("dict[str, object]", value)
