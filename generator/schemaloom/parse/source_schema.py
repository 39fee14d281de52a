"""`SourceSchema`: one schema as the provider publishes it, which several readers read."""

from __future__ import annotations

from schemaloom.ir.dialects import as_accepted, ignored_keywords
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
        self.ignored = [*ignored_keywords(root)] if isinstance(root, dict) and self.may_mention("$schema") else []
        """The keywords that its dialect ignores."""
        self.accepted = as_accepted(root) if isinstance(root, dict) and self.ignored else root
        """The schema as requests follow it; see `as_accepted`."""
        self.references = References(self.accepted)
        """The references of `accepted`."""
        self.read_only: dict[str, set[str]] = {}
        """The properties that requests do not carry; see `hidden_properties`."""
        if isinstance(self.accepted, dict) and self.may_mention("readOnly"):
            self.read_only = hidden_properties(self.accepted, self.references, "readOnly")

    def may_mention(self, *words: str) -> bool:
        """Whether a name or a string in the schema may contain one of `words`; False is certain."""
        return self._content.may_mention(*words)

    def rules(self, node: JsonObject) -> str:
        """Return the `repeated_rules` of a part of the schema."""
        found = self._rules.get(id(node))
        if found is None:
            found = self._rules[id(node)] = node, repeated_rules(node)
        return found[1]
