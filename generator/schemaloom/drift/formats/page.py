"""HTML pages from the templates in ``templates/reports``: one file each, which loads and runs nothing.

Jinja escapes every value; `plain` makes untrusted text one printable line besides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.formats.subject import subject_name
from schemaloom.drift.grouping import Group, group
from schemaloom.drift.message import message_parts, unquoted
from schemaloom.drift.plain_text import counted, listed, model_name, plain, value_text
from schemaloom.files.installation import templates_folder
from schemaloom.json.values import JsonValue

KINDS = (*(severity.value for severity in Severity), "acknowledged")
"""The groups of changes that a reader can show and hide."""
_LINES_SHOWN = 40
_MODELS_SHOWN = 8
_PLACES_SHOWN = 6


@cache
def environment(folder: str = "reports") -> Environment:
    """Return the environment of the pages: strict, and with every value escaped.

    `folder` is searched before that of the reports.
    """
    made = Environment(
        loader=FileSystemLoader([templates_folder() / folder, templates_folder() / "reports"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "counted": counted,
        "groups": group,
        "json_lines": _json_lines,
        "kind": _kind,
        "model_list": _model_list,
        "model_name": model_name,
        "parts": message_parts,
        "places": _place_list,
        "plain": plain,
        "subject_name": subject_name,
        "unquoted": unquoted,
        "value_text": value_text,
    }
    cast("dict[str, Callable[..., object]]", made.filters).update(filters)
    cast("dict[str, Callable[..., object]]", made.tests)["link"] = _is_link
    return made


def _kind(found: Change | Group) -> str:
    return "acknowledged" if found.acknowledged else found.severity.value


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://")) and text.isprintable() and " " not in text


def _model_list(models: Sequence[str]) -> str:
    return listed(tuple(map(model_name, models)), _MODELS_SHOWN)


def _place_list(places: Sequence[str]) -> str:
    return listed(tuple(map(plain, places)), _PLACES_SHOWN)


def _json_lines(value: JsonValue) -> list[str]:
    """A value as lines of JSON, cut where there are many."""
    lines = json.dumps(value, ensure_ascii=False, indent=2).split("\n")
    shown = [plain(line) for line in lines[:_LINES_SHOWN]]
    more = len(lines) - len(shown)
    return [*shown, f"… {more} more lines"] if more else shown
