"""``docs/index.md``: the README, with links that lead to pages of the site."""

from __future__ import annotations

import re

from tests.paths import ROOT

_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)([^)]+)\)")


def front_page() -> str:
    """Return the page; a link to a file outside the documentation becomes the file's name."""
    return _LINK.sub(_on_site, (ROOT / "README.md").read_text("utf-8"))


def _on_site(found: re.Match[str]) -> str:
    text, target = found.groups()
    if target.startswith("docs/"):
        return f"[{text}]({target.removeprefix('docs/')})"
    if target.startswith("#"):
        return found[0]
    return f"`{target}`" if text.strip("`") == target else f"{text} (`{target}`)"
