"""File names of pages: safe in a URL and on a disk, and one for each model and release."""

from __future__ import annotations

from schemaloom.history.entry import Entry
from schemaloom.snapshot.file_names import file_name


def page_name(text: str) -> str:
    """Return the name of a model's or a version's page, without its extension; different texts have different names."""
    return file_name(text).removesuffix(".json").replace("%", "=")


def release_name(entry: Entry) -> str:
    """Return the name of the page of the release that an entry belongs to; of its own page if it was not released."""
    return page_name(entry.version) if entry.version else anchor(entry)


def anchor(entry: Entry) -> str:
    """Return what names an entry within a page, whether or not it was released."""
    return f"commit-{entry.commit[:12]}"
