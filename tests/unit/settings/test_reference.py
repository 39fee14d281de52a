"""The files that follow from the settings are up to date, and the reference names every key."""

from __future__ import annotations

import pytest
from tests.paths import ROOT
from tests.provider_files.written import written


@pytest.mark.parametrize("path", written())
def test_a_file_is_what_the_settings_give(path: str) -> None:
    assert written()[path] == (ROOT / path).read_text("utf-8"), "python -m tests.provider_files rewrites it"
