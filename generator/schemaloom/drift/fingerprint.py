"""The fingerprint of a change: equal for the same change in every run, however it is worded."""

from __future__ import annotations

import hashlib

from schemaloom.json.values import JsonValue, json_text


def fingerprint(rule: str, model: str, pointer: str, old: JsonValue, new: JsonValue) -> str:
    """16 hexadecimal digits over the rule, the model, the pointer and the canonical values."""
    text = json_text([rule, model, pointer, old, new])
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
