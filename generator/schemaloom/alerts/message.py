"""`Message`: a title, a body of a few lines, and the same as data; bounded, and safe in any channel.

Channels interpret Markdown, HTML, or a dialect of their own, and some turn ``@everyone`` into a
phone call.  Untrusted text therefore loses the characters that any of them interprets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemaloom.alerts.heartbeat import HealthEvent
from schemaloom.alerts.state_machine import Channel, Severity, Transition

LONGEST_BODY = 1_800
"""Most characters of a body: Discord refuses more than 2,000."""
_LONGEST_LINE = 400
_MODELS_SHOWN = 5
_BREAK = "\N{ZERO WIDTH SPACE}"
_LOOKALIKES = str.maketrans(
    {
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "&": "\N{FULLWIDTH AMPERSAND}",
        "*": "\N{ASTERISK OPERATOR}",
        "`": "\N{MODIFIER LETTER PRIME}",
        "|": "\N{BROKEN BAR}",
        "~": "\N{TILDE OPERATOR}",
        "@": f"@{_BREAK}",
    }
)
"""Characters with a meaning to a channel, and lookalikes without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The same thing happening to one or more models."""

    transition: Transition
    severity: Severity
    rule: str
    text: str
    models: tuple[str, ...]
    """Ids; the empty id is the catalogue."""
    detail: str = ""
    """Proof, or another sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One alert for one channel."""

    provider: str
    channel: Channel
    kind: str
    """``drift``, ``held``, ``overdue`` or ``recovered``."""
    title: str
    body: str
    lines: tuple[Line, ...] = ()


def drift_message(provider: str, channel: Channel, lines: Sequence[Line]) -> Message:
    """The alert about lines of one channel; what does not fit is counted."""
    counts = ", ".join(f"{number} {transition}" for transition in Transition if (number := _models(lines, transition)))
    what = "breaking drift" if channel is Channel.BREAKING else "drift"
    return Message(
        provider=provider,
        channel=channel,
        kind="drift",
        title=f"{neutralize(provider)}: {what} ({counts})",
        body=_body(lines),
        lines=tuple(lines),
    )


def heartbeat_message(provider: str, kind: HealthEvent, last_good: datetime, now: datetime) -> Message:
    """The alert that the job has not succeeded for too long, or does so again."""
    since = f"{last_good:%Y-%m-%d %H:%M} UTC"
    hours = int((now - last_good).total_seconds() // 3600)
    title, body = {
        HealthEvent.OVERDUE: (
            f"no good sync since {since}",
            f"The last sync that succeeded is {hours} hours old. What changed since is not known.",
        ),
        HealthEvent.RECOVERED: ("syncs succeed again", f"The one at {since} was good."),
    }[kind]
    return Message(
        provider=provider,
        channel=Channel.BREAKING,
        kind=kind.value,
        title=f"{neutralize(provider)}: {title}",
        body=body,
    )


def held_message(provider: str, reason: str) -> Message:
    """The alert that a run held back a part of what it fetched."""
    return Message(
        provider=provider,
        channel=Channel.BREAKING,
        kind="held",
        title=f"{neutralize(provider)}: changes held back",
        body=neutralize(reason, LONGEST_BODY),
    )


def neutralize(text: str, limit: int = _LONGEST_LINE) -> str:
    """Return untrusted text on one line, without the characters of Markdown, HTML, mentions and links."""
    text = "".join(char if char.isprintable() else " " for char in text)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    text = re.sub(r"(?<=\])(?=[(\[:])", _BREAK, text.translate(_LOOKALIKES))
    return text.replace("://", f":{_BREAK}//").replace("www.", f"www{_BREAK}.")


def _models(lines: Iterable[Line], transition: Transition) -> int:
    return sum(len(line.models) for line in lines if line.transition is transition)


def _body(lines: Sequence[Line]) -> str:
    pieces: list[str] = []
    room = LONGEST_BODY - 40
    for index, line in enumerate(lines):
        piece = _piece(line)
        if len(piece) + 1 > room:
            left = len(lines) - index
            pieces.append(f"… and {left} more {'change' if left == 1 else 'changes'}")
            break
        room -= len(piece) + 1
        pieces.append(piece)
    return "\n".join(pieces)


def _piece(line: Line) -> str:
    names = [neutralize(model, 100) if model else "the catalogue" for model in line.models[:_MODELS_SHOWN]]
    more = len(line.models) - len(names)
    models = ", ".join(names) + (f" and {more} more" if more else "")
    head = f"- {line.severity}, {line.transition}: {neutralize(line.text)} [{line.rule}] in {models}"
    return head + (f"\n  {neutralize(line.detail)}" if line.detail else "")
