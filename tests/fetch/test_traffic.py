"""Manners on the wire: retries, pauses, redirects, pages, and where the key goes."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest
from starlette.requests import Request
from starlette.responses import Response

from schemaloom.errors import SourceError, UsageError

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

    report = folder.fetch(patience=dataclasses.replace(QUICK, whole=0.2, attempts=1))

    assert "no whole answer" in report.problems[0].message


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


def test_a_document_at_another_origin_is_read_without_the_key(folder: Folder, api: Api, other: Api) -> None:
    folder.configure(**{"https://acme.example/api/openapi": other.base.replace("/v1", "/openapi")})

    report = folder.fetch(environ={"ACME_API_KEY": KEY})

    assert report.problems == ()
    assert [sent.headers.get("authorization") for sent in other.sent] == [None]


class TestPages:
    PAGING = ', next = "/next"'

    def paged(self, api: Api, nexts: list[object]) -> None:
        items = list(api.items.values())

        def page(request: Request) -> Response:
            number = int(request.query_params.get("page", request.query_params.get("cursor", "0")))
            return reply({"models": items[number : number + 1], "next": nexts[number]}, request)

        api.faults["/api/v1/models"] = page

    @pytest.mark.parametrize("absolute", [True, False])
    def test_pages_are_read_to_the_end(self, folder: Folder, api: Api, absolute: bool) -> None:
        folder.configure(paging=self.PAGING)
        root = f"{api.base}/models" if absolute else ""
        self.paged(api, [f"{root}?page=1", f"{root}?page=2", None])

        report = folder.fetch()

        assert report.added == ("alpha", "beta", "owner/gamma")
        assert [sent.query for sent in api.sent if sent.path.endswith("/models")] == [
            "detailed=true",
            "page=1",
            "page=2",
        ]

    def test_a_next_url_spelt_for_the_real_api_is_asked_of_its_stand_in(self, folder: Folder, api: Api) -> None:
        folder.configure(paging=self.PAGING)
        root = "https://acme.example/api/v1/models"
        self.paged(api, [f"{root}?page=1", f"{root}?page=2", ""])

        assert len(folder.fetch().added) == 3

    def test_cursors_join_the_query(self, folder: Folder, api: Api) -> None:
        folder.configure(paging=f'{self.PAGING}, cursor = "cursor"')
        self.paged(api, ["1", 2, None])

        report = folder.fetch()

        assert len(report.added) == 3
        assert [sent.query for sent in api.sent if sent.path.endswith("/models")] == [
            "detailed=true",
            "detailed=true&cursor=1",
            "detailed=true&cursor=2",
        ]

    def test_a_list_of_several_pages_is_never_asked_conditionally(self, folder: Folder, api: Api) -> None:
        folder.configure(paging=self.PAGING)
        self.paged(api, ["?page=1", "?page=2", None])
        folder.fetch()
        before = folder.files()

        folder.fetch()

        assert [sent.headers.get("if-none-match") for sent in api.sent if sent.path.endswith("/models")] == [None] * 3
        assert folder.files() == before

    @pytest.mark.parametrize(
        ("nexts", "told"),
        [
            (["?page=1", "?page=0", None], "circle"),
            (["?page=1", "?page=1", None], "circle"),
            (["?page=1", "http://evil.example/models", None], "another origin"),
            (["?page=1", "file:///etc/passwd", None], "another origin"),
            (["?page=1", {"page": 2}, None], "not named by a URL"),
        ],
    )
    def test_a_list_that_cannot_be_followed_removes_nothing(
        self, folder: Folder, api: Api, nexts: list[object], told: str
    ) -> None:
        folder.fetch()
        folder.configure(paging=self.PAGING)
        self.paged(api, nexts)

        report = folder.fetch()

        assert told in report.problems[0].message
        assert report.removed == ()
        assert report.problems[-1].model == "owner/gamma"

    def test_a_page_that_fails_ends_the_run(self, folder: Folder, api: Api) -> None:
        folder.configure(paging=self.PAGING)
        api.faults["/api/v1/models"] = lambda request: (
            reply({"models": [api.items["alpha"]], "next": "?page=1"}, request)
            if not request.query_params.get("page")
            else Response(status_code=500)
        )

        with pytest.raises(SourceError, match="answered 500"):
            folder.fetch()


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
