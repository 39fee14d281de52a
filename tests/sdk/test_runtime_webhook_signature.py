"""Signatures of callbacks, made here by the standard library: what is refused, and what is accepted."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import math
import time
from typing import Any

import httpx
import pytest
from sdk_sample import KEY, STUDIO, AsyncStudio, Painting, Studio
from sdk_servers import Answer

from runtime.core.errors import ConfigurationError, WebhookRefused
from runtime.core.profile import Signature, Webhook
from runtime.webhook_app import WebhookEndpoint

SCHEME = Signature(
    id="webhook-id", timestamp="webhook-timestamp", signature="webhook-signature", prefix="v1,", secret_prefix="whsec_"
)
SIGNED = STUDIO._replace(webhook=Webhook(signature=SCHEME))
RAW_KEY = b"\xfb\xff\xfe" * 8
SECRET = "whsec_" + base64.b64encode(RAW_KEY).decode()
BODY = json.dumps({"jobId": "job_1", "status": "processing", "note": "é"}, ensure_ascii=False)


class SignedStudio(Studio):
    profile = SIGNED


class AsyncSignedStudio(AsyncStudio):
    profile = SIGNED


def sign(body: bytes, timestamp: str, key: bytes = RAW_KEY) -> bytes:
    return hmac.new(key, b"msg_1." + timestamp.encode() + b"." + body, hashlib.sha256).digest()


def headers(body: bytes, *, timestamp: str | None = None, key: bytes = RAW_KEY) -> dict[str, str]:
    moment = str(int(time.time())) if timestamp is None else timestamp
    signature = "v1," + base64.b64encode(sign(body, moment, key)).decode()
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": moment, "Webhook-Signature": signature}


def parse(body: Any, sent: dict[str, str], **options: Any) -> Any:
    with SignedStudio(KEY) as client:
        return client.jobs.parse_webhook(body, sent, Painting, **{"secret": SECRET, **options})


@pytest.mark.parametrize("secret", ["whsec_", "whsec_====", "whsec_ ", "=", "whsec_A", "whsec_é"])
def test_a_secret_with_which_anyone_could_sign_is_refused(secret):
    sent = headers(BODY.encode(), key=b"")
    with pytest.raises(ConfigurationError, match="webhook secret is"):
        parse(BODY, sent, secret=secret)
    with pytest.raises(ConfigurationError, match="webhook secret is"):
        WebhookEndpoint(AsyncSignedStudio(KEY), secret=secret)


@pytest.mark.parametrize("body", [BODY, BODY.encode(), bytearray(BODY.encode()), memoryview(BODY.encode())])
def test_a_body_of_any_kind_is_verified(body):
    assert "job_1" == parse(body, headers(BODY.encode())).id


def test_a_string_that_is_not_utf8_is_refused():
    with pytest.raises(WebhookRefused, match="not UTF-8"):
        parse('{"jobId": "\ud800"}', headers(BODY.encode()))


def test_secret_and_signature_may_be_in_the_url_safe_alphabet_and_without_padding():
    secret = "whsec_" + base64.urlsafe_b64encode(RAW_KEY).decode().rstrip("=")
    assert "-" in secret
    sent = headers(BODY.encode())
    sent["Webhook-Signature"] = "v2,x v1,*** " + sent["Webhook-Signature"].translate({43: "-", 47: "_", 61: None})
    assert "job_1" == parse(BODY, sent, secret=secret).id


@pytest.mark.parametrize(
    "change",
    [
        {"Webhook-Signature": "v1," + base64.b64encode(bytes(32)).decode()},
        {"Webhook-Signature": ""},
        {"Webhook-Signature": "v1,"},
        {"Webhook-Signature": "v1,é"},
        {"Webhook-Id": "msg_2"},
        {"Webhook-Id": "\udcff"},
    ],
)
def test_a_wrong_signature_is_refused(change):
    with pytest.raises(WebhookRefused, match="signature is wrong"):
        parse(BODY, {**headers(BODY.encode()), **change})


@pytest.mark.parametrize("name", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_a_header_is_a_string_or_not_there(name):
    sent = headers(BODY.encode())
    with pytest.raises(WebhookRefused, match="the callback lacks"):
        parse(BODY, {**sent, name: None})
    for value in (sent[name].encode(), [sent[name]], 1):
        with pytest.raises(ConfigurationError, match=f"header {name.lower()} is a string"):
            parse(BODY, {**sent, name: value})


def test_a_secret_is_a_string():
    with pytest.raises(ConfigurationError, match="secret is a string"):
        parse(BODY, headers(BODY.encode()), secret=SECRET.encode())


@pytest.mark.parametrize("moment", ["9" * 5000, "1" * 16, "-1", "1e9", "٣", "", "0", " 1", "4102444800"])
def test_a_timestamp_that_is_not_now_is_refused_and_not_an_error_of_the_server(moment):
    sent = headers(BODY.encode(), timestamp=moment)
    with pytest.raises(WebhookRefused, match="timestamp"):
        parse(BODY, sent)
    assert 401 == post(BODY.encode(), sent)


@pytest.mark.parametrize("tolerance", [0, -1, math.inf, math.nan, "300", None])
def test_a_tolerance_is_a_positive_number_of_seconds(tolerance):
    with pytest.raises(ConfigurationError, match="tolerance is a number"):
        parse(BODY, headers(BODY.encode()), tolerance=tolerance)
    with pytest.raises(ConfigurationError, match="tolerance is a number"):
        WebhookEndpoint(AsyncSignedStudio(KEY), secret=SECRET, tolerance=tolerance)


def post(body: bytes, sent: dict[str, str]) -> int:
    """The endpoint's answer to a request whose body arrives in one piece."""
    started: list[int] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        started.append(message.get("status", 0))

    async def run() -> None:
        endpoint = WebhookEndpoint(AsyncSignedStudio(KEY), secret=SECRET)
        pairs = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in sent.items()]
        await endpoint({"type": "http", "method": "POST", "headers": pairs}, receive, send)

    asyncio.run(run())
    return started[0]


def test_limits_hold_for_a_body_in_one_piece():
    large = b'{"jobId": "job_1", "x": "' + b"x" * 1024 * 1024 + b'"}'
    assert 413 == post(large, headers(large))
    with pytest.raises(WebhookRefused, match="larger than 1048576 bytes"):
        parse(large, headers(large))
    assert 204 == post(BODY.encode(), headers(BODY.encode()))


def parse_by(scheme: Signature, sent: dict[str, str], body: str = BODY) -> Any:
    class Other(Studio):
        profile = STUDIO._replace(webhook=Webhook(signature=scheme))

    with Other(KEY) as client:
        return client.jobs.parse_webhook(body, sent, Painting, secret="whsec_a secret in words")


def test_a_signature_in_hex_has_a_key_in_characters():
    scheme = SCHEME._replace(prefix="v3,", encoding="hex", key="text")
    moment = str(int(time.time()))
    written = sign(BODY.encode(), moment, b"a secret in words").hex()
    sent = {"webhook-id": "msg_1", "webhook-timestamp": moment, "webhook-signature": f"v3,{written}"}
    assert "job_1" == parse_by(scheme, sent).id
    for wrong in ("v3,", f"v3,{written[:-2]}", f"v1,{written}", "v3,xyz"):
        with pytest.raises(WebhookRefused, match="signature is wrong"):
            parse_by(scheme, {**sent, "webhook-signature": wrong})


def test_a_body_may_be_signed_alone():
    scheme = Signature(signature="x-signature", signed="{body}", encoding="hex", key="text", secret_prefix="whsec_")
    written = hmac.new(b"a secret in words", BODY.encode(), hashlib.sha256).hexdigest()
    assert "job_1" == parse_by(scheme, {"X-Signature": written}).id
    with pytest.raises(WebhookRefused, match="signature is wrong"):
        parse_by(scheme, {"X-Signature": written}, body=BODY.replace("job_1", "job_2"))
    with pytest.raises(WebhookRefused, match="lacks x-signature"):
        parse_by(scheme, {})


def test_a_signed_callback_saves_the_request_for_its_result(api):
    api.on("POST", "/api/v1/models/flux-1.1/pro/run", Answer({"jobId": "job_1", "status": "pending"}, 202))
    done = json.dumps({"jobId": "job_1", "status": "completed", "output": {"images": ["https://f.example/1.png"]}})

    async def run() -> str:
        async with AsyncSignedStudio(KEY, base_url=f"{api.url}/api/v1") as client:
            endpoint = WebhookEndpoint(client, secret=SECRET)
            job = await client.submit(Painting(prompt="x"))
            async with httpx.AsyncClient(transport=httpx.ASGITransport(endpoint)) as caller:
                sent = headers(done.encode())
                assert 401 == (await caller.post("http://me/", content=b" " + done.encode(), headers=sent)).status_code
                assert 204 == (await caller.post("http://me/", content=done, headers=sent)).status_code
            return (await endpoint.result(job, timeout=20)).output.images[0].url

    assert "https://f.example/1.png" == asyncio.run(run())
    assert [] == api.requests("GET")
