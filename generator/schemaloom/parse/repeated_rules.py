"""Rules that mean the same in every document: catalogues repeat the same few, so each is read once."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

from schemaloom.ir.references import MAX_DEPTH, MAX_NODES
from schemaloom.ir.vocabulary import ANNOTATIONS
from schemaloom.parse.keywords import Node

TEXTS: Final = ANNOTATIONS - {"discriminator"}
"""Keywords that are no part of the rules of a schema; a discriminator is, because it opens an object."""
_LONGEST: Final = 2_000
"""Most characters of rules; larger schemas are rarely repeated."""
ResultT = TypeVar("ResultT")


def repeated_rules(node: Node) -> str:
    """Return the rules of a schema as a string, with all of the schemas in it, but without its own `TEXTS`.

    It is empty if they are long, or may depend on the document.
    """
    rules = repr({name: value for name, value in node.items() if name not in TEXTS})
    # References lead to other schemas of the document, and its dialect decides how content is read.
    return "" if len(rules) > _LONGEST or "$" in rules or "content" in rules else rules


class Known(Generic[ResultT]):
    """What was made of schemas, by their `repeated_rules`, with the number of schemas in each, which is its `size`."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[ResultT, int]] = {}

    def get(self, rules: str, depth: int, nodes: int) -> tuple[ResultT, int] | None:
        """Return the result and its size; None if, at this depth and after so many nodes, it may pass a limit.

        So it is the same whether or not it is known.  No schema is deeper than its size.
        """
        found = self._found.get(rules)
        return found if found and depth + found[1] <= MAX_DEPTH and nodes + found[1] <= MAX_NODES else None

    def put(self, rules: str, result: ResultT, size: int) -> None:
        """Keep a result without problems for `get`, unless `rules` are empty."""
        if rules:
            self._found[rules] = result, size
