r"""ECMA-262 patterns in the syntax of a linear-time engine.

JSON Schema's patterns are ECMA-262 regular expressions; generated classes run them with the Rust
engine of pydantic, which cannot be made to backtrack.  The syntaxes differ: ``\d``, ``\w`` and
``\s`` of Rust are Unicode classes, and ``[``, ``&&``, ``--`` and ``~~`` are operators inside a
class.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Annotated, NamedTuple

from pydantic import Field, TypeAdapter
from pydantic_core import SchemaError, SchemaValidator, core_schema

_SPACES = r"\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"
_SETS = {"d": "0-9", "w": "0-9A-Z_a-z", "s": _SPACES}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_OUTSIDE = {"b": r"(?-u:\b)", "B": r"(?-u:\B)", "A": r"\A", "Z": r"\z", "z": r"\z"}
_PLAIN = re.compile(r"[\w !\"#%',/:;<=>@`]")
_QUANTIFIER = re.compile(r"\{\d+(,\d*)?\}")
_GROUP = re.compile(r"\(\?(?:P?<(?P<name>[A-Za-z_]\w*)>|(?P<flags>[ims]*(?:-[ims]+)?[:)]))")
_HEX = re.compile(r"x([0-9A-Fa-f]{2})|u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})")
_LOW_SURROGATE = re.compile(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
_BACKTRACKING = re.compile(r"\(\?<?[=!]|\\[1-9k]")
_PROPERTY = re.compile(r"[pP]\{[A-Za-z_=]+\}")


class _NotLinear(ValueError):
    """The pattern uses syntax that a linear-time engine does not have."""


class _Atom(NamedTuple):
    """A part of a class: a character, or the source of a set of them."""

    char: str
    source: str


@cache
def linear_pattern(pattern: str) -> str | None:
    """Return `pattern` in the syntax of Rust's engine; None if that engine cannot run it.

    Look-around and back-references need a backtracking engine, which a hostile pattern can hang.
    """
    try:
        translated = _translated(pattern)
        TypeAdapter(Annotated[str, Field(pattern=translated)])
    except (_NotLinear, SchemaError):
        return None
    return translated


def unusable_reason(pattern: str) -> str:
    """Return why `linear_pattern` is None, as the beginning of a sentence."""
    try:
        TypeAdapter(Annotated[str, Field(pattern=_translated(pattern))])
    except SchemaError as error:
        if "size limit" in str(error):
            return "the pattern is too large for a linear-time engine"
        return "the pattern is no valid regular expression"
    except _NotLinear:
        if _BACKTRACKING.search(pattern):
            return "the pattern needs a backtracking engine"
    return "the pattern has syntax that is not known"


@lru_cache(maxsize=4096)
def _engine(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=linear_pattern(pattern) or pattern, strict=True))


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches anywhere in a string, run by the engine that generated classes use.

    Raises `SchemaError` if the engine cannot run the pattern: Python's own engine, which could,
    backtracks, so an untrusted pattern could hang it.
    """
    return _engine(pattern).isinstance_python(text)


def _translated(pattern: str) -> str:
    found: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            source, at = _escape(pattern, at + 1)
        elif char == "[":
            source, at = _class(pattern, at + 1)
        elif char == "(" and pattern.startswith("(?", at):
            group = _GROUP.match(pattern, at)
            if group is None:
                raise _NotLinear
            source, at = ("(" if group["name"] else group[0]), group.end()
        elif char == "{" and (quantifier := _QUANTIFIER.match(pattern, at)):
            source, at = quantifier[0], quantifier.end()
        elif char == ".":
            source, at = r"[^\n\r\x{2028}\x{2029}]", at + 1
        else:
            source, at = (char if char not in "{}]" else f"\\{char}"), at + 1
        found.append(source)
    return "".join(found)


def _escape(pattern: str, at: int) -> tuple[str, int]:
    """Return the source of the escape at `at`, outside a class, and the position after it."""
    if pattern[at : at + 1] in _OUTSIDE:
        return _OUTSIDE[pattern[at]], at + 1
    atom, at = _atom(pattern, at)
    return (atom.source if atom.char or atom.source.startswith(("[", "\\p", "\\P")) else f"[{atom.source}]"), at


def _class(pattern: str, at: int) -> tuple[str, int]:
    """Return the source of the class that begins at `at`, and the position after it."""
    negated = pattern.startswith("^", at)
    at += negated
    atoms: list[_Atom] = []
    while not pattern.startswith("]", at):
        if at >= len(pattern):
            raise _NotLinear
        if pattern[at] == "\\":
            atom, at = (_char("\b"), at + 2) if pattern.startswith("\\b", at) else _atom(pattern, at + 1)
            atoms.append(atom if atom.char != "-" else _Atom("", r"\-"))
        else:
            atoms.append(_char(pattern[at]))
            at += 1
    if not atoms:
        return ("(?s:.)" if negated else "[a&&b]"), at + 1
    return f"[{'^' if negated else ''}{''.join(_ranges(atoms))}]", at + 1


def _ranges(atoms: list[_Atom]) -> list[str]:
    found: list[str] = []
    at = 0
    while at < len(atoms):
        if at + 2 < len(atoms) and atoms[at + 1].char == "-" and atoms[at].char and _end(atoms[at + 2]):
            found.append(f"{atoms[at].source}-{atoms[at + 2].source}")
            at += 3
        else:
            found.append(atoms[at].source)
            at += 1
    return found


def _end(atom: _Atom) -> bool:
    """Whether a range may end with `atom`."""
    return bool(atom.char) or atom.source == r"\-"


def _atom(pattern: str, at: int) -> tuple[_Atom, int]:
    """Return what the escape at `at` matches, and the position after it."""
    char = pattern[at : at + 1]
    if char.lower() in _SETS:
        inner = _SETS[char.lower()]
        return _Atom("", inner if char.islower() else f"[^{inner}]"), at + 1
    if found := _HEX.match(pattern, at):
        code = int(next(digits for digits in found.groups() if digits), 16)
        low = _LOW_SURROGATE.match(pattern, found.end()) if 0xD800 <= code < 0xDC00 else None
        if low:
            return _char(chr(0x10000 + ((code - 0xD800) << 10) + int(low[1], 16) - 0xDC00)), low.end()
        if code > 0x10FFFF:
            raise _NotLinear
        return _char(chr(code)), found.end()
    if found := _PROPERTY.match(pattern, at):
        return _Atom("", f"\\{found[0]}"), found.end()
    if char == "c" and pattern[at + 1 : at + 2].isascii() and pattern[at + 1 : at + 2].isalpha():
        return _char(chr(ord(pattern[at + 1]) % 32)), at + 2
    if char in _CONTROLS:
        return _char(chr(_CONTROLS[char])), at + 1
    if not char or char.isalnum():  # a back-reference, or an escape without a meaning
        raise _NotLinear
    return _char(char), at + 1


def _char(char: str) -> _Atom:
    if _PLAIN.fullmatch(char):
        return _Atom(char, char)
    return _Atom(char, f"\\{char}" if char.isascii() and char.isprintable() else f"\\x{{{ord(char):x}}}")
