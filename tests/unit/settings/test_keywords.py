"""Names that become names in Python are none of its keywords."""

from __future__ import annotations

import pytest
from tests.paths import SPECS

from schemaloom.errors import UsageError
from schemaloom.settings.provider import parse_provider


@pytest.mark.parametrize(("name", "word"), [("pixeldojo_sdk", "class"), ("PixelDojo", "None")])
def test_a_keyword_is_refused_where_a_name_is_wanted(name: str, word: str) -> None:
    raw = (SPECS / "pixeldojo" / "provider.toml").read_text().replace(f'"{name}"', f'"{word}"')

    with pytest.raises(UsageError, match=f"{word} is a keyword"):
        parse_provider(raw.encode(), where="provider.toml")
