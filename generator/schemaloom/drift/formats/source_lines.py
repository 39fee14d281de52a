"""File and line of the committed spec that a change is about."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import unquote

from schemaloom.drift.acknowledgements import ACKNOWLEDGED
from schemaloom.drift.change import Change
from schemaloom.json.pointer import pointer_tokens
from schemaloom.json.values import JsonValue
from schemaloom.snapshot.file_names import model_path
from schemaloom.snapshot.layout import CONTRACT, OPENAPI, PROVIDER

_MOST_JUMPS = 32


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a file; `file` is relative to where the command runs, with ``/``."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class LineIndex:
    """Position of a JSON value in its file: its line (that of its key, if it has one) and its parts."""

    line: int
    parts: dict[str, LineIndex] = field(default_factory=dict[str, "LineIndex"])


class SourceLines:
    """Finds the line of a change in the files of the new side; each file is indexed once."""

    def __init__(self, folder: str, files: Mapping[str, bytes]) -> None:
        """Take the folder as it is to be shown, and its files by path below it."""
        self._folder = folder.rstrip("/")
        self._files = files
        self._indexed: dict[str, tuple[JsonValue, LineIndex]] = {}

    def find(self, change: Change) -> SourceLine:
        """Return the line of a change: of the deepest part of its pointer that exists, or line 1 of its file.

        A removed model is placed in the file that it had, which a pull request shows as deleted.
        """
        if not change.model:
            return self._catalogue(change)
        path = model_path(change.model)
        return SourceLine(self._display_path(path), self._line(path, change) if path in self._files else 1)

    def _line(self, path: str, change: Change) -> int:
        document, spot = self._index(path)
        tokens = pointer_tokens(change.pointer)
        side = change.rule.partition(".")[0]
        # A pointer counts from the schema that its rule is about; facts count from the document.
        starts = [(side,)] if side in {"input", "output"} else [(), ("input",), ("output",)]
        found = [_walk(document, spot, start, tokens) for start in starts]
        return max(found, key=lambda walked: walked[0])[1]

    def _catalogue(self, change: Change) -> SourceLine:
        tokens = pointer_tokens(change.pointer)
        if change.rule.startswith("acknowledgement."):
            return SourceLine(self._display_path(ACKNOWLEDGED), self._toml_line(ACKNOWLEDGED, tokens))
        path = CONTRACT if change.rule.startswith("contract.") else OPENAPI
        if path in self._files:
            depth, line = _walk(*self._index(path), (), tokens)
            if depth:
                return SourceLine(self._display_path(path), line)
        return SourceLine(self._display_path(PROVIDER), self._toml_line(PROVIDER, tokens))

    def _toml_line(self, path: str, tokens: tuple[str, ...]) -> int:
        """Line of the n-th table of an array, or of the last name of the pointer that begins a line."""
        lines = self._files.get(path, b"").decode("utf-8", "replace").splitlines()
        if len(tokens) == 2 and tokens[1].isdecimal():
            heads = [number for number, line in enumerate(lines, 1) if line.strip().startswith(f"[[{tokens[0]}]]")]
            index = int(tokens[1])
            return heads[index] if index < len(heads) else 1
        for token in reversed(tokens):
            begins = re.compile(rf"\s*\[?{re.escape(token)}\s*[\]=]")
            for number, line in enumerate(lines, 1):
                if begins.match(line):
                    return number
        return 1

    def _index(self, path: str) -> tuple[JsonValue, LineIndex]:
        if path not in self._indexed:
            text = self._files[path].decode("utf-8-sig", "replace")
            self._indexed[path] = (cast("JsonValue", json.loads(text)), index_lines(text))
        return self._indexed[path]

    def _display_path(self, path: str) -> str:
        return f"{self._folder}/{path}" if self._folder not in {"", "."} else path


_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],]|[^\s{}\[\],:"]+', re.DOTALL)


def index_lines(text: str) -> LineIndex:
    """Note the line of every value of a valid JSON text; no recursion, so any depth will do."""
    breaks = [match.start() for match in re.finditer("\n", text)]
    root = spot = LineIndex(1)
    stack: list[tuple[LineIndex, bool]] = []
    key_next = False
    for match in _TOKEN.finditer(text):
        part, line = match.group(), bisect_right(breaks, match.start()) + 1
        if part in {"}", "]"}:
            stack.pop()
            key_next = False
        elif part == ",":
            key_next = stack[-1][1]
        elif key_next:
            spot = stack[-1][0].parts[cast("str", json.loads(part))] = LineIndex(line)
            key_next = False
        else:
            if stack and not stack[-1][1]:
                parts = stack[-1][0].parts
                spot = parts[str(len(parts))] = LineIndex(line)
            if part in {"{", "["}:
                stack.append((spot, part == "{"))
                key_next = part == "{"
    return root


def _walk(document: JsonValue, spot: LineIndex, start: tuple[str, ...], tokens: tuple[str, ...]) -> tuple[int, int]:
    """Return the number of `tokens` that lead somewhere from `start`, and the line that they lead to."""
    value, top, top_spot = document, document, spot
    line, steps, jumps = spot.line, 0, 0
    remaining = [*start, *tokens]
    while steps < len(remaining):
        token = remaining[steps]
        if token in spot.parts:
            spot = spot.parts[token]
            value = value[token] if isinstance(value, dict) else cast("list[JsonValue]", value)[int(token)]
            line = spot.line
            steps += 1
            if steps == len(start):
                top, top_spot = value, spot
            continue
        reference = value.get("$ref") if isinstance(value, dict) else None
        jumps += 1
        if not isinstance(reference, str) or not reference.startswith("#/") or jumps > _MOST_JUMPS:
            break
        value, spot = _target(top, top_spot, unquote(reference[1:]))
    return max(steps - len(start), 0), line


def _target(value: JsonValue, spot: LineIndex, pointer: str) -> tuple[JsonValue, LineIndex]:
    for token in pointer_tokens(pointer):
        if token not in spot.parts:
            return None, LineIndex(spot.line)
        spot = spot.parts[token]
        value = value[token] if isinstance(value, dict) else cast("list[JsonValue]", value)[int(token)]
    return value, spot
