"""A list of several pages: by URL, by number and by cursor, to its end or not at all."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.responses import Response

from schemaloom.errors import SourceError

from .conftest import Api, Folder, reply


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

    def test_a_next_url_of_the_real_api_is_asked_of_the_server_in_its_place(self, folder: Folder, api: Api) -> None:
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
        ("nexts", "message"),
        [
            (["?page=1", "?page=0", None], "circle"),
            (["?page=1", "?page=1", None], "circle"),
            (["?page=1", "http://evil.example/models", None], "undeclared origin"),
            (["?page=1", "file:///etc/passwd", None], "undeclared origin"),
            (["?page=1", {"page": 2}, None], "names no URL"),
        ],
    )
    def test_a_list_that_breaks_off_is_an_unhealthy_source(
        self, folder: Folder, api: Api, nexts: list[object], message: str
    ) -> None:
        folder.fetch()
        before = folder.files()
        folder.configure(paging=self.PAGING)
        self.paged(api, nexts)

        with pytest.raises(SourceError, match=message):
            folder.fetch()
        assert {**before, "provider.toml": b""} == {**folder.files(), "provider.toml": b""}

    def test_a_page_that_fails_ends_the_run(self, folder: Folder, api: Api) -> None:
        folder.configure(paging=self.PAGING)
        api.faults["/api/v1/models"] = lambda request: (
            reply({"models": [api.items["alpha"]], "next": "?page=1"}, request)
            if not request.query_params.get("page")
            else Response(status_code=500)
        )

        with pytest.raises(SourceError, match="answered 500"):
            folder.fetch()
