"""Values of a schema that its document lost when it was decoded: see `parse_json`."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Final

from schemaloom.ir.vocabulary import all_schemas
from schemaloom.json.codec import TOO_DEEP
from schemaloom.parse.source_schema import SourceSchema

_REPLACEMENT: Final = "\ufffd"
_VALUES: Final = ("enum", "const", "default", "examples", "example")
_NAMES: Final = ("properties", "required", "enum", "const", "pattern", "dependentRequired")


def without_lost_values(source: SourceSchema, report: Callable[[str, str], None]) -> SourceSchema:
    """Return the schema without the keywords whose values were nested too deep to be decoded.

    `report` takes the pointer of such a keyword, and of one with a replaced character, and a sentence about it.
    """
    is_cut, is_replaced = source.may_mention(TOO_DEEP), source.may_mention(_REPLACEMENT)
    if not is_cut and not is_replaced:
        return source
    document = deepcopy(source.root)
    for pointer, node in all_schemas(document):
        for keyword in _VALUES if is_cut else ():
            if keyword in node and TOO_DEEP in str(node[keyword]):
                del node[keyword]
                report(f"{pointer}/{keyword}", f"nested too deep; {keyword} is ignored")
        for keyword in _NAMES if is_replaced else ():
            value = node.get(keyword)
            if _REPLACEMENT in str([*value] if keyword == "properties" and isinstance(value, dict) else value):
                report(f"{pointer}/{keyword}", "holds U+FFFD: the document lost a character")
    return SourceSchema(document)
