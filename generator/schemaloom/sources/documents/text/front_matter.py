"""The YAML block at the top of a Markdown file."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.sources.documents.text.lines import Line

_MOST_NODES = 10_000
_DEEPEST = 20


class FrontMatterError(Exception):
    """The front matter of a document cannot be read."""


def split_front_matter(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Separate the lines between the two ``---`` from the rest; without them there is no front matter."""
    if lines and lines[0].text.rstrip() == "---":
        for index, line in enumerate(lines[1:], start=1):
            if line.text.rstrip() in {"---", "..."}:
                return list(lines[1:index]), list(lines[index + 1 :])
    return [], list(lines)


def read_front_matter(lines: Sequence[Line]) -> JsonObject:
    """Read the block with every scalar as a string: a version ``1.10`` is not the number 1.1.

    Raises `FrontMatterError` for what is not YAML, not a mapping, or too large once its aliases
    are written out.
    """
    if not lines:
        return {}
    try:
        # The stubs leave the loader's stream open.
        root = yaml.compose("\n".join(line.text for line in lines), Loader=yaml.BaseLoader)  # pyright: ignore[reportUnknownMemberType]
    except (yaml.YAMLError, RecursionError) as error:
        raise FrontMatterError(f"not valid YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(root, yaml.MappingNode):
        raise FrontMatterError("not a table of names and values")
    content = _Reader().value(root, 0)
    return content if isinstance(content, dict) else {}


class _Reader:
    def __init__(self) -> None:
        self._nodes = 0

    def value(self, node: yaml.Node, depth: int) -> JsonValue:
        self._nodes += 1
        if self._nodes > _MOST_NODES or depth > _DEEPEST:
            raise FrontMatterError("too large or nested too deep")
        if isinstance(node, yaml.MappingNode):
            pairs = [(self.value(key, depth + 1), self.value(part, depth + 1)) for key, part in node.value]
            return {str(key): part for key, part in pairs}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(part, depth + 1) for part in node.value]
        return str(node.value)
