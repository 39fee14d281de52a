"""`ChangedNames`: names that some file sets or changes on another object, as far as the spelling shows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from schemaloom.impact.code.files import SourceFile
from schemaloom.impact.code.imports import may_import

_SET: Final = re.compile(
    rb"(?<!\bself)(?<!\bcls)\.(\w+)[ \t]*(?:[-+%&|^@]|//?|\*\*?|<<|>>)?=(?!=)|setattr\([^,()]*,\s*[\"'](\w+)[\"']"
    rb"|(?:\bvars\([^()]+\)|\.__dict__)\[[\"'](\w+)[\"']\][ \t]*=(?!=)"
)
"""An attribute that is set."""
_CHANGED: Final = re.compile(
    rb"\][ \t]*(?:[-+%&|^@]|//?|\*\*?|<<|>>)?=(?!=)"
    rb"|\.(?:update|setdefault|pop|popitem|clear|append|extend|insert|remove|sort|reverse)\("
)
"""The end of an item that is set, or a method that changes its object; the object's name is before it on the line."""
_OWNER: Final = re.compile(rb"(\w+)[ \t]*(?:\[|$)")

_LONGEST: Final = 200
"""Bytes between the start of an object's name and the end of the item."""


class ChangedNames:
    """The names that the files of a project set or change; each file is read once."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self._set: defaultdict[str, list[SourceFile]] = defaultdict(list)
        self._changed: defaultdict[str, list[SourceFile]] = defaultdict(list)
        for file in files:
            for found in _SET.findall(file.content):
                for name in filter(None, found):
                    self._set[name.decode("utf-8", "replace")].append(file)
            for name in _changed_in(file.content):
                self._changed[name].append(file)

    def is_set(self, attribute: str) -> bool:
        """Return whether a file sets an attribute of this name of anything but ``self``."""
        return attribute in self._set

    def is_changed(self, name: str, source: SourceFile) -> bool:
        """Return whether another file, which may import `source`, sets a name of that module or changes its object."""
        files = {id(file): file for file in (*self._set.get(name, ()), *self._changed.get(name, ()))}
        return any(file is not source and may_import(file, source.module) for file in files.values())


def _changed_in(content: bytes) -> Iterator[str]:
    for found in _CHANGED.finditer(content):
        start = max(0, found.start() - _LONGEST)  # a long line would be searched again for each of its hits
        line = content[max(start, content.rfind(b"\n", start, found.start()) + 1) : found.start()]
        owner = _OWNER.search(line)
        if owner is not None:
            yield owner[1].decode("utf-8", "replace")
