"""A description whose routes and numbers cannot work is refused before anything is generated from it."""

from __future__ import annotations

import pytest
from tests.paths import SPECS

from schemaloom.errors import UsageError
from schemaloom.settings.provider import parse_provider

WORKING = (SPECS / "pixeldojo" / "provider.toml").read_text()


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('url = "/models/{id}/run"', 'url = "/models/{model}/run"', "submit.url: "),
        ('url = "/models/{id}/run"', 'url = "/models/run"', "submit.url: "),
        ('url = "/jobs/{job_id}"', 'url = "/jobs/{id}"', "job.url: "),
        ('replay = "/jobs/{job_id}/webhook"', 'replay = "/jobs/webhook"', "webhook.replay: "),
        ('path = "/models/{id}/schema"', 'path = "/models/{model_id}/schema"', "catalogue.schemas.0.path: "),
        ("poll_seconds = [2.0, 30.0]", "poll_seconds = [2.0, 0.0]", "api.poll_seconds.1: "),
        ("poll_seconds = [2.0, 30.0]", "poll_seconds = [nan, 30.0]", "api.poll_seconds.0: "),
        ("poll_seconds = [2.0, 30.0]", "poll_seconds = [30.0, 2.0]", "api.poll_seconds: "),
        ("pixeldojo.ai/api/v1", "pixeldojo.ai:99999/api/v1", "api.base_url: "),
        ("pixeldojo.ai/api/v1", "me:secret@pixeldojo.ai/api/v1", "api.base_url: "),
        ("pixeldojo.ai/api/v1", "pixeldojo.ai/api/v1?key=1", "api.base_url: "),
        ('prefix = "Bearer "', r'prefix = "Bearer\r\nX: y"', "api.auth.prefix: "),
        ('status = ["/status"]', "status = []", "job.fields.status: "),
        ("accepted = [200, 202]", "accepted = []", "submit.accepted: "),
        ('distribution = "pixeldojo-sdk"', 'distribution = "pixeldojo-"', "package.distribution: "),
    ],
)
def test_what_cannot_work_is_refused(right: str, wrong: str, place: str) -> None:
    assert right in WORKING

    with pytest.raises(UsageError, match=place):
        parse_provider(WORKING.replace(right, wrong, 1).encode(), where="provider.toml")
