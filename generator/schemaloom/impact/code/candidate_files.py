"""`find_candidates`: the files that may have sites, each with its candidates; no other file is parsed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from schemaloom.impact.code.candidates import Candidates
from schemaloom.impact.code.files import SourceFile
from schemaloom.impact.code.imports import imported_names
from schemaloom.impact.code.project import Project
from schemaloom.impact.code.word_search import search_for

_SEPARATORS: Final = re.compile(r"[/:@]")


@dataclass(frozen=True, slots=True)
class Mentions:
    """The words of which a file mentions one if it may have a site: the package, a client library, or a model's id."""

    packages: frozenset[str]
    words: tuple[str, ...]
    """Ids and paths of submit URLs."""
    _search: re.Pattern[bytes] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        words = {word.encode() for word in {*self.packages, *self.words}}
        object.__setattr__(self, "_search", search_for(words))

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the longest part of each word: code may put the word together, but its file has that part."""
        return tuple(sorted({max(_SEPARATORS.split(word), key=len) for word in self.words}))

    def concern(self, content: bytes) -> bool:
        """Whether a file's content has any of them."""
        return self._search.search(content) is not None


def find_candidates(project: Project, mentions: Mentions) -> Mapping[str, Candidates]:
    """Return the candidates of each file that mentions something, or imports what leads to it; by path."""
    search = _Search(project)
    for file in project.files:
        if mentions.concern(file.content):
            search.add(file)
    for candidates in search.found.values():
        candidates.start(mentions.packages, mentions.parts)
    search.follow_imports()
    return search.found


@dataclass(slots=True)
class _Search:
    project: Project
    found: dict[str, Candidates] = field(default_factory=dict[str, Candidates])
    _followed: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The exported names of each file that its importers know."""

    def add(self, file: SourceFile) -> bool:
        """Parse a file, unless it is among those found; return whether it could be parsed."""
        if file.shown not in self.found:
            evaluator = self.project.evaluator(file)
            if evaluator is None:
                return False
            self.found[file.shown] = Candidates(evaluator.module)
        return True

    def follow_imports(self) -> None:
        """Add the files that import a name which leads to a request, and those that import from them."""
        importers = self._importers() if self.found else {}
        pending = list(self.found)
        while pending:
            path = pending.pop()
            exported = self.found[path].exported()
            names = exported - self._followed.get(path, frozenset())
            self._followed[path] = exported
            for file, name in importers.get(path, ()) if names else ():
                if name is None:
                    used = [one for one in names if _has_attribute(file.content, one)]
                else:
                    used = [one for one in names if name == one or (name == "*" and not one.startswith("_"))]
                if used and self.add(file):
                    for one in used:
                        self.found[file.shown].add_imported(one)
                    pending.append(file.shown)

    def _importers(self) -> dict[str, list[tuple[SourceFile, str | None]]]:
        """By the path of a file: the files that import from it, with the name; None for the module itself."""
        importers: defaultdict[str, list[tuple[SourceFile, str | None]]] = defaultdict(list)
        for file in self.project.files:
            for imported in imported_names(file):
                source = self.project.find_file(imported.module)
                if source is not None and source is not file:
                    importers[source.shown].append((file, imported.name))
                module = self.project.find_file(f"{imported.module}.{imported.name}") if imported.name else None
                if module is not None and module is not file:
                    importers[module.shown].append((file, None))
        return importers


def _has_attribute(content: bytes, name: str) -> bool:
    spelled = b"." + name.encode()
    return spelled in content and re.search(re.escape(spelled) + rb"\b", content) is not None
