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
        ('next = "/next_cursor"', "link = 1", "catalogue.list.link: expected true or false, got 1"),
        ("poll_seconds = [0.5", 'requests_per_minute = "60"\npoll_seconds = [0.5', "expected an integer, got '60'"),
        ("poll_seconds = [0.5", "requests_per_minute = 0\npoll_seconds = [0.5", "expected a number above 0, got 0"),
        ("[upload]", "max_bytes = 1\n[upload]", "job.max_bytes: unknown key; did you mean upload.max_bytes?"),
        ("base_url =", "url =", "api.url: unknown key; did you mean base_url?"),
        ("fields.id =", "fields.job_id =", "job.fields.job_id: unknown key; did you mean id?"),
        ("poll_seconds = [0.5, 10.0]", "poll_seconds = [0.5]", "api.poll_seconds: expected more values, got 1"),
        ('id = "/endpoint_id"', 'id = ["/a", "/b", "/c"]', "catalogue.list.id: expected at most 2, got 3"),
        ('name = "fal"', 'name = "Fal"', "name: 'Fal' has not the form .*, lower-case letters, digits and -"),
        ('COMPLETED = "succeeded"', 'COMPLETED = "running"', "job.statuses: expected a status that means succeeded"),
        ('result = "/{id[:2]}', 'result = "/${id[:2]}', "job.result: a placeholder has no $: write {name}"),
        ('result = "/{id[:2]}', 'result = "/{id[:2]', "job.result: { in .* is no part of a placeholder; write {{"),
        ('url = "/{id}" }', 'url = "/{id}", body = { x = 1 } }', 'submit.body: expected "{input}", the parameters'),
        (
            'url = "/{id}" }',
            'url = "/{id}", input = "/x", body = { x = "{input}" } }',
            "submit: body takes the place of input",
        ),
        (
            'result = "/',
            'result = "https://other.example/',
            "job.result: .*, and https://other.example is not in api.o",
        ),
        ('prefix = "Key "', 'query = "key"', "api.auth: header and query are two places for the key"),
        ("[catalogue.list]", "[catalogue.lists]", "catalogue.lists: unknown key; did you mean list?"),
        ('answer = "list"', 'answer = "openapi"', "catalogue: carried .* needs openapi, the URL of that document"),
        ('submit = { url = "/{id}" }', 'submit = { path = "/{id}" }', "submit.path: unknown key; expected method, url"),
        ('url = "/{id}" }', 'url = "/{id}", headers = { X = "{id}" } }', "headers.X may hold {uuid} alone, got id"),
    ],
)
def test_it_is_explained(right: str, wrong: str, sentence: str) -> None:
    assert right in FAL
    with pytest.raises(UsageError, match=sentence.translate({ord(sign): rf"\{sign}" for sign in "?{$"})) as caught:
        parse_provider(FAL.replace(right, wrong, 1).encode(), where="specs/fal/provider.toml")
    assert "specs/fal/provider.toml" in str(caught.value)
    assert not any(
        word in str(caught.value) for word in ("Input should", "_type)", "_parsing)", "[key]", "constrained")
    )


def test_other_encodings_are_named() -> None:
    assert "fal" == parse_provider(b"\xef\xbb\xbf" + FAL.encode(), where="specs/fal/provider.toml").name
    with pytest.raises(UsageError, match="not UTF-8: byte 0 is 0xff"):
        parse_provider(b"\xff" + FAL.encode(), where="specs/fal/provider.toml")
