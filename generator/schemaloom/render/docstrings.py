"""The other door through which schema text enters Python source: docstrings.

The text is flattened to printable lines, wrapped, and escaped so that it can neither end the
docstring nor mean anything but itself.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from functools import lru_cache

_WIDTH = 100
_LONGEST = 4_000
_QUOTES = re.compile(r'"{3}')
_QUOTES_ALONE = re.compile(r'"{3}|"$')


def docstring(*paragraphs: str, indent: int = 0) -> str:
    """A triple-quoted docstring of the non-empty `paragraphs`, first line unindented; empty without any.

    `indent` is the column of the opening quotes, in spaces; following lines are indented by it.
    Paragraphs of nothing but blanks and unprintable characters count as empty.
    """
    lines: list[str] = []
    for paragraph in paragraphs:
        found = _lines(paragraph, _WIDTH - indent)
        if found and lines:
            lines.append("")
        lines.extend(found)
    if not lines:
        return ""
    # At the end of a docstring of one line, a quote would read as the first of the closing ones.
    quotes = _QUOTES_ALONE if len(lines) == 1 else _QUOTES
    lines = [_escaped(line, quotes) for line in lines]
    if len(lines) == 1 and len(lines[0]) + indent + 6 <= _WIDTH + 14:
        return f'"""{lines[0]}"""'
    margin = " " * indent
    body = "\n".join(margin + line if line else "" for line in lines[1:])
    return f'"""{lines[0]}\n{body}\n{margin}"""' if len(lines) > 1 else f'"""{lines[0]}\n{margin}"""'


def sentence(text: str) -> str:
    """`text` on one line of printable characters, cut at a bound."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[:_LONGEST].rstrip() + "…"


def code(text: str) -> str:
    """`text` between double backquotes, as reStructuredText and Markdown both show code."""
    return f"``{sentence(text).replace('`', chr(39))}``"


@lru_cache(maxsize=4096)  # a catalogue says the same of thousands of parameters
def _lines(paragraph: str, width: int) -> Sequence[str]:
    flat = sentence(paragraph)
    if len(flat) <= width:
        return [flat] if flat else []
    return textwrap.wrap(flat, width=width, break_long_words=False, break_on_hyphens=False)


def _escaped(line: str, quotes: re.Pattern[str]) -> str:
    """A line in which what `quotes` finds is escaped and a backslash means only itself."""
    line = line.replace("\\", "\\\\")
    return quotes.sub(lambda found: '\\"' * len(found[0]), line) if '"' in line else line
