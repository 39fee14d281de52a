"""Giving a document that was flattened onto one line its lines back.

Texts for language models are often stored with every line break turned into a space.  Headings,
fences and table rows still show where the lines were.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence

from schemaloom.sources.documents.text.lines import Line

_FLATTENED = re.compile(r"#{1,6} .*\S #{2,6} \S")
_FENCE = re.compile(r"```")
_INFO = re.compile(r"[A-Za-z0-9+-]*")
_BREAK = re.compile(r"(?<=\s)(?=#{1,6}\s+\S)|(?<=\s)(?=>\s+[A-Z])")
_RULER = re.compile(r"\|(?:\s*:?-{2,}:?\s*\|)+")
_PIPE = re.compile(r"(?<!\\)\|")


def restored(lines: Sequence[Line]) -> list[Line]:
    """`lines` with each flattened one cut into the lines it was made of, blank lines between."""
    return [part for line in lines for part in (_cut(line) if _FLATTENED.match(line.text) else [line])]


def _cut(line: Line) -> Iterator[Line]:
    begin, fenced = 0, False
    for mark in [*_FENCE.finditer(line.text), None]:
        end = len(line.text) if mark is None else mark.start()
        if fenced:
            yield from _fence(line, begin, end)
        else:
            yield from _prose(line, begin, end)
        fenced = not fenced
        begin = end if mark is None else mark.end()


def _fence(line: Line, begin: int, end: int) -> Iterator[Line]:
    info = _INFO.match(line.text, begin, end)
    body = begin if info is None else info.end()
    yield _part(line, begin, begin, text=f"```{line.text[begin:body]}")
    yield _part(line, body, end)
    yield _part(line, end, end, text="```")


def _prose(line: Line, begin: int, end: int) -> Iterator[Line]:
    cuts = [match.start() for match in _BREAK.finditer(line.text, begin, end)]
    for start, stop in zip([begin, *cuts], [*cuts, end], strict=True):
        ruler = _RULER.search(line.text, start, stop)
        head = [] if ruler is None else [match.start() for match in _PIPE.finditer(line.text, start, ruler.start())]
        columns = 0 if ruler is None else len(_PIPE.findall(ruler[0])) - 1
        if ruler is None or len(head) <= columns:
            yield from _block(line, start, stop)
            continue
        yield from _block(line, start, head[-columns - 1])
        yield _part(line, head[-columns - 1], head[-1] + 1)
        yield _part(line, ruler.start(), ruler.end())
        rest = yield from _rows(line, ruler.end(), stop, columns)
        yield from _block(line, rest, stop)


def _rows(line: Line, begin: int, end: int, columns: int) -> Generator[Line, None, int]:
    """Yield the rows; what is returned is where the text goes on.

    An empty cell looks like the border of two rows, so cells are counted.  A row with too many
    or too few ends at the next border and is left as it is for the reader of rows to refuse.
    """
    text = line.text
    pipes = [match.start() for match in _PIPE.finditer(text, begin, end)]

    def is_border(index: int) -> bool:
        return index + 1 == len(pipes) or not text[pipes[index] + 1 : pipes[index + 1]].strip()

    at = 0
    while at < len(pipes) and not text[begin : pipes[at]].strip():
        last = at + columns
        if last >= len(pipes) or not is_border(last):
            last = next((index for index in range(at + 1, len(pipes)) if is_border(index)), len(pipes) - 1)
        yield _part(line, pipes[at], pipes[last] + 1)
        begin, at = pipes[last] + 1, last + 1
    return begin


def _block(line: Line, begin: int, end: int) -> Iterator[Line]:
    if line.text[begin:end].strip():
        yield _part(line, begin, begin, text="")
        yield _part(line, begin, end)
        yield _part(line, end, end, text="")


def _part(line: Line, begin: int, end: int, *, text: str | None = None) -> Line:
    if text is None:
        begin += len(line.text[begin:end]) - len(line.text[begin:end].lstrip())
        text = line.text[begin:end].strip()
    return Line(text, line.number, line.column + begin)
