"""For every committed model: what the package estimates is what the emulator charges."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pixeldojo_sdk import PixelDojo, catalogue
from pixeldojo_sdk._runtime.models.request import to_wire
from pixeldojo_sdk.models.kling_reference_to_video import KlingReferenceToVideo
from tests.paths import SPECS

from schemaloom.emulator.options import Options
from schemaloom.emulator.pricing import cost, file_count, plain
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

sys.path.insert(0, str(Path(__file__).parent))

from committed_requests import CHECKS, MODELS, requests

PRICED = [model_id for model_id, model in MODELS.items() if model.price is not None]


@pytest.fixture(scope="module")
def client():
    with PixelDojo(api_key="demo-key") as opened:
        yield opened


@pytest.mark.parametrize("model_id", PRICED)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_estimate_is_the_charge_or_names_what_is_unknown(client, model_id, data):
    request = data.draw(requests(model_id))
    sent = json.loads(json.dumps(to_wire(request)))
    check, price = CHECKS[model_id], MODELS[model_id].price

    estimate = client.estimate(request)

    if estimate.cost is None:
        length_unknown = price.unit == "second" and "no parameter gives the seconds" in estimate.basis
        assert length_unknown or ("names no price at resolution" in estimate.basis and price.by_resolution)
    else:
        assert plain(cost(price, check, sent, file_count(check, sent))) == estimate.cost


def test_most_of_the_catalogue_can_be_estimated_from_the_prompt_alone(client):
    kinds = {model_id: catalogue[model_id].load() for model_id in PRICED}
    unknown = [model_id for model_id, kind in kinds.items() if client.estimate(kind.model_construct()).cost is None]
    assert ["kling-motion-control", "kling-motion-control-pro", "p-video-avatar", "seedance-1.5", "wan-2.6-flash"] == (
        unknown  # by the second, and their length is that of a film or a sound sent along
    )


def test_the_charge_on_the_wire_is_the_estimate():
    folder = SPECS / "pixeldojo"
    request = KlingReferenceToVideo(prompt="waves", duration=7)
    options = Options(rate_limit=0, job_seconds=0)
    with (
        running_emulator(load_provider(folder / "provider.toml"), read_snapshot(folder), options) as server,
        PixelDojo(api_key=server.api_key, base_url=server.base_url, max_credits=100) as client,
    ):
        job = client.submit(request)
        assert client.estimate(request).cost == job.cost == client.spent == 1000 - server.credits
