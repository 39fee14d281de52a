"""Sections of a document: a known heading and the blocks below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from schemaloom.sources.documents.blocks import Block, Fence, Heading, Text
from schemaloom.sources.documents.tables.table import Table
from schemaloom.sources.documents.text.lines import Line

Kind: TypeAlias = Literal[
    "overview", "endpoint", "parameters", "ratios", "capabilities", "related", "webhook", "example", "other"
]

_TITLES: dict[str, Kind] = {
    "overview": "overview",
    "base url": "endpoint",
    "endpoint": "endpoint",
    "api endpoint": "endpoint",
    "request parameters": "parameters",
    "input parameters": "parameters",
    "parameters": "parameters",
    "supported aspect ratios": "ratios",
    "capabilities": "capabilities",
    "see also": "related",
    "webhook (optional)": "webhook",
    "webhook": "webhook",
    "webhooks": "webhook",
    "example request": "example",
    "request code": "example",
    "quick start": "example",
    "code examples": "example",
    "example outputs": "other",
    "authentication": "other",
    "requirements": "other",
    "response format": "other",
    "submit response": "other",
    "completed response": "other",
    "error codes": "other",
    "rate limits": "other",
    "best practices": "other",
    "links": "other",
}
_BY_LENGTH = sorted(_TITLES, key=lambda title: -len(title))
_GLUED = re.compile(
    r"(?<=[a-z}'\")])(?=[A-Z])(?i:" + "|".join(re.escape(title) for title in _BY_LENGTH) + r")(?: \(.*\))?$"
)


@dataclass(slots=True)
class Section:
    """A heading and the blocks up to the next one."""

    kind: Kind
    title: str
    markdown: str
    """The heading as it is written; the text of a flattened document may go on in it."""
    line: Line
    blocks: list[Block] = field(default_factory=list[Block])

    @property
    def texts(self) -> list[Text]:
        """Paragraphs and list items."""
        return [block for block in self.blocks if isinstance(block, Text)]

    @property
    def tables(self) -> list[Table]:
        """Tables of known subjects."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def words(self) -> str:
        """All running text and fenced text, as one."""
        return "\n".join(
            block.content if isinstance(block, Fence) else "\n".join(line.text for line in block.lines)
            for block in self.blocks
            if isinstance(block, Fence | Text)
        )

    @property
    def items(self) -> list[str]:
        """Return list items: Markdown items, single lines, or parts of a flattened line separated by dashes."""
        found: list[str] = []
        for text in self.texts:
            for line in text.lines:
                found += [part.strip() for part in re.split(r"(?:^|\s)-\s", line.text) if part.strip()]
        return found


def sections_of(blocks: Iterable[Block], *, page: bool) -> list[Section]:
    """Cut a document into sections; the first has no title and holds the blocks before any heading.

    In the text of a `page` a heading is a line that is nothing but a known title, or ends in one:
    neighbours on a page are often glued together.
    """
    found = [Section("other", "", "", Line("", 1))]
    for block in _with_headings(blocks) if page else blocks:
        if isinstance(block, Heading):
            kind, title, rest = _known(block.text)
            found.append(Section(kind, title, block.markdown, block.line))
            if rest:
                found[-1].blocks.append(Text((Line(rest, block.line.number, block.line.column),)))
        else:
            found[-1].blocks.append(block)
    return found


def _known(heading: str) -> tuple[Kind, str, str]:
    """Kind and title of a heading, and the text that a flattened document has behind it."""
    folded = heading.casefold()
    for title in _BY_LENGTH:
        if folded.startswith(title) and not folded[len(title) : len(title) + 1].isalnum():
            return _TITLES[title], heading[: len(title)], heading[len(title) :].strip()
    return "other", heading, ""


def _with_headings(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Text) and not block.is_item:
            yield from _split(block.lines)
        else:
            yield block


def _split(lines: Sequence[Line]) -> Iterator[Block]:
    waiting: list[Line] = []
    for line in lines:
        glued = _GLUED.search(line.text)
        title = line.text.partition(" (")[0].strip().casefold()
        if title not in _TITLES and glued is None:
            waiting.append(line)
            continue
        if title not in _TITLES and glued is not None:
            waiting.append(Line(line.text[: glued.start()], line.number, line.column))
            line = Line(line.text[glued.start() :], line.number, line.column + glued.start())  # noqa: PLW2901  the rest of it
        if waiting:
            yield Text(tuple(waiting))
            waiting = []
        yield Heading(line.text, line.text, line)
    if waiting:
        yield Text(tuple(waiting))
