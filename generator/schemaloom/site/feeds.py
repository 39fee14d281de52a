"""Atom feeds (RFC 4287): everything, what is breaking, and one for each model.

The id of an entry follows from the provider, the commit and the feed alone, so a reader never
meets an entry twice.  The text is that of the changelog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from markdown_it import MarkdownIt

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.formats.page import environment
from schemaloom.drift.plain_text import counted, plain
from schemaloom.history.entry import Entry
from schemaloom.release.changelog import changelog_entry
from schemaloom.site.names import anchor, release_name

MOST_ENTRIES = 100
"""Entries in a feed; older ones have been read."""
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One commit as an entry."""

    id: str
    title: str
    updated: str
    href: str
    html: str


def feed(
    provider: str,
    title: str,
    entries: Iterable[Entry],
    *,
    kind: str,
    path: str,
    url: str | None,
    wanted: Callable[[Change], bool] | None,
) -> bytes:
    """Write the feed of `provider` at `path` below the site, of the changes that are `wanted`, or all.

    `entries` are newest first.  `kind` names the feed among those of the provider; `url` is where
    the site is published, without which links are relative.
    """
    found: list[FeedEntry] = []
    root = f"{url.rstrip('/')}/" if url else "../" * path.count("/")
    newest: datetime | None = None
    for entry in entries:
        changes = tuple(change for change in entry.report.changes if wanted is None or wanted(change))
        if changes or (entry.first and kind == "all"):
            newest = newest or entry.date
            found.append(_entry(provider, kind, replace(entry, report=replace(entry.report, changes=changes)), root))
        if len(found) == MOST_ENTRIES:
            break
    return (
        environment("site")
        .get_template("feed.xml.j2")
        .render(
            id=_urn(provider, kind),
            title=title,
            updated=_moment(newest) if newest else "1970-01-01T00:00:00Z",
            author=provider,
            self_href=root + path if url else "",
            href=f"{root}{provider}/index.html",
            entries=found,
        )
        .encode()
    )


def _entry(provider: str, kind: str, entry: Entry, root: str) -> FeedEntry:
    version = entry.version or f"{entry.date:%Y-%m-%d}"
    if entry.first:
        title, text = "the history begins", f"The history begins with {counted(entry.models, 'model')}."
    else:
        counts = entry.report.counts()
        title = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number) or "acknowledged"
        text = changelog_entry(version, entry.date.date(), entry.report).partition("\n")[2]
    # The page of an entry that is not released yet goes when it is; its row among the releases stays.
    place = f"releases/{release_name(entry)}.html" if entry.version else f"compare.html#{anchor(entry)}"
    return FeedEntry(
        id=_urn(provider, kind, entry.commit),
        title=f"{provider} {plain(version)}: {title}",
        updated=_moment(entry.date),
        href=f"{root}{provider}/{place}",
        html=_MARKDOWN.render(text),
    )


def is_breaking(change: Change) -> bool:
    """Whether a change breaks callers without being acknowledged."""
    return change.severity is Severity.BREAKING and not change.acknowledged


def _moment(date: datetime) -> str:
    return f"{date.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _urn(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "\0".join(("schemaloom", *parts))).urn
