"""The README of a package is read by people: it has a size that does not grow with the catalogue."""

from __future__ import annotations

import pytest
from tests.paths import ROOT

from schemaloom.render.model_files import ModelPart
from schemaloom.render.package import Edition, render_package
from schemaloom.settings.provider import load_provider


def part(number: int) -> ModelPart:
    return ModelPart(
        id=f"a-long/name-of-a-model/{number:05}",
        digest="0" * 64,
        module=f"a_long_name_of_a_model_{number:05}",
        cls=f"ALongNameOfAModel{number:05}",
        source=b"",
        entry="{}",
        price="2 credits per image",
        origin="fetched",
        snippet=None,
        example=b"",
        problems=(),
    )


@pytest.mark.parametrize(("models", "has_hint"), [(10, False), (3808, True)])
def test_a_readme_stays_below_20_kilobytes(models: int, has_hint: bool) -> None:
    provider = load_provider(ROOT / "specs" / "pixeldojo" / "provider.toml")
    parts = [part(number) for number in range(models)]
    edition = Edition(version="1.0.0", snapshot="0" * 64)
    readme = render_package(provider, parts, {}, edition, whole=False).files["README.md"]

    assert len(readme) < 20_000
    assert has_hint == (b" of 3808 models; `python -m pixeldojo_sdk models [WORD]` lists all." in readme)
    assert b"| `a-long/name-of-a-model/00000` |" in readme
