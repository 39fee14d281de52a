"""One spelling for every JSON value, so that equal content is equal bytes."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Final, cast

from schemaloom.errors import SnapshotError
from schemaloom.json.values import JsonValue

MAX_BYTES = 16 * 1024 * 1024
"""Largest JSON document read, in bytes."""
MAX_DEPTH = 128
"""Deepest nesting of arrays and objects read."""


TOO_DEEP: Final = f"(nested deeper than {MAX_DEPTH} levels)"
"""The string in place of a value that is nested deeper, where documents are read leniently."""
NOT_FINITE: Final = frozenset({"NaN", "Infinity", "-Infinity"})
"""Numbers that JSON does not have."""


def parse_json(raw: bytes, *, where: str, lenient: bool = False) -> JsonValue:
    """Decode UTF-8 JSON strictly: no NaN, infinity, duplicate key or lone surrogate; bounded size and depth.

    If `lenient`, a value that cannot be kept costs its place only: NaN and infinities become strings, as
    in the JSON of Protocol Buffers, a lone surrogate U+FFFD, and what is nested too deep `TOO_DEEP`.
    Raises `SnapshotError` that names `where` (a file or a URL).
    """
    if len(raw) > MAX_BYTES:
        raise SnapshotError(f"document is larger than {MAX_BYTES} bytes", where=where)
    try:
        text = raw.decode("utf-8-sig")
        # Scanning depth first keeps the recursive decoder away from hostile nesting.
        text = _without_depth(text, where, lenient=lenient)
        # Escaped halves of characters: such a text could never be sent.
        has_surrogates = "\\ud" in text or "\\uD" in text
        if has_surrogates and lenient:
            text = _ESCAPE.sub(lambda match: r"\ufffd" if match[1] else match[0], text)
        value = json.loads(
            text,
            parse_constant=str if lenient else _refuse_constant,
            object_pairs_hook=_unique_keys,
            parse_float=_finite_or_spelled if lenient else _finite,
        )
        if has_surrogates:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        hint = "resolve the conflict, or restore the file from git" if _MERGE_MARKER.search(raw) else None
        raise SnapshotError(f"not valid JSON: {error}", where=where, hint=hint) from None
    return cast("JsonValue", value)


def canonical_bytes(value: JsonValue) -> bytes:
    """UTF-8, sorted keys, two spaces, final newline; the form of every file under ``specs/``."""
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=2) + "\n").encode()


def digest(value: JsonValue) -> str:
    """SHA-256 of the compact canonical form, in hexadecimal: equal content, equal digest."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


# The next bracket outside of strings, or the end.  A string that no quote closes lasts to the end, as the decoder stops
# there; to look for its end once more at each quote in it would take quadratic time.
_BRACKET = re.compile(r'(?:[^"\[{\]}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))*+([\[{\]}]|\Z)', re.DOTALL)


_MERGE_MARKER: Final = re.compile(rb"^<<<<<<< ", re.MULTILINE)

# One escape in JSON: a whole surrogate pair, a lone surrogate (the group), or anything else.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


def _without_depth(text: str, where: str, *, lenient: bool) -> str:
    """Return JSON without what is nested too deep, which raises `SnapshotError` if not `lenient`."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return text
    kept: list[str] = []
    depth = end = 0
    for match in _BRACKET.finditer(text):
        if match[1] in {"[", "{"}:
            depth += 1
            if depth == MAX_DEPTH + 1:
                if not lenient:
                    raise SnapshotError(f"nested deeper than {MAX_DEPTH} levels", where=where)
                kept += text[end : match.start(1)], json.dumps(TOO_DEEP)
        elif match[1]:
            depth -= 1
            if depth == MAX_DEPTH:
                end = match.end()
    return "".join([*kept, text[end:]]) if depth <= MAX_DEPTH else text[:0]


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"number {text[:40]} is out of range")
    return number


def _finite_or_spelled(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"key {repeated!r} appears twice")
    return found
