"""`PassedChecks`: contents that passed each check, so that a proof checks only what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import cast

from schemaloom.cache import store
from schemaloom.json.values import JsonValue

_KIND = "proof"


class PassedChecks:
    """The digests that passed a check in an earlier proof; see `ImportGraph.digest`.

    `store` forgets them when the generator, a checker or a library changes.
    """

    def __init__(self, name: str) -> None:
        """Read what is known under `name`: a package's, or the one of all runtimes."""
        self._name = hashlib.sha256(name.encode()).hexdigest()
        content: JsonValue = {}
        with suppress(ValueError):
            content = cast("JsonValue", json.loads(store.get(_KIND, self._name) or b"{}"))
        self._known = {check: frozenset(digests) for check, digests in _lists(content, "passed").items()}
        self.imports: Mapping[str, Sequence[str]] = _lists(content, "imports")
        """Imports of files; see `ImportGraph`."""
        self._used: dict[str, set[str]] = {}

    def has(self, check: str, digest: str) -> bool:
        """Whether the content with this `digest` passed the `check`."""
        known = digest in self._known.get(check, ())
        if known:
            self.add(check, [digest])
        return known

    def add(self, check: str, digests: Iterable[str]) -> None:
        """Record that the content with these `digests` passed the `check`."""
        self._used.setdefault(check, set()).update(digests)

    def save(self, imports: Mapping[str, Sequence[str]]) -> None:
        """Keep the `imports` and what passed in this proof, now or before; the rest is forgotten."""
        self._save({check: sorted(digests) for check, digests in self._used.items()}, imports)

    def extend(self) -> None:
        """Keep what passed in this proof, and what did in others."""
        checks = self._known.keys() | self._used.keys()
        self._save({check: sorted({*self._known.get(check, ()), *self._used.get(check, ())}) for check in checks}, {})

    def _save(self, passed: Mapping[str, Sequence[str]], imports: Mapping[str, Sequence[str]]) -> None:
        content = {"imports": imports, "passed": passed}
        store.put(_KIND, self._name, json.dumps(content, sort_keys=True, separators=(",", ":")).encode())


def _lists(content: JsonValue, name: str) -> dict[str, list[str]]:
    table = content.get(name) if isinstance(content, dict) else None
    items = table.items() if isinstance(table, dict) else ()
    return {key: [str(item) for item in value] for key, value in items if isinstance(value, list)}
