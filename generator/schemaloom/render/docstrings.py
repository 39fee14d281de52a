"""Docstrings from untrusted text: the second of two functions through which it enters Python source.

The text is reduced to printable characters, wrapped and escaped, so that it can neither end the
docstring nor change its meaning.
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
    """Return a triple-quoted docstring of the non-empty `paragraphs`, or an empty string without any.

    `indent` is the column of the opening quotes, in spaces: the first line is not indented, the
    following ones are.  A paragraph of blanks and unprintable characters counts as empty.
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
    """Return `text` on one line of printable characters, truncated to 4,000."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[:_LONGEST].rstrip() + "…"


def code(text: str) -> str:
    """Return `text` between double backquotes, which reStructuredText and Markdown both show as code."""
    return f"``{sentence(text).replace('`', chr(39))}``"


@lru_cache(maxsize=4096)  # thousands of parameters of a catalogue share their descriptions
def _lines(paragraph: str, width: int) -> Sequence[str]:
    flat = sentence(paragraph)
    if len(flat) <= width:
        return [flat] if flat else []
    return textwrap.wrap(flat, width=width, break_long_words=False, break_on_hyphens=False)


def _escaped(line: str, quotes: re.Pattern[str]) -> str:
    """Return the line with the matches of `quotes` and every backslash escaped."""
    line = line.replace("\\", "\\\\")
    return quotes.sub(lambda found: '\\"' * len(found[0]), line) if '"' in line else line
