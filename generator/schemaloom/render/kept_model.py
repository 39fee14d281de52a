"""The module of a model that cannot be rendered from its description: the last good one of the package."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import cast

from schemaloom.errors import Problem
from schemaloom.ir.model import Cost
from schemaloom.json.values import JsonValue
from schemaloom.render.model_files import ModelPart, example_path, price_cell
from schemaloom.render.names.table import ModelNames

_DIGEST = re.compile(rb'^    __digest__ = "([0-9a-f]{64})"$', re.MULTILINE)


def kept_part(
    model: str, names: ModelNames, package: Mapping[str, bytes], *, folder: str, currency: str, problem: Problem
) -> ModelPart | None:
    """Return the part of `model` as the package on disk has it; None if it has none.

    `package` holds the files of the package by path, and `folder` is that of its code.  The README
    gets no example of the model.
    """
    source = package.get(f"{folder}/models/{names.module}.py", b"")
    digest = _DIGEST.search(source)
    entry = _entry(package.get(f"{folder}/catalogue.json", b""), model)
    if digest is None or entry is None:
        return None
    return ModelPart(
        id=model,
        digest=digest[1].decode(),
        module=names.module,
        cls=names.cls,
        source=source,
        entry=json.dumps({"parameters": [], **entry}, sort_keys=True),  # packages of before lack them
        price=price_cell(_cost(entry.get("price")), currency),
        origin="unpublished" if b"OpenRequest" in source else "documented",
        snippet=None,
        example=package.get(example_path(names.module), b""),
        problems=(problem,),
    )


def _entry(catalogue: bytes, model: str) -> dict[str, JsonValue] | None:
    try:
        content = cast("JsonValue", json.loads(catalogue))
    except ValueError:
        return None
    models = content.get("models") if isinstance(content, dict) else None
    entry = models.get(model) if isinstance(models, dict) else None
    return entry if isinstance(entry, dict) else None


def _cost(price: JsonValue) -> Cost | None:
    match price:
        case {"amount": int() | float() as amount, "unit": str() | None as unit, "by_resolution": dict() as table}:
            amounts = [(name, cost) for name, cost in table.items() if isinstance(cost, int | float)]
            return Cost(amount=amount, unit=unit, by_resolution=tuple(amounts))
        case _:
            return None
