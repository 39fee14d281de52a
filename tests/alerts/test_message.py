"""What a message holds, how long it may be, and what becomes of hostile words."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from tests.drift.report_samples import HOSTILE

from schemaloom.alerts.message import LONGEST_BODY, Line, drift_message, neutralize
from schemaloom.alerts.state_machine import Channel, Severity, Transition


def line(text: str, models: tuple[str, ...] = ("m",), severity: Severity = "breaking", detail: str = "") -> Line:
    return Line(transition=Transition.NEW, severity=severity, rule="rule.id", text=text, models=models, detail=detail)


def test_many_models_are_one_line() -> None:
    models = tuple(f"m{number}" for number in range(20))
    message = drift_message("pixel", Channel.DIGEST, [line("Default of fps changed", models, "dangerous")])
    assert message.title == "pixel: drift (20 new)"
    assert message.body == "- dangerous, new: Default of fps changed [rule.id] in m0, m1, m2, m3, m4 and 15 more"


def test_the_catalogue_has_no_id() -> None:
    assert drift_message("p", Channel.DIGEST, [line("x", ("",))]).body.endswith("in the catalogue")


def test_what_does_not_fit_is_counted() -> None:
    lines = [line(f"change {number}", detail="y" * 100) for number in range(50)]
    body = drift_message("pixel", Channel.BREAKING, lines).body
    assert len(body) <= LONGEST_BODY
    shown = body.count("- breaking")
    assert body.endswith(f"\n… and {50 - shown} more changes")
    assert shown > 5


def test_the_longest_words_leave_room_for_others() -> None:
    body = drift_message("x" * 9000, Channel.BREAKING, [line("x" * 9000, ("y" * 9000,) * 9, detail="z" * 9000)]).body
    assert "x" in body
    assert len(body) <= LONGEST_BODY


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(text: str) -> None:
    safe = neutralize(text)
    assert safe.isprintable() or "\N{ZERO WIDTH SPACE}" in safe
    assert not set("<>&*`~|\n\r\x1b\u202e") & set(safe)
    assert "://" not in safe
    html = MarkdownIt("commonmark").render(f"- {safe} in it")
    for tag in ("<a ", "<img", "<em>", "<strong>", "<code>", "<script", "<h1>"):
        assert tag not in html.replace("<em>x</em>", "")


@pytest.mark.parametrize(
    "text", ["@everyone", "@here hi", "<@U123>", "<!channel>", "<@&1>", "a@example.com", "[x](https://evil.example)"]
)
def test_no_person_is_mentioned_and_nothing_is_linked(text: str) -> None:
    safe = neutralize(text)
    assert not any(part in safe for part in ("@everyone", "@here", "<", "@U", "@&", "a@e", "](", "://"))
