"""The log as one self-contained HTML page: a timeline, and the history of each model.

Like the page of a report it loads nothing and runs nothing, and a stranger's text is text only.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from pathlib import Path

from schemaloom.drift.change import Change, Severity
from schemaloom.drift.formats.html import STYLE, filters, page, pill, text_of, value_block
from schemaloom.drift.grouping import Group, group
from schemaloom.drift.log.entry import Entry, Log
from schemaloom.drift.log.text import SHORT
from schemaloom.drift.plain_text import counted, listed, model_name, value_text

_MOST_ENTRIES = 1_000
_MOST_CARDS = 1_000
_MODELS_SHOWN = 8
_STYLE = Path(__file__).with_name("log.css")
_WIDTH, _HEIGHT, _LABELS = 960, 120, 8
"""Size of the chart, and most dates below it."""


def render(log: Log) -> str:
    """Write the page."""
    title = f"History of {text_of(log.provider)}"
    body = [_head(log, title), _tiles(log)]
    if log.entries:
        body += [_chart(log), filters(), _timeline(log), _models(log)]
    return page(title, "".join(body), STYLE.read_text("utf-8") + _STYLE.read_text("utf-8"))


def _head(log: Log, title: str) -> str:
    since = f" since {log.entries[-1].date:%Y-%m-%d}" if log.entries else ""
    cut = (
        '<p class="unproven">The clone is shallow: what came before is not here (git fetch --unshallow).</p>\n'
        if log.shallow
        else ""
    )
    commits = f"{counted(len(log.entries), 'commit')}{since}"
    sides = f'<p class="sides"><code>{text_of(log.folder)}</code> · {commits}</p>'
    return f"<header>\n<h1>{title}</h1>\n{sides}\n{cut}</header>\n"


def _tiles(log: Log) -> str:
    cells = "".join(
        f'<li class="{severity}{"" if number else " zero"}"><b>{number}</b> {severity}</li>\n'
        for severity, number in log.counts().items()
    )
    models = log.entries[0].models if log.entries else 0
    return f'<ul class="tiles">\n{cells}<li class="zero"><b>{models}</b> models now</li>\n</ul>\n'


def _chart(log: Log) -> str:
    """One bar for each entry, oldest first, its height the number of changes; a click leads to it."""
    entries = log.entries[:_MOST_ENTRIES][::-1]
    most = max(1, *(len(entry.report.changes) for entry in entries))
    step = _WIDTH / max(len(entries), 12)
    bars: list[str] = []
    for index, entry in enumerate(entries):
        counts = entry.report.counts()
        left, width, top = index * step, min(step * 0.7, 28), float(_HEIGHT)
        title = f"{entry.date:%Y-%m-%d}: {', '.join(f'{n} {s}' for s, n in counts.items() if n) or 'beginning'}"
        parts: list[str] = []
        # A root makes one change visible beside a hundred.
        height = _HEIGHT * 0.92 * (len(entry.report.changes) / most) ** 0.5
        for severity in reversed(Severity):
            if counts[severity]:
                size = height * counts[severity] / len(entry.report.changes)
                top -= size
                parts.append(_bar(severity, left, top, width, size))
        parts = parts or [_bar("quiet", left, _HEIGHT - 3, width, 3)]
        bars.append(f'<a href="#{_anchor(entry)}"><title>{escape(title)}</title>{"".join(parts)}</a>\n')
    every = max(1, -(-len(entries) // _LABELS))
    dates = "".join(
        f'<text x="{index * step:.1f}" y="{_HEIGHT + 16}">{entry.date:%Y-%m-%d}</text>\n'
        for index, entry in enumerate(entries)
        if index % every == 0
    )
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT + 24}" role="img" aria-label="Changes over time">\n'
        f'<line x1="0" y1="{_HEIGHT}" x2="{_WIDTH}" y2="{_HEIGHT}"/>\n{"".join(bars)}{dates}</svg>\n'
    )


def _bar(kind: str, left: float, top: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="1.5"/>'


def _timeline(log: Log) -> str:
    items = "".join(_entry(entry) for entry in log.entries[:_MOST_ENTRIES])
    more = len(log.entries) - _MOST_ENTRIES
    left = f"<p>and {counted(more, 'older commit')}</p>\n" if more > 0 else ""
    return f'<section>\n<h2>Timeline</h2>\n<ol class="timeline">\n{items}</ol>\n{left}</section>\n'


def _entry(entry: Entry) -> str:
    counts = entry.report.counts()
    worst = next((severity.value for severity in Severity if counts[severity]), "quiet")
    marks = "".join(pill(severity, number) for severity, number in counts.items() if number)
    bump = entry.report.bump
    raised = f'<span class="raised">{bump}</span>' if entry.report.changes else ""
    return (
        f'<li id="{_anchor(entry)}" class="{worst}">\n<p class="when"><time datetime="{entry.date.isoformat()}">'
        f"{entry.date:%Y-%m-%d}</time> <code>{entry.commit[:SHORT]}</code>{raised}</p>\n"
        f'<h3><span>{text_of(entry.subject)}</span></h3>\n<p class="marks">{marks}</p>\n{_happened(entry)}</li>\n'
    )


def _happened(entry: Entry) -> str:
    if entry.unreadable:
        return f'<p class="unproven">Not compared: {text_of(entry.unreadable)}</p>\n'
    if entry.first:
        return f"<p>The history begins with {counted(entry.models, 'model')}.</p>\n"
    rows = "".join(_group(found) for found in group(entry.report.changes))
    return f'<ol class="groups">\n{rows}</ol>\n'


def _group(found: Group) -> str:
    first = found.changes[0]
    models = listed(tuple(map(model_name, found.models)), _MODELS_SHOWN)
    kind = "acknowledged" if found.acknowledged else found.severity.value
    head = f"<strong>{text_of(found.message)}</strong> <code>{text_of(found.rule)}</code>"
    values = ""
    if not found.states_values:
        values = f"<code>{escape(value_text(first.old, 80))} → {escape(value_text(first.new, 80))}</code>"
    return (
        f'<li class="change {kind}">{pill(kind)}<div>{head}\n'
        f'<p class="models">{text_of(models)}</p><p class="models">{values}</p>{_witness(found)}</div></li>\n'
    )


def _witness(found: Group) -> str:
    proven = next((change for change in found.changes if change.proof == "witness"), None)
    if proven is None:
        return ""
    return (
        f'<details><summary class="models">a payload that shows it ({text_of(model_name(proven.model))})</summary>\n'
        f'<figure class="witness">{value_block(proven.witness)}</figure></details>\n'
    )


def _models(log: Log) -> str:
    known = log.by_model()
    ordered = sorted(known, key=lambda model: (-len(known[model]), model))
    cards = "".join(_card(log, model, known[model]) for model in ordered[:_MOST_CARDS])
    more = len(ordered) - _MOST_CARDS
    left = f"<p>and {counted(more, 'model')} more</p>\n" if more > 0 else ""
    return f"<section>\n<h2>By model</h2>\n{cards}{left}</section>\n" if known else ""


def _card(log: Log, model: str, changes: list[tuple[Entry, Change]]) -> str:
    counts = Counter(change.severity for _, change in changes)
    marks = "".join(pill(severity, counts[severity]) for severity in Severity if counts[severity])
    rows = "".join(_row(entry, change) for entry, change in changes)
    return (
        f'<details class="card">\n<summary><span class="model">{text_of(model_name(model))}</span>{marks}'
        f'<span class="file">{_strip(log, changes)}</span></summary>\n<table>\n{rows}</table>\n</details>\n'
    )


def _row(entry: Entry, change: Change) -> str:
    kind = "acknowledged" if change.acknowledged else change.severity.value
    pointer = f" <code>{text_of(change.pointer)}</code>" if change.pointer else ""
    return (
        f'<tr class="change {kind}"><td><a href="#{_anchor(entry)}">{entry.date:%Y-%m-%d}</a></td>'
        f"<td>{pill(kind)}</td><td>{text_of(change.message)}{pointer}</td></tr>\n"
    )


def _strip(log: Log, changes: list[tuple[Entry, Change]]) -> str:
    """The whole timeline in small, coloured where this model changed."""
    worst: dict[str, Severity] = {}
    for entry, change in sorted(changes, key=lambda pair: -list(Severity).index(pair[1].severity)):
        worst[entry.commit] = change.severity
    entries = log.entries[:_MOST_ENTRIES][::-1]
    step = 160 / max(len(entries), 8)
    cells = "".join(
        _bar(worst[entry.commit], index * step, 0, max(step - 1, 2), 14)
        for index, entry in enumerate(entries)
        if entry.commit in worst
    )
    ground = _bar("quiet", 0, 0, step * len(entries), 14)
    return f'<svg class="strip" viewBox="0 0 160 14" aria-hidden="true">{ground}{cells}</svg>'


def _anchor(entry: Entry) -> str:
    return f"c-{entry.commit[:SHORT]}"
