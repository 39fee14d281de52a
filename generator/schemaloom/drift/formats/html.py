"""One self-contained HTML page for people: counts, groups, and a card for each model.

The page loads nothing and runs nothing, and its own policy says so to the browser; a stranger's
text is escaped, and is text and attribute only.
"""

from __future__ import annotations

import json
from collections import Counter
from html import escape
from pathlib import Path

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.formats.view import View
from schemaloom.drift.grouping import Group, group
from schemaloom.drift.plain_text import counted, listed, model_name, plain
from schemaloom.json.values import JsonValue

MOST_CARDS = 500
"""Models that get a card of their own, worst first."""
_MOST_GROUPS = 500
_LINES_SHOWN = 40
_KINDS = (*(severity.value for severity in Severity), "acknowledged")
STYLE = Path(__file__).with_name("page.css")
"""What all pages look like."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(view: View) -> str:
    """Write the page."""
    report = view.report
    title = f"Drift of {text_of(report.provider)}"
    body = [_head(view), _tiles(view)]
    if report.changes:
        body += [filters(), _groups(view), _cards(view)]
    else:
        body.append('<p class="none">Nothing changed.</p>\n')
    return page(title, "".join(body), STYLE.read_text("utf-8"))


def page(title: str, body: str, style: str) -> str:
    """A whole page from parts that are HTML already."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _head(view: View) -> str:
    bump = view.report.bump
    return (
        f"<header>\n<h1>Drift of {text_of(view.report.provider)}</h1>\n"
        f'<p class="sides"><code>{text_of(view.old)}</code>'
        f' <span aria-label="to">→</span> <code>{text_of(view.new)}</code></p>\n'
        f'<p class="bump {bump}">next version: <strong>{bump}</strong></p>\n</header>\n'
    )


def _tiles(view: View) -> str:
    acknowledged = sum(change.acknowledged for change in view.report.changes)
    tiles = [(str(severity), number) for severity, number in view.report.counts().items()]
    tiles.append(("acknowledged", acknowledged))
    cells = "".join(
        f'<li class="{name}{"" if number else " zero"}"><b>{number}</b> {name}</li>\n' for name, number in tiles
    )
    return f'<ul class="tiles">\n{cells}</ul>\n'


def filters() -> str:
    """Boxes that show and hide what has the class ``change`` and that of a severity."""
    boxes = "".join(f'<label><input type="checkbox" id="show-{name}" checked> {name}</label>\n' for name in _KINDS)
    return f'<form class="filters" aria-label="Show">\n<span>Show</span>\n{boxes}</form>\n'


def _groups(view: View) -> str:
    found = group(view.report.changes)
    rows = "".join(_group_row(item) for item in found[:_MOST_GROUPS])
    left = f"<p>and {counted(len(found) - _MOST_GROUPS, 'group')} more</p>\n" if len(found) > _MOST_GROUPS else ""
    return f'<section>\n<h2>What happened</h2>\n<ol class="groups">\n{rows}</ol>\n{left}</section>\n'


def _group_row(found: Group) -> str:
    models = listed(tuple(map(model_name, found.models)), 6)
    count = f"{counted(len(found.models), 'model')}: " if len(found.models) > 1 else ""
    return (
        f'<li class="{_classes(found.severity, acknowledged=found.acknowledged)}">{pill(found.severity)}'
        f"<div><strong>{text_of(found.message)}</strong> <code>{text_of(found.rule)}</code>"
        f'<p class="models">{count}{escape(models)}</p></div></li>\n'
    )


def _cards(view: View) -> str:
    by_model: dict[str, list[Change]] = {}
    for change in view.report.changes:
        by_model.setdefault(change.model, []).append(change)
    cards = [_card(view, model, changes) for model, changes in list(by_model.items())[:MOST_CARDS]]
    left = len(by_model) - len(cards)
    more = f"<p>{counted(left, 'model')} more: <code>--format json</code> has all of them.</p>\n" if left else ""
    return f"<section>\n<h2>By model</h2>\n{''.join(cards)}{more}</section>\n"


def _card(view: View, model: str, changes: list[Change]) -> str:
    place = view.source_lines.find(changes[0])
    kinds = Counter("acknowledged" if change.acknowledged else change.severity.value for change in changes)
    marks = "".join(pill(kind, kinds[kind]) for kind in _KINDS if kinds[kind])
    opened = " open" if kinds[Severity.BREAKING.value] else ""
    rows = "".join(_change(view, change) for change in changes)
    return (
        f'<details class="card"{opened}>\n'
        f'<summary><span class="model">{text_of(model_name(model))}</span>{marks}'
        f'<span class="file">{text_of(place.file)}</span></summary>\n{rows}</details>\n'
    )


def _change(view: View, change: Change) -> str:
    place = view.source_lines.find(change)
    pointer = f"<code>{text_of(change.pointer)}</code> · " if change.pointer else ""
    seen = ' · <span class="seen">acknowledged</span>' if change.acknowledged else ""
    return (
        f'<article class="{_classes(change.severity, acknowledged=change.acknowledged)}">\n'
        f"<h3>{pill(change.severity)}<span>{text_of(change.message)}</span></h3>\n"
        f'<p class="facts">{pointer}<code>{text_of(change.rule)}</code> · line {place.line}{seen} · '
        f'<span class="print">{change.fingerprint[:12]}</span></p>\n'
        f"{_before_after(change)}{_proof(view, change)}</article>\n"
    )


def _before_after(change: Change) -> str:
    if change.old is None and change.new is None:
        return ""
    return (
        f'<div class="pair"><figure class="old"><figcaption>before</figcaption>{value_block(change.old)}</figure>'
        f'<figure class="new"><figcaption>now</figcaption>{value_block(change.new)}</figure></div>\n'
    )


def _proof(view: View, change: Change) -> str:
    if change.proof is None:
        return ""
    if change.proof == "unproven":
        return f'<p class="unproven">{escape(view.proof(change))}</p>\n'
    return (
        f'<figure class="witness"><figcaption>a payload that {escape(view.proof(change))}</figcaption>'
        f"{value_block(change.witness)}</figure>\n"
    )


def value_block(value: JsonValue) -> str:
    """A value as a block of JSON, cut where it is long."""
    if value is None:
        return '<p class="nothing">nothing</p>'
    lines = json.dumps(value, ensure_ascii=False, indent=2).split("\n")
    shown = [plain(line) for line in lines[:_LINES_SHOWN]]
    if len(lines) > len(shown):
        shown.append(f"… {len(lines) - len(shown)} more lines")
    return f"<pre>{escape(chr(10).join(shown))}</pre>"


def pill(kind: str, number: int | None = None) -> str:
    """A word in the colour of its severity, with how many there are."""
    return f'<span class="pill {kind}">{f"{number} " if number is not None else ""}{kind}</span>'


def _classes(severity: Severity, *, acknowledged: bool) -> str:
    return f"change {'acknowledged' if acknowledged else severity}"


def text_of(text: str) -> str:
    """A stranger's text, as text."""
    return escape(plain(text))
