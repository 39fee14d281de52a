"""A mistake in provider.toml is named in the file's own words, with the nearest key or value."""

from __future__ import annotations

import pytest

from schemaloom.errors import UsageError
from schemaloom.render.scaffold import presets
from schemaloom.settings.provider import parse_provider

FAL = presets()["fal"]


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ('next = "/next_cursor"', 'nxt = "/next_cursor"', "catalogue.list.nxt: unknown key; did you mean next?"),
        ('next = "/next_cursor"', "link = 3", "catalogue.list.link: expected true or false, got 3"),
        ('kind = "api"', 'kind = "apis"', "expected 'api' or 'documents', got 'apis'; did you mean api?"),
        ('IN_QUEUE = "queued"', 'IN_QUEUE = "queue"', "job.statuses.IN_QUEUE: expected .*; did you mean queued?"),
        ("codes = { 202", "codes = { 2xx", "job.codes.2xx: expected an integer, got '2xx'"),
        ("output.image =", "output.images =", "job.output.images: unknown key; did you mean image?"),
        ("fields = { name =", "fields = { title =", "catalogue.fields.title: unknown key; expected name, .* or sunset"),
        ("[webhook]", "[webhook]\nparam = 1", "webhook.param: unknown key; expected field, .* or signature"),
        (
            'code = ["/detail/0/type", "/error_type"]',
            'code = "/error"',
            'expected a list, got "/error"; write ."/error',
        ),
        ('value = ""', 'value = "a"', "job.value: 'a' has not the form .*, a pointer such as /data/0/id"),
        ('submit = { url = "/{id}" }', 'submit = { path = "/{id}" }', "submit.path: unknown key; expected method, url"),
        ('url = "/{id}" }', 'url = "/{id}", headers = { X = "{id}" } }', "headers.X may hold {uuid} alone, got id"),
    ],
)
def test_it_is_explained(right: str, wrong: str, sentence: str) -> None:
    assert right in FAL
    with pytest.raises(UsageError, match=sentence.replace("?", r"\?").replace("{", r"\{")) as caught:
        parse_provider(FAL.replace(right, wrong, 1).encode(), where="specs/fal/provider.toml")
    assert "specs/fal/provider.toml" in str(caught.value)
    assert not any(word in str(caught.value) for word in ("Input should", "_type)", "_parsing)", "[key]"))
