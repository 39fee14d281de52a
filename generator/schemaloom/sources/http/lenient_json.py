"""Decoding JSON that came over the network."""

from __future__ import annotations

import re
from contextlib import suppress

from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonValue

# One escape in JSON: a whole surrogate pair, a lone surrogate (the group), or anything else.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)


def parse_answer(raw: bytes, *, where: str) -> JsonValue:
    """Decode a response's JSON as `parse_json` does, but replace lone surrogates by U+FFFD, and spell NaN.

    A server that cuts a description inside an emoji sends a surrogate, and Python servers send NaN
    as a default; neither must cost the whole list.  YAML is read too (`parse_yaml`).

    Raises `SnapshotError` that names `where`.
    """
    try:
        return parse_json(raw, where=where, spell_not_finite=True)
    except SnapshotError:
        whole = _ESCAPE.sub(lambda match: rb"\ufffd" if match[1] else match[0], raw)
        if whole != raw:
            return parse_json(whole, where=where, spell_not_finite=True)
        from schemaloom.sources.http.yaml_answer import parse_yaml  # rarely needed

        with suppress(SnapshotError):
            return parse_yaml(raw, where=where)
        raise
