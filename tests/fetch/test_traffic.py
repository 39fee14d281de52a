"""Manners on the wire: retries, pauses, redirects, pages, and where the key goes."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from starlette.requests import Request
from starlette.responses import Response

from schemaloom.errors import SourceError, UsageError
from schemaloom.sources.http.client import FetchLimits

from .conftest import QUICK, Api, Folder, reply

KEY = "pd_secret"


def failing(times: int, status: int, **headers: str):
    left = [times]

    def answer(_: Request) -> Response | None:
        left[0] -= 1
        return Response(status_code=status, headers=headers) if left[0] >= 0 else None

    return answer


def test_a_burst_of_server_errors_is_ridden_out(folder: Folder, api: Api) -> None:
    api.faults["/api/v1/models"] = failing(2, 503)
    api.faults["/api/v1/models/alpha/schema"] = failing(2, 500)

    report = folder.fetch()

    assert report.problems == ()
    assert report.requests == 9


def test_tries_are_bounded(folder: Folder, api: Api) -> None:
    api.faults["/api/v1/models/alpha/schema"] = failing(99, 502)

    folder.fetch()

    assert api.paths().count("/api/v1/models/alpha/schema") == QUICK.attempts


def test_models_that_wait_to_be_tried_again_hold_back_no_other(folder: Folder, api: Api) -> None:
    for number in range(FetchLimits().concurrency + 2):
        api.add(f"a{number}")  # first in the order of reading
        api.faults[f"/api/v1/models/a{number}/schema"] = failing(1, 503)

    folder.fetch(patience=FetchLimits(first_wait=1.0))

    asked = [path for path in api.paths() if path.endswith("/schema")]
    assert len(set(asked[: len(api.items)])) == len(api.items)


def test_retry_after_holds_back_every_request(folder: Folder, api: Api) -> None:
    seen: list[float] = []
    refuse = failing(1, 429, **{"retry-after": "1"})

    def schema(request: Request) -> Response | None:
        seen.append(time.monotonic())
        return refuse(request)

    for model in api.items:
        api.faults[f"/api/v1/models/{model}/schema"] = schema

    report = folder.fetch(rate=6000)  # a pace, so that not all are sent before the refusal arrives

    assert report.problems == ()
    assert len(seen) == 4
    assert [later - seen[0] >= 0.95 for later in seen[-1:]] == [True]


def test_being_refused_more_often_than_errors_may_happen_is_no_failure(folder: Folder, api: Api) -> None:
    api.faults["/api/v1/models"] = failing(8, 429, **{"retry-after": "0"})

    assert folder.fetch().problems == ()


@pytest.mark.parametrize("kind", ["seconds", "date"])
def test_a_pause_longer_than_anyone_waits_ends_the_run_at_once(folder: Folder, api: Api, kind: str) -> None:
    header = "3600" if kind == "seconds" else formatdate(time.time() + 3600, usegmt=True)
    api.faults["/api/v1/models/beta/schema"] = failing(99, 429, **{"retry-after": header})

    with pytest.raises(SourceError, match=r"asks to wait 3[56]"):  # and not after an hour
        folder.fetch()

    assert folder.files().keys() == {"provider.toml"}


def test_silence_is_a_timeout(folder: Folder, api: Api) -> None:
    import asyncio

    class Late(Response):
        async def __call__(self, scope, receive, send) -> None:
            await asyncio.sleep(0.4)
            await super().__call__(scope, receive, send)

    api.faults["/api/v1/models/alpha/schema"] = lambda _: Late(b"{}")

    import dataclasses

    report = folder.fetch(patience=dataclasses.replace(QUICK, silence=0.1, attempts=2))

    assert [problem.model for problem in report.problems] == ["alpha"]
    assert "no answer" in report.problems[0].message


def test_an_answer_that_drips_for_ever_is_cut_off(folder: Folder, api: Api) -> None:
    import asyncio
    import dataclasses

    class Drip(Response):
        async def __call__(self, scope, receive, send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(20_000):  # which takes longer than any test may
                await send({"type": "http.response.body", "body": b" ", "more_body": True})
                await asyncio.sleep(0.02)

    api.faults["/api/v1/models/alpha/schema"] = lambda _: Drip()

    report = folder.fetch(patience=dataclasses.replace(QUICK, whole=0.2))

    assert "no whole answer" in report.problems[0].message
    assert 1 == sum(sent.path == "/api/v1/models/alpha/schema" for sent in api.sent)  # not asked for again


def test_the_key_goes_to_the_api_that_is_asked(folder: Folder, api: Api) -> None:
    folder.fetch(environ={"ACME_API_KEY": f" {KEY}\n"})

    assert {sent.headers.get("authorization") for sent in api.sent} == {f"Bearer {KEY}"}


def test_without_a_key_none_is_sent(folder: Folder, api: Api) -> None:
    folder.fetch(environ={"OTHER_API_KEY": KEY})

    assert {sent.headers.get("authorization") for sent in api.sent} == {None}


def test_a_key_that_is_no_header_value_is_refused_without_being_shown(folder: Folder) -> None:
    with pytest.raises(UsageError, match="ACME_API_KEY") as raised:
        folder.fetch(environ={"ACME_API_KEY": "pd_se\ncret"})

    assert "cret" not in str(raised.value)


def test_a_redirect_to_another_origin_is_not_followed_and_the_key_stays_home(
    folder: Folder, api: Api, other: Api
) -> None:
    api.faults["/api/v1/models/alpha/schema"] = lambda _: Response(
        status_code=307, headers={"location": f"{other.base}/models/alpha/schema"}
    )

    report = folder.fetch(environ={"ACME_API_KEY": KEY})

    assert other.sent == []
    assert [problem.model for problem in report.problems] == ["alpha"]
    assert "another origin" in report.problems[0].message
    assert KEY not in repr(report)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "//evil.example/x", "gopher://x", "http://[::1"])
def test_a_redirect_to_nowhere_good_is_not_followed(folder: Folder, api: Api, location: str) -> None:
    api.faults["/api/v1/models/alpha/schema"] = lambda _: Response(status_code=302, headers={"location": location})

    assert [problem.model for problem in folder.fetch().problems] == ["alpha"]


def test_a_redirect_within_the_origin_is_followed_but_not_for_ever(folder: Folder, api: Api) -> None:
    api.faults["/api/v1/models/alpha/schema"] = lambda _: Response(
        status_code=308, headers={"location": "/api/v1/models/beta/schema"}
    )
    api.faults["/api/v1/models/owner/gamma/schema"] = lambda _: Response(status_code=302, headers={"location": "?"})

    report = folder.fetch()

    assert folder.snapshot().by_id()["alpha"].input is not None
    assert [problem.model for problem in report.problems] == ["owner/gamma"]


def test_an_error_at_a_url_of_any_length_stays_readable(folder: Folder, api: Api) -> None:
    api.faults["/api/v1/models"] = lambda _: Response(status_code=307, headers={"location": f"/{'a' * 5_000}"})

    with pytest.raises(SourceError, match="there is no model list") as raised:
        folder.fetch()

    assert "aaa…); check catalogue.list in provider.toml" in str(raised.value)
    assert len(str(raised.value)) < 2_000


class TestOrigins:
    @pytest.mark.parametrize(("declared", "sent"), [(False, None), (True, f"Bearer {KEY}")])
    def test_the_key_is_sent_to_declared_origins_alone(
        self, folder: Folder, api: Api, other: Api, declared: bool, sent: str | None
    ) -> None:
        origins = f'requests_per_minute = 60\norigins = ["{other.base}"]' if declared else "requests_per_minute = 60"
        own = {"https://acme.example/api/openapi": other.base.replace("/v1", "/openapi")}
        folder.configure(**own, **{"https://acme.example/api/v1": api.base, "requests_per_minute = 60": origins})

        report = folder.fetch(environ={"ACME_API_KEY": KEY}, base_url=None)

        assert report.problems == ()
        assert [request.headers.get("authorization") for request in other.sent] == [sent]

    def test_another_base_url_replaces_every_origin_of_the_description(
        self, folder: Folder, api: Api, other: Api
    ) -> None:
        folder.configure(**{"https://acme.example/api/openapi": other.base.replace("/v1", "/openapi")})

        report = folder.fetch(environ={"ACME_API_KEY": KEY})

        assert report.problems == ()
        assert [] == other.sent
        assert "/api/openapi" in [sent.path for sent in api.sent]

    def test_a_list_continues_at_a_declared_origin(self, folder: Folder, api: Api, other: Api) -> None:
        origins = f'requests_per_minute = 60\norigins = ["{other.base}"]'
        own = {"https://acme.example/api/v1": api.base, "requests_per_minute = 60": origins}
        folder.configure(paging=', next = "/next"', **own)
        items = list(api.items.values())
        api.faults["/api/v1/models"] = lambda request: reply(
            {"models": items[:1], "next": f"{other.base}/models"}, request
        )

        report = folder.fetch(base_url=None)

        assert 3 == len(report.added)


def test_include_and_exclude_decide_which_models_are_read(folder: Folder, api: Api) -> None:
    folder.configure(**{'kind = "api"': 'kind = "api"\ninclude = ["owner/*", "a*"]\nexclude = ["alpha"]'})

    report = folder.fetch()

    assert ("owner/gamma",) == report.added
    assert [] == [sent.path for sent in api.sent if "alpha" in sent.path or "beta" in sent.path]


class TestFacts:
    FACTS = 'kind = "api"\nfacts = { version = "/latest/id", rank = "/rank" }'

    def configured(self, folder: Folder, api: Api) -> None:
        for number, item in enumerate(api.items.values()):
            item.update(latest={"id": f"v{number}"}, rank=number)
        schemas = {'path = "/models/{id}/schema"': 'path = "/models/{id}/schema?version={version}"'}
        folder.configure(**{'kind = "api"': self.FACTS}, **schemas)

    def test_they_are_kept_and_fill_routes(self, folder: Folder, api: Api) -> None:
        self.configured(folder, api)

        folder.fetch()

        assert {"version": "v2", "rank": "2"} == folder.snapshot().by_id()["owner/gamma"].facts
        asked = {sent.query for sent in api.sent if sent.path.endswith("/schema")}
        assert {"version=v0", "version=v1", "version=v2"} == asked

    def test_a_changed_one_changes_the_model(self, folder: Folder, api: Api) -> None:
        self.configured(folder, api)
        folder.fetch()
        api.items["alpha"]["latest"] = {"id": "v9"}
        api.items["beta"]["latest"] = None

        report = folder.fetch()

        assert ("alpha", "beta") == report.changed
        assert {"rank": "1"} == folder.snapshot().by_id()["beta"].facts


HOSTILE = [
    "../../x",
    "..",
    ".",
    "/etc/passwd",
    "a//b",
    "C:\\x",
    "con",
    "NUL.txt",
    "x" * 300,
    "模型/ü",
    "a\nb",
    "a\x00b",
    "'\"; DROP",
    "%2e%2e%2f",
    "Case",
    "case",
    "?query",
    "#fragment",
    "a b",
    "\ud800",
    "~",
    "-rf",
]


def test_hostile_ids_stay_inside_the_folder_and_are_asked_for_by_themselves(folder: Folder, api: Api) -> None:
    api.items.clear()
    for model in HOSTILE:
        api.add(model, {"type": "object", "properties": {"own": {"const": model}}})

    report = folder.fetch()

    stored = folder.snapshot().by_id()
    assert set(stored) == {*HOSTILE, "\ufffd"} - {"\ud800"}
    assert {path.parent for path in folder.path.parent.parent.rglob("*.json")} == {
        folder.path,
        folder.path / "models",
    }
    assert {path.split("/")[3] for path in api.paths() if path.startswith("/api/v1/")} == {"models"}
    for model, document in stored.items():
        if document.input is not None:
            assert document.input["properties"] == {"own": {"const": model}}
    assert {model for model, document in stored.items() if document.input is None} == {"\ufffd"}
    assert {problem.model for problem in report.problems} == {
        "\ufffd"
    }  # half a character: no such model can be asked for
