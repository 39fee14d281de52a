"""The client libraries whose calls are recognised, read from ``client_libraries.toml`` beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypedDict, cast

Returned = Literal["output", "job", "handle"]


@dataclass(frozen=True, slots=True)
class ClientFunction:
    """A function of a client library that submits a request."""

    package: str
    functions: frozenset[str]
    model: tuple[str, ...]
    """Keywords that take the model's id; the first positional argument does too."""
    input: str
    """Keyword that takes the parameters; the second positional argument does too."""
    result: Returned


class _Row(TypedDict):
    package: str
    functions: list[str]
    model: list[str]
    input: str
    result: Returned


@cache
def client_functions() -> tuple[ClientFunction, ...]:
    """Every row of the table."""
    text = Path(__file__).with_suffix(".toml").read_text("utf-8")
    rows = cast("list[_Row]", tomllib.loads(text)["library"])
    return tuple(
        ClientFunction(row["package"], frozenset(row["functions"]), tuple(row["model"]), row["input"], row["result"])
        for row in rows
    )
