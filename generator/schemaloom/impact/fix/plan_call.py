"""`CallFix`: the edits of one call."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from schemaloom.drift.plain_text import value_text
from schemaloom.impact.code.evaluate import Evaluator
from schemaloom.impact.code.scopes import Assignment
from schemaloom.impact.fix.entries import Entry, Holder, item_range, keywords, keywords_of_partial, written
from schemaloom.impact.fix.source_edits import SourceEdits
from schemaloom.impact.judge.model_pair import ModelPair
from schemaloom.impact.values import Constant, Member, ObjectValue, from_json, is_known, to_json
from schemaloom.json.values import JsonValue

_STRING = re.compile(rb"""(?s)([A-Za-z]*)('''|\"\"\"|'|\")(.*)\2""")


@dataclass(slots=True)
class CallFix:
    """Rewrites one call of a model; `done` lists the edits, and `payload` is the payload sent after them."""

    evaluator: Evaluator
    source: SourceEdits
    pair: ModelPair
    value_renames: Mapping[str, Mapping[str, str]]
    """Parameter to its renamed values."""
    code_name: Callable[[str], str]
    """The name that the code uses for a parameter of the new side."""
    payload: ObjectValue
    done: list[str] = field(default_factory=list[str])
    _edits: list[tuple[str, Member | None, str]] = field(default_factory=list[tuple[str, Member | None, str]])

    def rewrite(self, entries: list[Entry], fields: Mapping[str, str], holder: Holder | None) -> None:
        """Rewrite the parameters in `entries`, and add those that must be sent to `holder`."""
        removed: list[Entry] = []
        for entry in entries:
            api = fields.get(entry.name, entry.name)
            if self._is_removable(api, entry):
                removed.append(entry)
                self.done.append(f"removed {entry.name}, which sent the default")
                self._set(api, None, api)
                continue
            new = self.pair.renamed.get(api, api)
            if new != api and api in self.payload.members and self._rename(entry, self.code_name(new)):
                self.done.append(f"renamed {entry.name} to {self.code_name(new)}")
                self._set(api, self.payload.members[api], new)
            self._rename_value(new, entry)
        for entry in removed:
            self._remove(entry, removed)
        if holder is not None:
            self._add_required(holder, removed)

    def rename_model(self, node: ast.expr, old: str, new: str) -> bool:
        """Write the new id where the code has the old one as a string; False if it is written in another way."""
        target = self._string(node)
        if target is None or not isinstance(target.value, str) or not target.value.startswith(old):
            return False
        if not self._replace_string(target, new):
            return False
        self.done.append(f"renamed model {old} to {new}")
        return True

    def _string(self, node: ast.expr) -> ast.Constant | None:
        if isinstance(node, ast.Name):
            found = self.evaluator.module.scope_of(node).find(node.id)
            only = found[1][0] if found is not None and len(found[1]) == 1 else None
            node = only.value if isinstance(only, Assignment) else node
        return node if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def _is_removable(self, name: str, entry: Entry) -> bool:
        """Whether a parameter is gone and what the call sends for it is what happened without it."""
        pair, member = self.pair, self.payload.members.get(name)
        if entry.holder is None or member is None or not is_known(member.value):
            return False
        gone = name in pair.old_raw.properties and name not in pair.new_raw.properties and pair.new_raw.is_closed
        schema = pair.old_raw.properties.get(name)
        if not gone or name in pair.old_raw.required or name in pair.renamed or not isinstance(schema, dict):
            return False
        return schema.get("readOnly") is True or ("default" in schema and from_json(schema["default"]) == member.value)

    def _rename(self, entry: Entry, new: str) -> bool:
        if isinstance(entry.key, ast.Constant):
            return self._replace_string(entry.key, new)
        if not new.isidentifier() or entry.key.arg is None:
            return False
        self.source.replace_name(self.source.start(entry.key), entry.key.arg, new)
        return True

    def _rename_value(self, name: str, entry: Entry) -> None:
        target, member = self._string(entry.value), self.payload.members.get(name)
        if target is None or member is None or not isinstance(member.value, Constant):
            return
        new = self.value_renames.get(name, {}).get(str(member.value.value))
        old = member.value.value
        if new is None or target.value != old:
            return
        if target is not entry.value and self._is_shared(entry.value):
            self.source.replace(self.source.start(entry.value), self.source.end(entry.value), repr(new))
            is_done = True
        else:
            is_done = self._replace_string(target, new)
        if is_done:
            self.done.append(f"renamed the value {value_text(old)} to {value_text(new)}")
            self._set(name, Member(Constant(new)), name)

    def _is_shared(self, node: ast.expr) -> bool:
        """Whether the constant that a name refers to is used elsewhere, too."""
        module = self.evaluator.module
        return module.is_imported or not isinstance(node, ast.Name) or len(module.loads.get(node.id, ())) > 1

    def _replace_string(self, node: ast.Constant, new: str) -> bool:
        """Write another string in the same quotes."""
        start, end = self.source.start(node), self.source.end(node)
        match = _STRING.fullmatch(self.source.text(start, end))
        if match is None or match[1].lower() not in {b"", b"u"} or not new.isprintable():
            return False
        quote = match[2].decode()
        escaped = new.replace("\\", "\\\\").replace(quote[0], f"\\{quote[0]}")
        self.source.replace(start, end, f"{match[1].decode()}{quote}{escaped}{quote}")
        return True

    def _remove(self, entry: Entry, removed: list[Entry]) -> None:
        if entry.holder is None:
            return
        kept = self._kept(entry.holder, removed)
        start, end = item_range(self.source, entry)
        before = max((stop for _, stop in kept if stop <= start), default=entry.holder.opening(self.source))
        self.source.remove_item(start, end, before)

    def _kept(self, holder: Holder, removed: list[Entry]) -> list[tuple[int, int]]:
        gone = {item_range(self.source, entry) for entry in removed}
        return [item for item in holder.items(self.source) if item not in gone]

    def _add_required(self, holder: Holder, removed: list[Entry]) -> None:
        pair = self.pair
        for name in sorted(pair.new_raw.required - self.payload.members.keys()):
            found = _documented(pair.new_raw.properties.get(name))
            if self.payload.is_open or name in pair.old_raw.required or not found:
                continue
            spelled = self.code_name(name)
            is_call = isinstance(holder.node, ast.Call)
            if is_call and not spelled.isidentifier():
                continue
            text = f"{spelled}={found[0]!r}" if is_call else f"{_quoted(spelled)}: {found[0]!r}"
            self.source.insert_item(text, self._kept(holder, removed), holder.opening(self.source))
            self.done.append(f"added {spelled}, with its documented value {value_text(found[0])}")
            self._set(name, Member(from_json(found[0])), name)

    def _set(self, old: str, member: Member | None, new: str) -> None:
        self._edits.append((old, member, new))
        self.payload = _with_member(self.payload, old, member, new)

    def edited(self, payload: ObjectValue) -> ObjectValue:
        """Return the payload that another call sends through this one, after the edits."""
        for old, member, new in self._edits:
            own = payload.members.get(old)
            is_renamed = member is not None and old != new and own is not None
            payload = _with_member(payload, old, own if is_renamed else member, new)
        return payload

    def is_valid(self, payload: ObjectValue | None = None) -> bool:
        """Whether the new schema accepts a payload, or what the call sends now, as far as it is known."""
        payload = self.payload if payload is None else payload
        if is_known(payload):
            return self.pair.new_raw.accepts(to_json(payload)) is True
        known = payload.members
        raw = self.pair.new_raw
        return (raw.required <= known.keys() or payload.is_open) and not any(
            raw.accepts_value(name, to_json(member.value)) is False
            if is_known(member.value)
            else name not in raw.properties and raw.is_closed
            for name, member in known.items()
        )


def _with_member(payload: ObjectValue, old: str, member: Member | None, new: str) -> ObjectValue:
    """A payload with `member` under the name `new` in place of `old`, or without it."""
    members = {name: found for name, found in payload.members.items() if name != old}
    if member is not None:
        members[new] = member
    return ObjectValue(members, is_open=payload.is_open)


def is_copy(node: ast.Call) -> bool:
    """Whether a call copies a request object with other values."""
    return isinstance(node.func, ast.Attribute) and node.func.attr == "model_copy"


def parameters_of(evaluator: Evaluator, node: ast.Call, kind: str) -> tuple[list[Entry], Holder | None]:
    """Return the places where a call writes its parameters, and where another would be added."""
    if kind == "class":
        attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if attribute in {"model_validate", "parse_obj"} and node.args:
            return _in(evaluator, node.args[0])
        if is_copy(node):
            update = next((word.value for word in node.keywords if word.arg == "update"), None)
            return _in(evaluator, update)[0], None  # what must be sent is added where the copied object is made
        return [*keywords(evaluator, node), *keywords_of_partial(evaluator, node.func)], Holder(node)
    if kind == "http":
        return [], None  # the body may have other keys; a person rewrites it
    names = ("input", "arguments", "parameters")
    found = next((word.value for word in node.keywords if word.arg in names), None)
    if found is None and kind == "client" and len(node.args) == 2:
        found = node.args[1]
    return _in(evaluator, found)


def _in(evaluator: Evaluator, node: ast.expr | None) -> tuple[list[Entry], Holder | None]:
    if node is None:
        return [], None
    entries = list(written(evaluator, node))
    holder = Holder(node) if isinstance(node, ast.Dict) else next(_holders(entries), None)
    return entries, holder


def _holders(entries: list[Entry]) -> Iterator[Holder]:
    return (entry.holder for entry in entries if entry.holder is not None)


def _documented(schema: JsonValue) -> tuple[JsonValue] | None:
    """The one value that a schema documents: its default, its constant, or its only choice."""
    if not isinstance(schema, dict):
        return None
    for keyword in ("default", "const"):
        if schema.get(keyword) is not None:
            return (schema[keyword],)
    choices = schema.get("enum")
    return (choices[0],) if isinstance(choices, list) and len(choices) == 1 else None


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
