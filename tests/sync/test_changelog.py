"""What a release reports, whatever its provider calls things."""

from __future__ import annotations

from datetime import date

import pytest
from markdown_it import MarkdownIt
from tests.drift.report_samples import HOSTILE, change, report

from schemaloom.drift.change import Change
from schemaloom.drift.message import name
from schemaloom.release.changelog import LARGEST, changelog_entry, with_entry

DAY = date(2026, 2, 1)


def test_the_worst_comes_first_and_many_models_share_a_line() -> None:
    found = report(
        change("model.added", model="pen", pointer="", markup="Model pen was added", new="pen"),
        change("input.default.changed", model="m2", markup="Parameter seed: default changed", old=1, new=2),
        change("input.default.changed", model="m3", markup="Parameter seed: default changed", old=1, new=3),
        change("input.property.removed", model="brush", markup=f"Parameter {name('seed')} was removed", proof="witness",
               witness={"prompt": "x", "seed": 1}),
        change("output.property.removed", model="brush", pointer="/output/properties/url",
               markup="url is no longer returned", proof="witness", witness={}),
    )  # fmt: skip

    assert (
        changelog_entry("2.0.0", DAY, found, ["And a note."])
        == """\
## [2.0.0] - 2026-02-01

3 models changed, 1 breaks callers: `brush`; 1 model added.

### Removed

- `brush`:
  - **Breaking:** Parameter `seed` was removed. For example `{"prompt": "x", "seed": 1}` is refused now.
  - **Breaking:** url is no longer returned. For example `{}` may be received now, was not possible before.

### Changed

- `m2`: Parameter seed: default changed. `1` → `2`
- `m3`: Parameter seed: default changed. `1` → `3`
- And a note.

### Added

- Model pen was added.
"""
    )


def test_texts_and_orders_are_counted_and_not_listed() -> None:
    found = report(
        change("input.description.changed", "a", markup="Parameter x: description changed", old="A" * 500, new="B"),
        change("input.description.changed", "b", markup="Parameter x: description changed", old="A", new="B"),
        change("input.property.reordered", "b", "/parameter_order", old=["x"] * 99, new=["y"] * 99),
        change("input.deprecated.set", "b", markup="Parameter x is now deprecated"),
        change("api.operation-undeprecated", "", "/paths"),
    )
    assert changelog_entry("1.0.1", DAY, found).splitlines()[2:] == [
        "1 model changed, no caller breaks.",
        "",
        "### Changed",
        "",
        "- 4 changes of 2 models affect no call (2 descriptions, 1 order, 1 other): `schemaloom log pixel` lists them.",
        "",
        "### Deprecated",
        "",
        "- `b`: Parameter x is now deprecated.",
    ]


def test_changes_of_the_api_are_counted_apart_from_those_that_break_callers() -> None:
    required = change("api.parameter-required", "", "/paths/~1jobs/get", markup="`GET /jobs`: `since` is required")
    relaxed = change("api.security-relaxed", "", "/security", markup="The API: a key is enough")

    def summary(*changes: Change) -> str:
        return changelog_entry("1.0.1", DAY, report(*changes)).splitlines()[2]

    assert summary(relaxed) == "1 change of the API itself."
    assert summary(required) == "1 change of the API itself, breaking."
    assert summary(required, relaxed) == "2 changes of the API itself, 1 of them breaking."


def test_an_entry_has_a_bounded_size_and_keeps_the_worst() -> None:
    text = "é" * 300
    found = report(
        *(change("input.default.changed", f"model-{n}", markup=f"Default changed {name(text)}", old=n, new=n + 1)
          for n in range(2_000)),
        *(change("model.removed", f"{n}-{'long' * 20}", "", markup="Model was removed") for n in range(3_000)),
        change("input.property.removed", "brush", markup=f"Parameter {name('seed')} was removed"),
    )  # fmt: skip
    entry = changelog_entry("2.0.0", DAY, found)
    assert 40_000 < len(entry.encode()) <= LARGEST
    assert "- **Breaking:** `brush`: Parameter `seed` was removed." in entry
    assert "and 2800 more" in entry
    shown = entry.count("Default changed")
    assert f"- {2_000 - shown} more changes of {2_000 - shown} models ({2_000 - shown} dangerous)" in entry


def test_what_became_known_in_many_models_is_one_hint() -> None:
    rule = {"rule": "schema.published", "pointer": "/input", "old": False, "new": True}
    found = report(*(change(model=name, markup="The parameters were published", **rule) for name in "ab"))

    assert "The parameters were published in 2 models: `a`, `b`.\n" in changelog_entry("2.0.0", DAY, found)


def test_acknowledgements_are_no_changes() -> None:
    assert "### " not in changelog_entry("1.0.1", DAY, report(change("acknowledgement.unused", model="")))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_untrusted_text_adds_structure(text: str) -> None:
    found = report(
        change("model.added", model=text, pointer="", markup=name(text), new=text),
        change("input.default.changed", model=text, markup=name(text), old=text, new=text + "."),
        change("input.property.removed", model=text, markup=name(text), proof="witness", witness={text: text}),
    )

    tokens = MarkdownIt("commonmark").parse(changelog_entry("1.0.0", DAY, found))

    kinds = [token.type for token in tokens if token.level == 0 and token.nesting != -1]
    assert ["heading_open", "inline"] == [token.type for token in tokens[:2]]
    assert {"heading_open", "paragraph_open", "bullet_list_open"} >= set(kinds) - {"inline"}
    inner = {child.type for token in tokens for child in token.children or []}
    assert inner <= {"text", "code_inline", "strong_open", "strong_close", "softbreak", "html_inline", "text_special"}
    assert not any(token.type in {"html_block", "fence"} for token in tokens)


@pytest.mark.parametrize(("before", "after"), [
    ("# Changelog\n\nIntro.\n\n## [1.0.0] - 2026-01-01\n\n- old\n",
     "# Changelog\n\nIntro.\n\n## [1.0.1]\n\n- new\n\n## [1.0.0] - 2026-01-01\n\n- old\n"),
    ("# Changelog\n\n## [Unreleased]\n\n- mine\n\n## 0.1.0\n\n- old\n",
     "# Changelog\n\n## [Unreleased]\n\n- mine\n\n## [1.0.1]\n\n- new\n\n## 0.1.0\n\n- old\n"),
    ("# Changelog\n", "# Changelog\n\n## [1.0.1]\n\n- new\n"),
])  # fmt: skip
def test_a_new_entry_is_above_the_newest_and_leaves_the_rest(before: str, after: str) -> None:
    assert after == with_entry(before, "## [1.0.1]\n\n- new\n")
