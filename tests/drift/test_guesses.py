"""Guesses at new names: shown where one is clearly best, never more than a hint."""

from __future__ import annotations

from dataclasses import replace

from tests.drift.comparing import catalogue, changes_between, request

from schemaloom.drift.change import Change, Polarity, Severity
from schemaloom.drift.compare import compare
from schemaloom.snapshot.model import ModelDocument, Price

FACTOR = {"type": "number", "minimum": 1, "maximum": 8, "default": 2, "description": "How much larger"}


def removed(old: dict[str, object], new: dict[str, object]) -> Change:
    found = changes_between(request(**old), request(**new), Polarity.INPUT)
    return next(change for change in found if change.rule == "input.property.removed")


def test_a_parameter_with_another_name_is_guessed_and_stays_breaking() -> None:
    found = removed({"upscaling_factor": FACTOR}, {"upscale_factor": FACTOR})
    assert "; renamed? -> upscale_factor (0.96)" in found.message
    assert (Severity.BREAKING, "witness") == (found.severity, found.proof)


def test_two_equally_good_guesses_are_none() -> None:
    assert "renamed?" not in removed({"factor": FACTOR}, {"factor_x": FACTOR, "factor_y": FACTOR}).message


def test_another_name_with_another_type_is_no_guess() -> None:
    assert "renamed?" not in removed({"seed": {"type": "integer"}}, {"style": {"type": "string"}}).message
    assert "renamed?" not in removed({"seed": {"type": "integer"}}, {"num_steps": {"type": "integer"}}).message


def test_the_guess_is_no_part_of_the_fingerprint() -> None:
    guessed = removed({"upscaling_factor": FACTOR}, {"upscale_factor": FACTOR})
    plain = removed({"upscaling_factor": FACTOR}, {})
    assert guessed.fingerprint == plain.fingerprint
    assert 16 == len(plain.fingerprint)


def test_a_model_with_another_id_is_guessed() -> None:
    old = ModelDocument(
        id="flux-dev", name="Flux Dev", description="Fast images", input=request(f=FACTOR), price=Price(amount=1)
    )
    unrelated = ModelDocument(id="kling", name="Kling", description="Long films", input=request(d={"type": "string"}))
    report = compare(catalogue(old), catalogue(replace(old, id="flux-1-dev", name="Flux 1 Dev"), unrelated))
    (found,) = (change for change in report.changes if change.rule == "model.removed")
    assert "renamed? -> flux-1-dev" in found.message
    assert Severity.BREAKING is found.severity
