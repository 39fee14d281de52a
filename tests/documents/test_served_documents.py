"""Documents that the emulator writes from a snapshot are read back to the same snapshot."""

from __future__ import annotations

import dataclasses
from datetime import date

import httpx
import pytest
from tests.paths import SPECS

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.pipeline.fetch import fetch_snapshot
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import Snapshot, read_snapshot
from schemaloom.snapshot.model import ModelDocument, Price

DAY = date(2026, 2, 1)
PIXAZO = SPECS / "pixazo"


@pytest.fixture
def serve(request):
    def serve_(provider, snapshot):
        context = running_emulator(provider, snapshot, Options(rate_limit=0))
        emulator = context.__enter__()
        request.addfinalizer(lambda: context.__exit__(None, None, None))
        return emulator

    return serve_


@pytest.fixture
def pixazo():
    return load_provider(PIXAZO / "provider.toml")


def fetched(provider, emulator, old=None):
    return fetch_snapshot(provider, old or Snapshot(models=()), today=DAY, environ={}, base_url=emulator.base_url)


def test_fetch_parse_serve_fetch_is_a_fixed_point(serve, pixazo):
    committed = read_snapshot(PIXAZO)
    new, report = fetched(pixazo, serve(pixazo, committed))
    assert (committed.models, committed.contract) == (new.models, new.contract)
    assert ((), 1) == (report.problems, report.requests)


def test_fetching_what_is_known_changes_nothing(serve, pixazo):
    committed = read_snapshot(PIXAZO)
    new, report = fetched(pixazo, serve(pixazo, committed), committed)
    assert (committed, ()) == (new, report.changed)


def test_a_document_of_one_model_returns_with_its_price_and_capabilities(serve, pixazo):
    committed = read_snapshot(PIXAZO)
    model = dataclasses.replace(
        committed.models[0],
        name="Boogu Image",
        description="Draws <b>well</b> & *fast*.",
        capabilities=("Text to Image", "NSFW"),
        price=Price(amount=1.5, unit="image", by_resolution=(("1K", 1.5), ("2K", 3))),
    )
    served = dataclasses.replace(committed, models=(model,))
    new, report = fetched(pixazo, serve(pixazo, served))
    assert ((model,), ()) == (new.models, report.problems)


def test_documents_need_no_key_and_have_an_etag(serve, pixazo):
    emulator = serve(pixazo, read_snapshot(PIXAZO))
    answer = httpx.get(f"{emulator.base_url}/models/boogu-image.md")
    assert (200, "text/markdown; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    again = httpx.get(str(answer.url), headers={"if-none-match": answer.headers["etag"]})
    assert 304 == again.status_code
    assert 400 == httpx.get(f"{emulator.base_url}/models/nothing.md").status_code


def test_a_document_that_cannot_be_had_removes_nothing(serve, pixazo):
    committed = read_snapshot(PIXAZO)
    documents = pixazo.catalogue.documents.model_copy(update={"names": ("boogu-image", "gone")})
    catalogue = pixazo.catalogue.model_copy(update={"documents": documents})
    elsewhere = ModelDocument(id="zeta", name="Zeta")
    old = dataclasses.replace(committed, models=(*committed.models, elsewhere))
    emulator = serve(pixazo, committed)
    new, report = fetched(pixazo.model_copy(update={"catalogue": catalogue}), emulator, old)
    assert (old.models, ()) == (new.models, report.removed)
    assert any("'gone'" in problem.message for problem in report.problems)
