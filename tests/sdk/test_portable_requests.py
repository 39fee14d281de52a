"""Requests and jobs in other processes: by pickle, by JSON, by id, on a pool and on Dask."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixeldojo_sdk import catalogue
from pixeldojo_sdk._runtime.models.request import to_wire
from tests.paths import GENERATED, SPECS

from schemaloom.emulator.options import Options
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

sys.path.insert(0, str(Path(__file__).parent))

from committed_requests import requests

EXAMPLES = Path(__file__).parent / "examples"


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_request_of_any_model_survives_pickle_and_json(data):
    request = data.draw(st.sampled_from(sorted(catalogue)).flatmap(requests))
    text = request.model_dump_json(by_alias=True, exclude_unset=True)

    for again in (pickle.loads(pickle.dumps(request)), type(request).model_validate_json(text)):
        assert request == again
        assert to_wire(request) == to_wire(again)
    assert json.loads(text) == to_wire(request)


@pytest.mark.parametrize(("example", "jobs"), [("process_pool", 4), ("dask_workers", 2)])
def test_a_fleet_runs_on_the_engine_its_owner_has(example, jobs, tmp_path):
    folder = SPECS / "pixeldojo"
    options = Options(rate_limit=0, job_seconds=0.02)
    with running_emulator(load_provider(folder / "provider.toml"), read_snapshot(folder), options) as server:
        environment = {
            **os.environ,
            "PYTHONPATH": str(GENERATED / "pixeldojo-sdk" / "src"),
            "PIXELDOJO_API_KEY": server.api_key,
            "PIXELDOJO_BASE_URL": server.base_url,
        }
        command = [sys.executable, EXAMPLES / f"{example}.py", tmp_path]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        submitted = len(server.log.of("submit"))

    assert (0, "") == (done.returncode, done.stderr)
    assert jobs == submitted == len(done.stdout.split())
    assert sorted(done.stdout.split()) == sorted(str(path) for path in tmp_path.iterdir())
