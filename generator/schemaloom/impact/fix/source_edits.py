"""`SourceEdits`: replacements in the bytes of a file, placed by the positions of parsed nodes."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_BOM = b"\xef\xbb\xbf"
_COMMENT = re.compile(rb"#[^\r\n]*")
_GAP = re.compile(rb"(?:[ \t\f\r\n\\]|#[^\r\n]*)*")
"""Text that may be between two arguments besides a comma: space and comments."""


class MisplacedNode(ValueError):
    """A node is not where its position is: Python before 3.12 miscounts within f-strings."""


@dataclass(slots=True)
class SourceEdits:
    """Replacements in one UTF-8 file; each is made once, and they must not overlap."""

    content: bytes
    _starts: list[int] = field(init=False)
    _edits: dict[tuple[int, int], bytes] = field(init=False, default_factory=dict[tuple[int, int], bytes])

    def __post_init__(self) -> None:
        first = len(_BOM) if self.content.startswith(_BOM) else 0
        body = self.content[first:]
        self._starts = [first + match.start() for match in _LINES.finditer(body)] or [first]

    def start(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> int:
        """Offset of the first byte of a node."""
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> int:
        """Offset behind the last byte of a node."""
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def end_of_value(self, key: ast.expr, value: ast.expr) -> int:
        """Offset behind the value of a dictionary's entry, with the parentheses around it."""
        between = _COMMENT.sub(b"", self.content[self.end(key) : self.start(value)])
        end = self.end(value)
        for _ in range(between.count(b"(")):
            end = self._after_gap(end) + 1
        return end

    def text(self, start: int, end: int) -> bytes:
        """The bytes between two offsets."""
        return self.content[start:end]

    def replace(self, start: int, end: int, text: str) -> None:
        """Replace the bytes between two offsets."""
        encoded = text.encode()
        if encoded != self.content[start:end]:
            self._edits[start, end] = encoded

    def replace_name(self, start: int, old: str, new: str) -> None:
        """Replace a name; raises `MisplacedNode` if it is not there."""
        end = start + len(old.encode())
        if self.content[start:end] != old.encode():
            raise MisplacedNode(old)
        self.replace(start, end, new)

    def remove_item(self, start: int, end: int, before: int) -> None:
        """Remove an item of a list of arguments or of dictionary entries, and one comma; comments stay.

        `before` is the offset behind the item in front, or behind the opening bracket.
        """
        comma = self._after_gap(end)
        if self.content[comma : comma + 1] == b",":
            end = self._with_space(comma + 1)
        else:
            gap = self._after_gap(before)
            if not re.search(rb"[\r\n#]", self.content[gap:start]):
                self.replace(gap, end, "")
                return
            if self.content[gap : gap + 1] == b",":
                self.replace(gap, gap + 1, "")
        self.replace(*self._whole_line(start, end), "")

    def insert_item(self, text: str, items: Sequence[tuple[int, int]], opening: int) -> None:
        """Insert an item behind the last of `items`, or behind the opening bracket that ends at `opening`."""
        if items:
            last = max(end for _, end in items)
            self.replace(last, last, f"{self._edits.pop((last, last), b'').decode()}, {text}")
        else:
            self.replace(opening, opening, text)

    def result(self) -> bytes:
        """The file with every replacement made."""
        content, position = b"", 0
        for (start, end), text in sorted(self._edits.items()):
            content += self.content[position:start] + text
            position = max(position, end)
        return content + self.content[position:]

    def _after_gap(self, offset: int) -> int:
        match = _GAP.match(self.content, offset)
        return offset if match is None else match.end()

    def _with_space(self, end: int) -> int:
        """`end` past the spaces behind it, where something else follows on the line."""
        after = len(self.content) - len(self.content[end:].lstrip(b" \t"))
        follows = self.content[after : after + 1] not in {b"", b"\r", b"\n", b"#"}
        return after if follows else end

    def _whole_line(self, start: int, end: int) -> tuple[int, int]:
        """The range with the line around it if the line has nothing else, with the space in front at a line's end."""
        line = max(self.content.rfind(b"\n", 0, start), self.content.rfind(b"\r", 0, start)) + 1
        after = len(self.content) - len(self.content[end:].lstrip(b" \t"))
        if self.content[after : after + 1] not in {b"\r", b"\n"}:
            return start, end
        if self.content[line:start].strip(b" \t"):
            return len(self.content[:start].rstrip(b" \t")), end
        newline = 2 if self.content[after : after + 2] == b"\r\n" else 1
        return line, after + newline
