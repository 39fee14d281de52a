"""`parse_newer`: parse code whose syntax is newer than the Python that runs, up to Python 3.14; needs LibCST.

Each piece of newer syntax is replaced by older syntax of the same length, so that every position in the tree is one of
the file:

- ``except A, B:`` becomes ``except A| B:``;
- type parameters become space, and ``type X = …`` becomes ``X      = …``;
- ``f"{d["a"]} b"`` becomes the set ``{ d["a"],  }``; the tree gets the string in its place;
- ``t"{x} b"`` becomes a set too, and stays one, because its value is no string.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

_String: TypeAlias = cst.SimpleString | cst.FormattedString | cst.TemplatedString | cst.ConcatenatedString
_Expression: TypeAlias = cst.FormattedStringExpression | cst.TemplatedStringExpression
_CONVERSIONS = {None: -1, "s": ord("s"), "r": ord("r"), "a": ord("a")}
_LINE_START = re.compile(rb"\A|(?<=\n)|(?<=\r)(?!\n)")
_CONTENT = re.compile(rb"[^\r\n]")
_LAST_OF_LINE = re.compile(rb"[^\r\n](?=[\r\n])")


class UnknownSyntax(ValueError):
    """LibCST cannot parse the code either."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A replacement field of an f-string."""

    conversion: int
    spec: list[str | _Field] | None


def parse_newer(text: str) -> ast.Module:
    """Parse a file; raises `UnknownSyntax` or `SyntaxError` if its syntax is newer still, or wrong."""
    try:
        lowering = _Lowering(cst.parse_module(text), text.encode())
    except cst.ParserSyntaxError as error:
        raise UnknownSyntax(error.message) from error
    tree = ast.parse(lowering.content.decode())
    _WithStrings(lowering.strings).visit(tree)
    return ast.fix_missing_locations(tree)


class _Lowering(cst.CSTVisitor):
    """Rewrites `content`; `strings` are the parts of the f-strings that are sets in it, by line and column."""

    def __init__(self, module: cst.Module, content: bytes) -> None:
        super().__init__()
        self.content = bytearray(content)
        self.strings: dict[tuple[int, int], list[str | _Field]] = {}
        self._module = module
        self._lines = [match.start() for match in _LINE_START.finditer(content)]
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self._spans = wrapper.resolve(ByteSpanPositionProvider)
        self._joined = set[cst.CSTNode]()
        module.visit(self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        match node:
            case cst.ExceptHandler(type=types) | cst.ExceptStarHandler(type=types):
                self._join_exceptions(types)
            case cst.TypeParameters():
                start, end = self._span(node)
                self.content[start:end] = _LAST_OF_LINE.sub(rb"\\", _CONTENT.sub(b" ", self.content[start:end]))
            case cst.TypeAlias(name=name):
                start, end = self._span(node)[0], self._span(name)[1]
                self.content[start:end] = name.value.encode().ljust(end - start)
            case cst.ConcatenatedString() | cst.FormattedString() | cst.TemplatedString():
                self._lower_string(node)
            case _:
                pass
        return True

    def _join_exceptions(self, types: cst.BaseExpression | None) -> None:
        if isinstance(types, cst.Tuple) and not types.lpar:
            for element in types.elements[:-1]:
                comma = self.content.index(b",", self._span(element.value)[1])
                self.content[comma : comma + 1] = b"|"

    def _lower_string(self, node: _String) -> None:
        if isinstance(node, cst.ConcatenatedString):
            self._joined |= {node.left, node.right}
        fields, is_template = list(_fields(node)), _is_template(node)
        if node in self._joined or not (fields or is_template):
            return
        start, end = self._span(node)
        before = bytes(self.content[start:end])
        self.content[start:end] = b"{%b}" % _CONTENT.sub(b" ", before[1:-1])
        if not fields:
            self.content[start + 1 : start + 2] = b"0"  # a set, and no dictionary
        for item in fields:
            first = self._span(item)[0] + 1 + self._length(item.whitespace_before_expression)
            last = first + self._length(item.expression)
            self.content[first:last] = before[first - start : last - start]
            self.content[last : last + 1] = b","
        if not is_template and all(map(_is_followed, fields)):
            line = bisect_right(self._lines, start)
            self.strings[line, start - self._lines[line - 1]] = _parts(node)

    def _span(self, node: cst.CSTNode) -> tuple[int, int]:
        span = self._spans[node]
        return span.start, span.start + span.length

    def _length(self, node: cst.CSTNode) -> int:
        return len(self._module.code_for_node(node).encode())


class _WithStrings(ast.NodeTransformer):
    """Puts f-strings in the place of their sets."""

    def __init__(self, strings: dict[tuple[int, int], list[str | _Field]]) -> None:
        self._strings = strings

    def visit(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node, ast.Set) or (node.lineno, node.col_offset) not in self._strings:
            return node
        parts = self._strings[node.lineno, node.col_offset]
        return ast.copy_location(_joined(parts, iter(node.elts)), node)


def _joined(parts: Iterable[str | _Field], values: Iterator[ast.expr]) -> ast.JoinedStr:
    found: list[ast.expr] = []
    for part in parts:
        if isinstance(part, str):
            last = found[-1] if found else None
            if isinstance(last, ast.Constant) and isinstance(last.value, str):
                last.value += part
            elif part:
                found.append(ast.Constant(part))
        else:
            value = next(values)
            spec = None if part.spec is None else _joined(part.spec, values)
            found.append(ast.FormattedValue(value, part.conversion, spec))
    return ast.JoinedStr(found)


def _fields(node: cst.CSTNode) -> Iterator[_Expression]:
    """The replacement fields of a string, also those in format specifications, in order."""
    match node:
        case cst.ConcatenatedString(left=left, right=right):
            yield from _fields(left)
            yield from _fields(right)
        case cst.FormattedString(parts=parts) | cst.TemplatedString(parts=parts):
            for part in parts:
                yield from _fields(part)
        case cst.FormattedStringExpression(format_spec=spec) | cst.TemplatedStringExpression(format_spec=spec):
            yield node
            for part in spec or ():
                yield from _fields(part)
        case _:
            return


def _is_template(node: _String) -> bool:
    if isinstance(node, cst.ConcatenatedString):
        return _is_template(node.left) or _is_template(node.right)
    return isinstance(node, cst.TemplatedString)


def _is_followed(item: _Expression) -> bool:
    """Whether a replacement field is one expression, and not ``{a, b}`` or ``{a=}``."""
    is_one = bool(item.expression.lpar) or not isinstance(item.expression, cst.Tuple)
    return is_one and item.equal is None


def _parts(node: cst.BaseExpression) -> list[str | _Field]:
    """The parts of a string without templates."""
    match node:
        case cst.ConcatenatedString(left=left, right=right):
            return _parts(left) + _parts(right)
        case cst.SimpleString(evaluated_value=str(value)):
            return [value]
        case cst.FormattedString(parts=parts, start=start, end=end):
            return _pieces(parts, start.lower().replace("f", ""), end)
        case _:
            return []


def _pieces(parts: Iterable[cst.BaseFormattedStringContent], opening: str, closing: str) -> list[str | _Field]:
    """The parts of an f-string; `opening` and `closing` are the quotes around it, with the ``r`` of a raw one."""
    found: list[str | _Field] = []
    for part in parts:
        match part:
            case cst.FormattedStringText(value=text):
                plain = text.replace("{{", "{").replace("}}", "}")
                found.append(str(ast.literal_eval(opening + plain + closing)))
            case cst.FormattedStringExpression(conversion=conversion, format_spec=spec):
                inner = None if spec is None else _pieces(spec, opening, closing)
                found.append(_Field(_CONVERSIONS[conversion], inner))
            case _:
                pass
    return found
