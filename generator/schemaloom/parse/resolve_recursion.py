"""`RecursionResolver`: the second look at schemas, once every definition is known.

Inside a recursion a reference is given out before its target is read, and branches of ``oneOf``
are compared before it is known what was left out of the definitions they name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from schemaloom.ir.schema import Anything, Array, Object, Reference, Schema, Union, UnsupportedKeyword
from schemaloom.ir.to_json_schema import rebuild
from schemaloom.json.values import json_text

MAX_COPIES = 50_000
"""Most schemas looked at; a recursion that unfolds into more is cut."""
UNREAD = Anything(unexpressed=(UnsupportedKeyword(name="allOf", value=json_text([])),))
"""What could not be read: anything is admitted, although something stands there."""


class RecursionResolver:
    """Makes every `Reference` name an object, and every exclusive union one that was read in full."""

    def __init__(self, targets: Mapping[str, Schema | None], report: Callable[[str], None]) -> None:
        """`targets` are all definitions by name; `report` takes the name of one that cannot be unfolded."""
        self._targets = targets
        self._report = report
        self._looked = 0

    def settled(self, schema: Schema, within: frozenset[str] = frozenset()) -> Schema:
        """`schema`, settled; `within` names the definitions that are being unfolded."""
        self._looked += 1
        match schema:
            case Reference():
                return self._reference(schema, within)
            case Array():
                prefix = tuple(self.settled(item, within) for item in schema.prefix)
                return replace(schema, items=self.settled(schema.items, within), prefix=prefix)
            case Object():
                members = tuple(item.of(self.settled(item.schema, within)) for item in schema.properties)
                return replace(schema, properties=members, additional=self.settled(schema.additional, within))
            case Union():
                return self._union(replace(schema, branches=tuple(self.settled(b, within) for b in schema.branches)))
            case _:
                return schema

    def _reference(self, schema: Reference, within: frozenset[str]) -> Schema:
        target = self._targets.get(schema.name)
        if isinstance(target, Object):
            return schema
        if target is None or schema.name in within or self._looked > MAX_COPIES:
            self._report(schema.name)
            return replace(UNREAD, texts=schema.texts)
        found = self.settled(target, within | {schema.name})
        unexpressed = (*found.unexpressed, *schema.unexpressed)
        return replace(found, texts=schema.texts.over(found.texts), unexpressed=unexpressed)

    def _union(self, schema: Union) -> Schema:
        if not schema.exclusive or all(self.in_full(branch, set()) for branch in schema.branches):
            return schema
        # Wider branches overlap more than the source's: to refuse the overlap would refuse too much.
        extra = UnsupportedKeyword(name="oneOf", value=json_text([rebuild(branch) for branch in schema.branches]))
        return replace(schema, exclusive=False, unexpressed=(*schema.unexpressed, extra))

    def in_full(self, schema: Schema, seen: set[str]) -> bool:
        """Whether nothing was left out of a schema, nor of what it refers to."""
        if schema.unexpressed:
            return False
        match schema:
            case Reference():
                if schema.name in seen:
                    return True
                seen.add(schema.name)
                target = self._targets.get(schema.name)
                return target is not None and self.in_full(target, seen)
            case Array():
                return all(self.in_full(item, seen) for item in (schema.items, *schema.prefix))
            case Object():
                members = (item.schema for item in schema.properties)
                return all(self.in_full(part, seen) for part in (schema.additional, *members))
            case Union():
                return all(self.in_full(branch, seen) for branch in schema.branches)
            case _:
                return True
