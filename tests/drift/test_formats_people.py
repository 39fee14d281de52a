"""Text, Markdown and HTML: what a person reads, and what untrusted text cannot do to it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from tests.drift.report_samples import HOSTILE, SEED_REMOVED, change, hostile, mixed, view

from schemaloom.drift.formats import markdown, text
from schemaloom.drift.formats.render import Format, render
from schemaloom.drift.message import name


class Page(HTMLParser):
    """Elements, attributes and text of a page, apart from code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.prose: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self._open.append(tag)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        self.text.append(data)
        if "code" not in self._open:
            self.prose.append(data)


def test_text_has_what_where_and_why() -> None:
    assert render(Format.TEXT, view(SEED_REMOVED)).splitlines() == [
        "pixel: 1 breaking, 0 dangerous, 0 safe, 0 info (next version: major)",
        "git:v1 → specs/pixel",
        "",
        "BREAKING",
        "  Parameter seed was removed  [input.property.removed]",
        "      flux-dev#/properties/seed",
        '      {"type": "integer"} → (none)',
        '      was accepted before, is refused now: {"prompt": "x", "seed": 1}',
        f"      fingerprint {SEED_REMOVED.fingerprint[:12]}",
    ]


def test_text_of_the_same_change_to_many_models_is_one_entry() -> None:
    text = render(Format.TEXT, view(*mixed()))
    assert text.count("Parameter fps: default changed from 30 to 24") == 1
    assert "12 models" in text


def test_text_has_colors_only_when_they_are_asked_for() -> None:
    plain = render(Format.TEXT, view(*mixed()))
    colored = render(Format.TEXT, view(*mixed()), color=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
    assert "\x1b[1;31m" in colored


def test_text_does_not_take_untrusted_brackets_for_markup() -> None:
    assert "[red]x[/red]" in render(Format.TEXT, view(*hostile()))


def test_an_output_finding_names_the_proof_in_its_own_direction() -> None:
    found = change("output.nullable.added", pointer="/properties/url", proof="witness", witness={"url": None})
    assert "may be received now, was not possible before" in render(Format.TEXT, view(found))


def test_hostile_text_makes_no_element_in_markdown() -> None:
    page = Page(MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").render(
        render(Format.MARKDOWN, view(*hostile()))
    ))  # fmt: skip
    allowed = {"h2", "h3", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"}
    assert set(page.tags) - allowed == set()


def test_hostile_text_mentions_no_user_and_links_nothing_in_markdown() -> None:
    """GitHub looks for neither mentions nor links in code."""
    page = Page(MarkdownIt("commonmark", {"html": True}).render(render(Format.MARKDOWN, view(*hostile()))))
    prose = "".join(page.prose)
    assert re.findall(r"[@#]\w|://|www\.", prose) == []
    assert "@octocat @org/team #12" in "".join(page.text)


def test_prose_in_markdown_keeps_no_character_that_acts() -> None:
    assert markdown.escaped("<b> & *x* [a](b) `c` @d #1 $e$ f|g\n") == (
        r"&lt;b&gt; &amp; \*x\* \[a\]\(b\) \`c\` @&#8203;d #&#8203;1 &#36;e&#36; f\|g\\n"
    )


def test_markdown_stays_below_its_limit_and_counts_the_rest() -> None:
    changes = [
        change("input.property.removed", f"model-{n}", f"/properties/p{n}", old={"description": "é" * 700})
        for n in range(400)
    ] + [change("model.added", f"new-{n}", "", markup=name(f"{n}" * 300)) for n in range(400)]
    text = render(Format.MARKDOWN, view(*changes))
    assert len(text.encode()) <= markdown.LARGEST
    shown = text.count("`input.property.removed`")
    assert 20 < shown < 400
    assert f"- breaking: {400 - shown} changes in {400 - shown} models, {400 - shown} groups" in text
    assert "- safe: 400 changes in 400 models, 1 group" in text


def test_markdown_lists_many_models_folded_and_within_bounds() -> None:
    changes = [change("model.removed", f"{n}-{'long' * 50}", "", markup="Model was removed") for n in range(500)]
    text = render(Format.MARKDOWN, view(*changes))
    assert "<details><summary>500 models</summary>" in text
    assert len(text) < 8_000


def test_markdown_shows_the_worst_when_not_all_fits() -> None:
    changes = [change("model.added", f"new-{n}", f"/properties/a{n}", markup=name("long " * 40)) for n in range(500)]
    text = render(Format.MARKDOWN, view(*changes, SEED_REMOVED))
    assert "Parameter `seed` was removed" in text
    assert "### Not shown" in text


def test_the_page_loads_and_runs_nothing() -> None:
    text = render(Format.HTML, view(*hostile()))
    page = Page(text)
    assert not {"script", "img", "link", "iframe", "a", "object", "svg"} & set(page.tags)
    assert not {name for name in page.attributes if name.startswith("on") or name in {"src", "href", "style"}}
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "@import" not in text


def test_the_page_shows_hostile_text_as_text() -> None:
    page = Page(render(Format.HTML, view(*hostile())))
    assert HOSTILE[0] in page.text


def test_the_page_has_before_after_and_witness() -> None:
    page = Page(render(Format.HTML, view(SEED_REMOVED)))
    text = "\n".join(page.text)
    assert page.tags.count("article") == 1
    assert ["before", '{\n  "type": "integer"\n}', "now", "nothing"] == [
        part for part in page.text if part in {"before", "now", "nothing", '{\n  "type": "integer"\n}'}
    ]
    assert "a payload that was accepted before, is refused now" in text
    assert '{\n  "prompt": "x",\n  "seed": 1\n}' in text


def test_the_page_is_balanced() -> None:
    text = render(Format.HTML, view(*mixed()))
    void = {"meta", "input", "br"}
    tags = [tag for tag in Page(text).tags if tag not in void]
    assert {tag: tags.count(tag) for tag in tags} == {tag: text.count(f"</{tag}>") for tag in tags}


@pytest.mark.parametrize(
    ("rule", "file"),
    [
        ("api.server-changed", "openapi.json"),
        ("input.bound.set", "openapi.json"),
        ("provider.auth-changed", "provider.toml"),
        ("contract.status-added", "contract.json"),
    ],
)
def test_a_change_of_no_model_names_the_file_that_its_pointer_leads_into(rule: str, file: str) -> None:
    shown = view(change(rule, model="", pointer="/a/b"))
    assert f"{file}#/a/b" in text.render(shown, color=False)
    assert f"`{file}` at `/a/b`" in markdown.render(shown)
