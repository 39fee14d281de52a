"""`SourceSchema`: one schema as the provider publishes it, which several readers read."""

from __future__ import annotations

from functools import cached_property

from schemaloom.ir.dialects import IgnoredKeyword, as_accepted, ignored_keywords
from schemaloom.ir.hidden_properties import hidden_properties
from schemaloom.ir.references import References
from schemaloom.json.values import Content, JsonObject, JsonValue
from schemaloom.parse.repeated_rules import repeated_rules


class SourceSchema:
    """A schema, with what more than one of its readers needs, each found once."""

    def __init__(self, root: JsonValue) -> None:
        self.root = root
        self._content = Content(root)
        self._rules: dict[int, tuple[JsonObject, str]] = {}
        """Schemas and their `repeated_rules` by the identity of the schema, which is no other's while it is kept."""

    def may_mention(self, *words: str) -> bool:
        """Whether a name or a string in the schema may contain one of `words`; False is certain."""
        return self._content.may_mention(*words)

    @cached_property
    def ignored(self) -> list[IgnoredKeyword]:
        """The keywords that its dialect ignores."""
        root = self.root
        return [*ignored_keywords(root)] if isinstance(root, dict) and self.may_mention("$schema") else []

    @cached_property
    def accepted(self) -> JsonValue:
        """The schema as requests follow it; see `as_accepted`."""
        return as_accepted(self.root) if isinstance(self.root, dict) and self.ignored else self.root

    @cached_property
    def references(self) -> References:
        """The references of `accepted`."""
        return References(self.accepted)

    @cached_property
    def read_only(self) -> dict[str, set[str]]:
        """The properties that requests do not carry; see `hidden_properties`."""
        root = self.accepted
        return (
            hidden_properties(root, self.references, "readOnly")
            if isinstance(root, dict) and self.may_mention("readOnly")
            else {}
        )

    def rules(self, node: JsonObject) -> str:
        """Return the `repeated_rules` of a part of the schema."""
        found = self._rules.get(id(node))
        if found is None:
            found = self._rules[id(node)] = node, repeated_rules(node)
        return found[1]
