"""The ordinary course: a first fetch, a second one, and what changes bring."""

from __future__ import annotations

import dataclasses

import pytest

from schemaloom.errors import Level, UsageError
from schemaloom.snapshot.layout import Snapshot
from schemaloom.snapshot.model import ModelDocument, Price
from schemaloom.snapshot.write_snapshot import write_snapshot

from .conftest import DAY, LATER, SCHEMA, Api, Folder


def test_the_first_fetch_stores_every_model_with_its_schema_facts_and_order(folder: Folder, api: Api) -> None:
    api.items["alpha"] |= {"capabilities": ["text-to-image"], "creditCost": {"amount": 3, "unit": "image"}}

    report = folder.fetch()

    assert report.added == ("alpha", "beta", "owner/gamma")
    assert report.problems == ()
    assert folder.snapshot().by_id()["alpha"] == ModelDocument(
        id="alpha",
        name="Alpha",
        modality="image",
        price=Price(amount=3, unit="image"),
        capabilities=("text-to-image",),
        input=SCHEMA,
        parameter_order=("prompt", "aspect_ratio", "count"),
        provenance="fetched",
    )
    assert folder.snapshot().openapi == api.openapi
    assert folder.lock()["updated"] == DAY.isoformat()
    assert folder.lock()["catalogue"]["url"] == "https://acme.example/api/v1/models?detailed=true"


def test_the_first_fetch_asks_each_thing_once(folder: Folder, api: Api) -> None:
    report = folder.fetch()

    assert sorted(api.paths()) == [
        "/api/openapi",
        "/api/v1/models",
        "/api/v1/models/alpha/schema",
        "/api/v1/models/beta/schema",
        "/api/v1/models/owner/gamma/schema",
    ]
    assert report.requests == 5


def test_a_second_fetch_is_answered_304_throughout_and_changes_no_byte(folder: Folder, api: Api) -> None:
    folder.fetch()
    before = folder.files()

    report = folder.fetch(today=LATER)

    assert api.statuses() == [304] * 5
    assert report.not_modified == 5
    assert report.unchanged == ("alpha", "beta", "owner/gamma")
    assert folder.files() == before


def test_a_server_without_etags_changes_no_byte_either(folder: Folder, api: Api) -> None:
    api.answer = _without_etags(api)  # type: ignore[method-assign]  # the server of this one test
    folder.fetch()
    before = folder.files()

    report = folder.fetch(today=LATER)

    assert (report.requests, report.not_modified, report.changed) == (5, 0, ())
    assert folder.files() == before


def test_new_etags_for_the_same_content_change_no_byte(folder: Folder, api: Api) -> None:
    folder.fetch()
    before = folder.files()
    # Volatile parts: the bodies and their ETags differ, what they say does not.
    for item in api.items.values():
        item["runCount"] = 17
    api.schemas["alpha"] = SCHEMA | {"$comment": "built on Monday"}

    folder.fetch(today=LATER)

    assert api.statuses().count(304) == 3
    assert folder.files() == before


def test_a_changed_price_a_new_model_and_a_removed_one_are_taken_over(folder: Folder, api: Api) -> None:
    folder.fetch()
    api.items["alpha"]["creditCost"] = {"default": 2.5}
    api.add("delta")
    del api.items["beta"]

    report = folder.fetch(today=LATER)

    assert (report.added, report.changed, report.missing) == (("delta",), ("alpha",), ("beta",))
    assert folder.fetch(today=LATER).removed == ("beta",)
    assert folder.snapshot().by_id()["alpha"].price == Price(amount=2.5)
    assert not (folder.path / "models" / "beta.json").exists()
    assert folder.lock()["updated"] == LATER.isoformat()
    assert list(folder.lock()["models"]) == ["alpha", "delta", "owner/gamma"]


def test_a_changed_schema_is_fetched_though_the_list_is_unchanged(folder: Folder, api: Api) -> None:
    folder.fetch()
    known = SCHEMA["properties"]
    api.schemas["beta"] = {**SCHEMA, "properties": {"zeta": {"type": "string"}, "alpha": {"type": "string"}, **known}}

    report = folder.fetch()

    assert report.changed == ("beta",)
    assert folder.snapshot().by_id()["beta"].parameter_order[:2] == ("zeta", "alpha")


def test_facts_that_the_api_does_not_state_are_kept_from_the_documents(folder: Folder, api: Api) -> None:
    known = ModelDocument(
        id="alpha",
        name="Old",
        description="From a page.",
        price=Price(amount=2, unit="image", by_resolution=(("1 MP", 2),)),
        documents=("https://acme.example/alpha.txt",),
        related=("beta",),
        capabilities=("LoRA",),
    )
    write_snapshot(folder.path, Snapshot(models=(known,)))

    folder.fetch()

    expected = dataclasses.replace(
        known,
        name="Alpha",
        modality="image",
        input=SCHEMA,
        parameter_order=("prompt", "aspect_ratio", "count"),
        provenance="fetched",
    )
    assert folder.snapshot().by_id()["alpha"] == expected


def test_a_unit_and_a_price_table_do_not_outlive_their_keys(folder: Folder, api: Api) -> None:
    api.items["alpha"]["creditCost"] = {"amount": 2, "unit": "image", "byResolution": {"1 MP": 3}}
    folder.fetch()
    assert Price(amount=2, unit="image", by_resolution=(("1 MP", 3),)) == folder.snapshot().by_id()["alpha"].price

    folder.configure(**{'unit = ["/creditCost/unit"]': "", 'by_resolution = ["/creditCost/byResolution"]': ""})
    report = folder.fetch()

    assert (["alpha"], Price(amount=2)) == ([*report.changed], folder.snapshot().by_id()["alpha"].price)


def test_an_old_price_table_does_not_outlive_its_price(folder: Folder, api: Api) -> None:
    known = ModelDocument(id="alpha", name="Old", price=Price(amount=1, unit="image", by_resolution=(("1 MP", 2),)))
    write_snapshot(folder.path, Snapshot(models=(known,)))

    folder.fetch()

    assert folder.snapshot().by_id()["alpha"].price == Price(amount=2, unit="image")


def test_a_model_without_a_published_schema_is_kept_and_noted(folder: Folder, api: Api) -> None:
    api.schemas["beta"] = None

    report = folder.fetch()

    assert folder.snapshot().by_id()["beta"].input is None
    assert [(problem.model, problem.level) for problem in report.problems] == [("beta", Level.NOTE)]


def test_the_place_that_had_the_schema_is_asked_first_the_next_time(folder: Folder, api: Api) -> None:
    from .conftest import reply

    api.schemas["alpha"] = None
    api.faults["/api/v1/models/alpha"] = lambda request: reply({"requestSchema": SCHEMA}, request)
    folder.fetch()
    assert folder.snapshot().by_id()["alpha"].input == SCHEMA

    folder.fetch()

    assert [path for path in api.paths() if "alpha" in path] == ["/api/v1/models/alpha"]
    assert set(api.statuses()) == {304}


def test_an_edited_model_file_is_fetched_anew(folder: Folder, api: Api) -> None:
    folder.fetch()
    good = folder.files()
    path = folder.path / "models" / "alpha.json"
    path.write_bytes(path.read_bytes().replace(b'"maximum": 4', b'"maximum": 9'))

    folder.fetch(today=DAY)

    assert folder.files() == good


def test_a_deleted_model_file_is_fetched_anew(folder: Folder, api: Api) -> None:
    folder.fetch()
    good = folder.files()
    (folder.path / "models" / "alpha.json").unlink()

    assert folder.fetch().added == ("alpha",)
    assert folder.files() == good


@pytest.mark.parametrize("damage", [b"{}", b'{"schema_version": 1, "models": [1], "catalogue": {"etag": "\\n"}}'])
def test_a_damaged_lock_costs_requests_and_nothing_else(folder: Folder, api: Api, damage: bytes) -> None:
    folder.fetch()
    good = folder.files()
    (folder.path / "lock.json").write_bytes(damage)

    assert folder.fetch().not_modified == 0
    assert folder.files() == good


def test_etags_of_one_server_are_not_sent_to_another(folder: Folder, api: Api, other: Api) -> None:
    folder.fetch()
    before = folder.files()

    folder.fetch(base_url=other.base)

    assert all("if-none-match" not in sent.headers for sent in other.sent)
    assert other.statuses() == [200] * 5
    assert folder.files() == before  # the same content and the same ETags: nothing moved


def test_the_openapi_document_does_not_name_the_server_in_its_place(folder: Folder, api: Api, other: Api) -> None:
    for server in (api, other):
        server.openapi = api.openapi | {"servers": [{"url": server.base}, {"url": "/relative"}, 7]}
    folder.fetch()
    before = folder.files()["openapi.json"]

    assert folder.fetch(base_url=other.base).changed == ()
    assert folder.files()["openapi.json"] == before
    assert folder.snapshot().openapi["servers"] == [{"url": "https://acme.example/api/v1"}, {"url": "/relative"}, 7]


def test_a_new_way_of_reading_the_list_reads_it_anew(folder: Folder, api: Api) -> None:
    folder.fetch()
    folder.configure(**{'description = ["/description"]': 'description = ["/modality"]'})

    report = folder.fetch()

    assert report.not_modified == 0
    assert report.changed == ("alpha", "beta", "owner/gamma")


def test_names_provider_file_and_foreign_files_stay(folder: Folder, api: Api) -> None:
    (folder.path / "names.json").write_bytes(b'{\n  "models": {}\n}\n')
    (folder.path / "acknowledged.toml").write_text("# mine")

    folder.fetch()

    assert folder.files()["names.json"] == b'{\n  "models": {}\n}\n'
    assert folder.files()["acknowledged.toml"] == b"# mine"
    assert "provider.toml" in folder.files()


def test_a_provider_of_documents_has_nothing_to_fetch(folder: Folder) -> None:
    folder.configure(**{'kind = "api"': 'kind = "documents"'})

    with pytest.raises(UsageError, match="publishes models in documents"):
        folder.fetch()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", "http://", "http://u:p@host/", "http://h/?q=1"])
def test_a_base_url_that_is_not_one_is_refused(folder: Folder, url: str) -> None:
    with pytest.raises(UsageError):
        folder.fetch(base_url=url)


def _without_etags(api: Api):
    from starlette.responses import Response

    original = api.answer

    def answer(request, raw):
        found = original(request, raw)
        return Response(found.body, found.status_code, media_type="application/json")

    return answer
