"""The IR of whole snapshots, which tests compare and render; the program takes one model at a time."""

from __future__ import annotations

from schemaloom.ir.model import Catalogue
from schemaloom.parse.model import parse_model
from schemaloom.snapshot.layout import Snapshot


def parse_catalogue(snapshot: Snapshot, provider: str) -> Catalogue:
    """Parse every model of a snapshot."""
    return Catalogue(provider=provider, models=tuple(parse_model(document) for document in snapshot.models))
