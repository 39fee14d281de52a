"""``acknowledged.toml`` and ``renames.toml``: read strictly, applied exactly."""

from __future__ import annotations

from datetime import date

import pytest
from tests.drift.report_samples import SEED_REMOVED, change, report

from schemaloom.drift.acknowledgements import acknowledge, read_acknowledgements
from schemaloom.drift.change import Bump, DriftReport, Severity
from schemaloom.drift.renames.confirmed import read_renames
from schemaloom.errors import UsageError
from schemaloom.pipeline.drift import all_rules

TODAY = date(2026, 3, 10)


def applied(text: str, *changes, today: date = TODAY) -> DriftReport:
    entries = read_acknowledgements(text.encode(), where="specs/p/acknowledged.toml", rules=all_rules())
    return acknowledge(report(*changes), entries, today=today)


def entry(expires: str = "2026-03-10", **selectors: str) -> str:
    lines = [f'{key} = "{value}"' for key, value in selectors.items()]
    return "\n".join(["[[acknowledged]]", *lines, 'reason = "seen"', f"expires = {expires}", ""])


def found(result: DriftReport) -> list[tuple[str, str, bool]]:
    return [(item.rule, item.model, item.acknowledged) for item in result.changes]


@pytest.mark.parametrize("digits", [12, 40, 64])
def test_a_fingerprint_acknowledges_its_change_alone(digits: int) -> None:
    other = change("input.property.removed", "sdxl")
    result = applied(entry(fingerprint=SEED_REMOVED.fingerprint[:digits]), SEED_REMOVED, other)
    assert found(result) == [
        ("input.property.removed", "flux-dev", True),
        ("input.property.removed", "sdxl", False),
    ]
    assert result.counts()[Severity.BREAKING] == 1


def test_an_acknowledged_change_still_raises_the_version() -> None:
    result = applied(entry(fingerprint=SEED_REMOVED.fingerprint), SEED_REMOVED)
    assert (result.counts()[Severity.BREAKING], result.bump) == (0, Bump.MAJOR)


@pytest.mark.parametrize(
    ("model", "pointer", "covered"),
    [
        ("flux-*", "/properties/*", True),
        ("flux-dev", "/properties/seed", True),
        ("*", "*", True),
        ("flux", "*", False),
        ("lux-dev", "*", False),
        ("FLUX-*", "*", False),
        ("*", "/properties/see", False),
        ("*", "", False),
    ],
)
def test_patterns_match_whole_ids_and_pointers(model: str, pointer: str, covered: bool) -> None:
    result = applied(entry(rule="input.property.removed", model=model, pointer=pointer), SEED_REMOVED)
    assert [item.acknowledged for item in result.changes if item.rule == "input.property.removed"] == [covered]


def test_an_entry_with_patterns_is_about_its_rule_alone() -> None:
    text = entry(rule="input.property.removed", model="*", pointer="*")
    result = applied(text, change("input.bound.tightened"), SEED_REMOVED)
    assert found(result) == [
        ("input.bound.tightened", "flux-dev", False),
        ("input.property.removed", "flux-dev", True),
    ]


def test_an_entry_counts_on_its_last_day_and_not_after() -> None:
    text = entry("2026-03-10", fingerprint=SEED_REMOVED.fingerprint)
    assert found(applied(text, SEED_REMOVED, today=date(2026, 3, 10))) == [("input.property.removed", "flux-dev", True)]
    late = applied(text, SEED_REMOVED, today=date(2026, 3, 11))
    assert found(late) == [("input.property.removed", "flux-dev", False), ("acknowledgement.expired", "", False)]
    assert late.changes[1].pointer == "/acknowledged/0"
    assert late.changes[1].severity is Severity.DANGEROUS


def test_a_change_that_two_entries_cover_needs_one_that_counts() -> None:
    text = entry("2026-03-01", rule="input.property.removed", model="*", pointer="*") + entry(
        fingerprint=SEED_REMOVED.fingerprint
    )
    assert found(applied(text, SEED_REMOVED)) == [
        ("input.property.removed", "flux-dev", True),
        ("acknowledgement.expired", "", False),
    ]


def test_an_entry_that_matches_nothing_is_a_finding() -> None:
    result = applied(entry(rule="model.removed", model="gone", pointer=""), SEED_REMOVED)
    assert found(result) == [("input.property.removed", "flux-dev", False), ("acknowledgement.unused", "", False)]
    assert "model.removed in models gone" in result.changes[1].message


def test_the_fingerprint_of_a_leftover_does_not_depend_on_its_position() -> None:
    text = entry(rule="model.removed", model="gone", pointer="")
    first = applied(text).changes[0]
    (moved,) = [item for item in applied(entry(fingerprint="0" * 12) + text).changes if "gone" in item.message]
    assert first.fingerprint == moved.fingerprint
    assert (first.pointer, moved.pointer) == ("/acknowledged/0", "/acknowledged/1")


def test_no_entry_changes_nothing() -> None:
    assert applied("", SEED_REMOVED) == report(SEED_REMOVED)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[acknowledged]", "not valid TOML"),
        ("\xff", "not valid TOML"),
        ("[[acknowledge]]\n", "unknown key 'acknowledge'"),
        ("acknowledged = 1", "acknowledged.toml: acknowledged)"),
        ("acknowledged = [1]", "acknowledged[0]"),
        (entry(fingerprint="3F9C0d52ab71"), "acknowledged[0].fingerprint"),
        (entry(fingerprint="3f9c"), "acknowledged[0].fingerprint"),
        (entry(fingerprint="0" * 12, rule="model.removed"), "not both"),
        (entry(rule="model.removed", model="x"), "acknowledged[0].pointer"),
        (entry(rule="model.removd", model="x", pointer=""), "unknown rule 'model.removd'"),
        (entry(fingerprint="0" * 12, until="x"), "unknown key 'until'"),
        (entry('"2026-03-10"', fingerprint="0" * 12), "acknowledged[0].expires"),
        (entry("2026-03-10T00:00:00Z", fingerprint="0" * 12), "acknowledged[0].expires"),
        (entry(fingerprint="0" * 12).replace("expires", "#"), "acknowledged[0].expires"),
        (entry(fingerprint="0" * 12).replace('"seen"', '" "'), "acknowledged[0].reason"),
        (entry(fingerprint="0" * 12) + entry(rule="x"), "acknowledged[1].model"),
    ],
)
def test_a_malformed_file_is_refused_with_file_and_key(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_acknowledgements(text.encode("latin-1"), where="specs/p/acknowledged.toml", rules=all_rules())
    assert words in str(caught.value)
    assert "specs/p/acknowledged.toml" in str(caught.value)


def test_renames_are_model_ids_and_parameter_pointers() -> None:
    text = """
        [models]
        "flux/dev" = "flux-1"
        [parameters."flux-1"]
        upscaling_factor = "upscale_factor"
        "a/b" = "ab"
    """
    assert read_renames(text.encode(), where="renames.toml") == {
        "flux/dev": "flux-1",
        "flux-1#/properties/upscaling_factor": "upscale_factor",
        "flux-1#/properties/a~1b": "ab",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[model]", "unknown key 'model'"),
        ("models = 1", "renames.toml: models"),
        ("[models]\na = 1", "renames.toml: models.a"),
        ('[models]\na = "a"', "renames.toml: models.a"),
        ('[parameters]\nm = "a"', "renames.toml: parameters.m"),
        ('[parameters.m]\na = ""', "renames.toml: parameters.m.a"),
        ("=", "not valid TOML"),
    ],
)
def test_malformed_renames_are_refused_with_file_and_key(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_renames(text.encode(), where="renames.toml")
    assert words in str(caught.value)
