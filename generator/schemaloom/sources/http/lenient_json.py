"""Decoding JSON that came over the network."""

from __future__ import annotations

from contextlib import suppress

from schemaloom.errors import SnapshotError
from schemaloom.json.codec import parse_json
from schemaloom.json.values import JsonValue


def parse_answer(raw: bytes, *, where: str) -> JsonValue:
    """Decode a response's JSON leniently, as `parse_json` does; YAML is read too (`parse_yaml`).

    A server that cuts a description inside an emoji sends a lone surrogate, and Python servers send NaN
    as a default; neither must cost the whole list.

    Raises `SnapshotError` that names `where`.
    """
    try:
        return parse_json(raw, where=where, lenient=True)
    except SnapshotError:
        from schemaloom.sources.http.yaml_answer import parse_yaml  # rarely needed

        with suppress(SnapshotError):
            return parse_yaml(raw, where=where)
        raise
