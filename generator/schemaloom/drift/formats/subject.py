"""The subject of a change, as reports show it: a model, or a file that all models share."""

from __future__ import annotations

from schemaloom.drift.acknowledgements import ACKNOWLEDGED
from schemaloom.drift.change import Change
from schemaloom.drift.plain_text import model_name
from schemaloom.snapshot.layout import CONTRACT, OPENAPI, PROVIDER

_FILES = {"acknowledgement": ACKNOWLEDGED, "contract": CONTRACT, "package": "", "provider": PROVIDER}
"""Files by the first part of a rule's id; any other rule is about the OpenAPI document."""


def subject_name(change: Change) -> str:
    """Return the id of the model that changed, or else the file that a pointer leads into."""
    file = "" if change.model else _FILES.get(change.rule.partition(".")[0], OPENAPI)
    return file or model_name(change.model)
