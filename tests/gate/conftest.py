"""A folder of proofs for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.proofs import proven


@pytest.fixture
def proofs(tmp_path: Path) -> str:
    """A cache in which a plain package has passed; see `proven`."""
    return proven(tmp_path / "proofs")
