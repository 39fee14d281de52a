"""The stable name of a finding: the same change has the same name tomorrow, however it is worded."""

from __future__ import annotations

import hashlib

from schemaloom.json.values import JsonValue, json_text


def fingerprint(rule: str, model: str, pointer: str, old: JsonValue, new: JsonValue) -> str:
    """16 hexadecimal digits over the rule, the model, the pointer and the canonical values."""
    text = json_text([rule, model, pointer, old, new])
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
