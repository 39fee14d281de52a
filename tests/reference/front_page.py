"""``docs/index.md``: the README, with links that lead to pages of the site."""

from __future__ import annotations

import re

from tests.paths import ROOT

_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)([^)]+)\)")


def front_page() -> str:
    """Return the page; a page is linked by its title, and a file outside the documentation becomes its name."""
    return _LINK.sub(_on_site, (ROOT / "README.md").read_text("utf-8"))


def _on_site(found: re.Match[str]) -> str:
    text, target = found.groups()
    if target.startswith("docs/"):
        page = (ROOT / target).read_text("utf-8").partition("\n")[0].removeprefix("# ")
        return f"[{page if text == target else text}]({target.removeprefix('docs/')})"
    if target.startswith("#"):
        return found[0]
    return f"`{target}`" if text.strip("`") == target else f"{text} (`{target}`)"
