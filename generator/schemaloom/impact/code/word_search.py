"""`search_for`: one pattern that finds any of many words, in one pass over a text."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import groupby
from typing import Final

_DEEPEST: Final = 20
"""Groups within groups; below, words are alternatives one by one, as Python limits how deep a pattern nests."""


def search_for(words: Collection[bytes]) -> re.Pattern[bytes]:
    """Compile a pattern that matches where a text has one of `words`, also inside a longer word; nowhere for none.

    Words that begin alike share that beginning: Python would otherwise try each of them at each place.
    """
    shortest: list[bytes] = []
    for word in sorted(words):
        if not shortest or not word.startswith(shortest[-1]):
            shortest.append(word)  # one that begins with another word is found with it
    return re.compile(_alternatives(shortest, 0) if shortest else b"(?!)")


def _alternatives(words: list[bytes], depth: int) -> bytes:
    """Write sorted words as one pattern; none of them begins with another."""
    if depth == _DEEPEST or len(words) == 1:
        return b"|".join(map(re.escape, words))
    found: list[bytes] = []
    for _, alike in groupby(words, key=lambda word: word[:1]):
        group = list(alike)
        if len(group) == 1:
            found.append(re.escape(group[0]))
            continue
        pairs = zip(group[0], group[-1], strict=False)  # sorted: what these two begin with, all begin with
        start = next(at for at, (first, last) in enumerate(pairs) if first != last)
        rest = _alternatives([word[start:] for word in group], depth + 1)
        found.append(re.escape(group[0][:start]) + b"(?:" + rest + b")")
    return b"|".join(found)
