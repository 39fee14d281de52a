"""Docstrings from untrusted text: the second of two functions through which it enters Python source.

The text is reduced to printable characters, wrapped by its paragraphs and list items, and escaped,
so that it can neither end the docstring nor change its meaning.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import cleandoc

_WIDTH = 100
_LONGEST = 4_000
_FENCE = re.compile(r"`{3,}|~{3,}")
_ITEM = re.compile(r"(?:[-*+•]|[0-9]{1,3}[.)])\s+")
_STANDALONE = re.compile(r"\||#{1,6}\s")
"""Begins a row of a table or a heading, which are no part of the paragraph before."""
_CODE = " " * 4
_DEEPEST_ITEM = 12
"""Widest indentation of a list item that is kept."""
_OPEN_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"$')
"""A quote at the end that is not escaped."""


def docstring(*paragraphs: str, indent: int = 0) -> str:
    """Return a triple-quoted docstring of the non-empty `paragraphs`, or an empty string without any.

    `indent` is the column of the opening quotes, in spaces: the first line is not indented, the
    following ones are.  A paragraph of blanks and unprintable characters counts as empty.
    """
    margin = " " * indent
    texts = [_indented(paragraph, indent) for paragraph in paragraphs if paragraph]
    text = "\n\n".join(filter(None, texts)).removeprefix(margin)
    if "\n" in text:
        return f'"""{text}\n{margin}"""'
    # At the end of a docstring of one line, a quote would read as the first of the closing ones.
    if text.endswith('"') and _OPEN_QUOTE.search(text):
        text = f'{text[:-1]}\\"'
    if len(text) + indent + 6 > _WIDTH + 14:
        return f'"""{text}\n{margin}"""'
    return f'"""{text}"""' if text else ""


@lru_cache(maxsize=4096)  # as of `_indented`
def sentence(text: str) -> str:
    """Return `text` on one line of printable characters, truncated to 4,000."""
    flat = " ".join(_printable(text).split())
    return flat if len(flat) <= _LONGEST else flat[:_LONGEST].rstrip() + "…"


def code(text: str) -> str:
    """Return `text` between double backquotes, which reStructuredText and Markdown both show as code."""
    return f"``{sentence(text).replace('`', chr(39))}``"


@lru_cache(maxsize=4096)  # thousands of parameters of a catalogue share their descriptions
def _indented(paragraph: str, indent: int) -> str:
    """Return the lines of a text, escaped and indented as they are in a docstring."""
    margin = " " * indent
    return "\n".join(margin + _escaped(line) if line else "" for line in _lines(paragraph, _WIDTH - indent))


def _lines(paragraph: str, width: int) -> Sequence[str]:
    """Return the lines of a text: its paragraphs, list items and code stay what they are."""
    if "\n" not in paragraph:
        return _wrapped(sentence(paragraph), width)
    lines: list[str] = []
    for block in _blocks(cleandoc(paragraph[:_LONGEST].expandtabs(4)).splitlines()):
        if block.code:
            lines += [_printable(line).rstrip() for line in block.lines]
        elif block.lines:
            lines += _wrapped(sentence(" ".join(block.lines)), width, block.lead, block.indent)
        elif lines and lines[-1]:
            lines.append("")
    while lines and not lines[-1]:
        lines.pop()
    return lines


@dataclass(slots=True)
class _Block:
    """Lines that belong together; none for a blank line."""

    lines: list[str]
    lead: str = ""
    """Indentation of the first line, for an item of a list within a list."""
    indent: str = ""
    """Indentation of the lines after the first, for a list item."""
    code: bool = False


def _blocks(lines: list[str]) -> list[_Block]:
    found: list[_Block] = []
    fence = ""
    for line in lines:
        bare = line.strip()
        last = found[-1] if found else None
        if fence:
            found.append(_Block([line], code=True))
            fence = "" if bare.startswith(fence) else fence
        elif opening := _FENCE.match(bare):
            fence = opening[0]
            found.append(_Block([bare], code=True))
        elif item := _ITEM.match(bare):
            lead = line[: min(len(line) - len(line.lstrip()), _DEEPEST_ITEM)]
            found.append(_Block([bare], lead=lead, indent=lead + " " * len(item[0])))
        elif line.startswith(_CODE) and (last is None or last.code or (not last.lines and not _is_in_item(found))):
            found.append(_Block([line], code=True))
        elif _STANDALONE.match(bare):
            found.append(_Block([bare], code=True))
        elif not bare or last is None or not last.lines or last.code:
            found.append(_Block([bare] if bare else []))
        else:
            last.lines.append(bare)
    return found


def _is_in_item(blocks: Sequence[_Block]) -> bool:
    """Whether the last block with text is an item of a list, whose paragraphs are indented."""
    return bool(next((block.indent for block in reversed(blocks) if block.lines), ""))


def _wrapped(text: str, width: int, lead: str = "", indent: str = "") -> list[str]:
    if len(lead) + len(text) <= width:
        return [lead + text] if text else []
    return textwrap.wrap(
        text,
        width=width,
        initial_indent=lead,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _printable(line: str) -> str:
    return line if line.isprintable() else "".join(char if char.isprintable() else " " for char in line)


def _escaped(line: str) -> str:
    """Return the line with every backslash and every three quotes escaped."""
    return line.replace("\\", "\\\\").replace('"""', '\\"' * 3)
