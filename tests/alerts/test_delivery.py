"""Messages over real connections: what arrives, how it is signed, and what is reported when it does not."""

from __future__ import annotations

import base64
import json
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as Receiving
from standardwebhooks import WebhookVerificationError
from tests.alerts.receiving import Received, Receiver

from schemaloom.alerts import webhook
from schemaloom.alerts.message import Line, Message, drift_message
from schemaloom.alerts.state_machine import Channel, Transition
from schemaloom.alerts.targets import read_targets
from schemaloom.errors import UsageError

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # a plugin of apprise imports it
SECRET = "a long random text"
ENVIRON = {webhook.SECRET: SECRET}
LINE = Line(
    transition=Transition.NEW,
    severity="breaking",
    rule="input.property.removed",
    text="Parameter seed was removed",
    models=("flux-dev", "wan/2.1"),
    detail='was accepted before, is refused now: {"seed": 1}',
)
MESSAGE = drift_message("pixel", Channel.BREAKING, [LINE])
DIGEST = drift_message("pixel", Channel.DIGEST, [LINE])


@dataclass(frozen=True)
class Delivery:
    """Whether a target accepted the message, and why others did not."""

    delivered: bool
    failures: tuple[str, ...]


def send(*targets: str, message: Message = MESSAGE) -> Delivery:
    wanted = [target for target in read_targets(targets, ENVIRON) if message.channel in target.channels]
    now = datetime.now(UTC)
    reasons = [(target.name, target.receiver.send(message, since=now, now=now)) for target in wanted]
    failures = tuple(f"{name}: {reason}" for name, reason in reasons if reason)
    return Delivery(delivered=len(failures) < len(wanted) or not wanted, failures=failures)


def is_genuine(request: Received, secret: str | bytes = SECRET.encode()) -> bool:
    """Whether the receivers' own library accepts the message."""
    try:
        Receiving(secret).verify(request.body, request.headers)
    except WebhookVerificationError:
        return False
    return True


def test_a_webhook_gets_signed_json(receiver: Receiver) -> None:
    assert send(f"webhook+http://{receiver.address}/hook?team=a") == Delivery(delivered=True, failures=())
    (request,) = receiver.requests
    assert request.path == "/hook?team=a"
    assert is_genuine(request)
    assert json.loads(request.body) == {
        "schema_version": 1,
        "kind": "drift",
        "provider": "pixel",
        "channel": "breaking",
        "title": "pixel: breaking drift (2 new)",
        "text": MESSAGE.body,
        "changes": [
            {
                "transition": "new",
                "severity": "breaking",
                "rule": "input.property.removed",
                "message": "Parameter seed was removed",
                "models": ["flux-dev", "wan/2.1"],
            }
        ],
    }


def test_a_forged_or_an_old_message_is_not_genuine(receiver: Receiver) -> None:
    send(f"webhook+http://{receiver.address}/")
    (request,) = receiver.requests
    forged = Received("/", request.headers, request.body.replace(b"seed", b"weed"))
    later = str(int(request.headers[webhook.TIMESTAMP_HEADER]) + 1)
    delayed = Received("/", {**request.headers, webhook.TIMESTAMP_HEADER: later}, request.body)
    assert is_genuine(request)
    assert not is_genuine(request, b"another secret")
    assert not is_genuine(forged)
    assert not is_genuine(delayed)
    target = read_targets([f"webhook+http://{receiver.address}/"], ENVIRON)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    target[0].receiver.send(MESSAGE, since=long_ago, now=long_ago)
    assert not is_genuine(receiver.requests[-1])


def test_a_secret_may_be_encoded_as_receivers_have_it(receiver: Receiver) -> None:
    secret = f"whsec_{base64.b64encode(b'24 bytes that are secret').decode()}"
    (target,) = read_targets([f"webhook+http://{receiver.address}/"], {webhook.SECRET: secret})
    now = datetime.now(UTC)
    target.receiver.send(MESSAGE, since=now, now=now)
    assert is_genuine(receiver.requests[-1], secret)
    with pytest.raises(UsageError, match="is not base64 after whsec_"):
        read_targets([f"webhook+http://{receiver.address}/"], {webhook.SECRET: "whsec_?"})


def test_a_message_has_the_same_id_whenever_it_is_sent_and_an_equal_one_on_that_day(receiver: Receiver) -> None:
    (target,) = read_targets([f"webhook+http://{receiver.address}/"], ENVIRON)
    first, later, next_day = (datetime(2026, 1, day, hour, tzinfo=UTC) for day, hour in ((1, 1), (1, 2), (2, 1)))
    for since, now in ((first, first), (first, next_day), (later, later), (next_day, next_day)):
        target.receiver.send(MESSAGE, since=since, now=now)
    one, again, equal, another = (request.headers[webhook.ID_HEADER] for request in receiver.requests[-4:])
    assert one == again == equal != another


def test_an_answer_that_drips_is_waited_for_no_longer_than_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT", 0.5)
    done = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not done.wait(0.05):
                connection.sendall(b"a")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=[server], daemon=True)
        thread.start()
        delivery = send(f"webhook+http://127.0.0.1:{server.getsockname()[1]}/")
        done.set()
        thread.join()
    assert delivery.failures == ("--notify, value 1 (webhook+http): no answer within 0.5 s",)


def test_a_service_gets_title_and_text(receiver: Receiver) -> None:
    assert send(f"json://{receiver.address}/hook").delivered
    (request,) = receiver.requests
    content = json.loads(request.body)
    assert (content["title"], content["type"]) == ("pixel: breaking drift (2 new)", "failure")
    assert content["message"].startswith("- breaking, new: Parameter seed was removed [input.property.removed] in flux")


def test_channels_part_what_is_urgent_from_the_rest(receiver: Receiver) -> None:
    hook = f"webhook+http://{receiver.address}"
    targets = (f"{hook}/both", f"breaking={hook}/urgent", f"digest={hook}/rest")
    send(*targets)
    send(*targets, message=DIGEST)
    assert [request.path for request in receiver.requests] == ["/both", "/urgent", "/both", "/rest"]


@pytest.mark.parametrize("kind", ["webhook+http", "json"])
@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_refusal_is_a_failure_and_redirects_lead_nowhere(receiver: Receiver, kind: str, status: int) -> None:
    receiver.answers = [status]
    delivery = send(f"{kind}://{receiver.address}/secret-token")
    if status == 302 and kind == "json":
        return  # whether a service may redirect is its own affair
    assert not delivery.delivered
    assert [request.path for request in receiver.requests] == ["/secret-token"]
    assert "secret-token" not in str(delivery)
    assert delivery.failures[0].startswith(f"--notify, value 1 ({kind}): ")


@pytest.mark.parametrize("kind", ["webhook+http", "webhook+https", "json"])
def test_a_refused_connection_is_a_failure(kind: str) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        delivery = send(f"{kind}://127.0.0.1:{reserved.getsockname()[1]}/secret-token")
    assert not delivery.delivered
    assert len(delivery.failures) == 1
    assert "secret-token" not in str(delivery)


def test_one_of_two_is_enough_and_the_other_is_named(receiver: Receiver) -> None:
    receiver.answers = [503]
    hook = f"webhook+http://{receiver.address}/"
    delivery = send(hook, hook)
    assert delivery == Delivery(delivered=True, failures=("--notify, value 1 (webhook+http): answered 503",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "not a URL (--notify, value 1)"),
        ("urgent=json://secret", "not a URL (--notify, value 1)"),
        (
            "nosuchservice://secret-token",
            "apprise supports no service with such a URL (--notify, value 1 (nosuchservice))",
        ),
        ("webhook+ftp://secret-token/", "not the address of a webhook"),
        ("webhook+https:///secret-token", "not the address of a webhook"),
        ("webhook+https://user:secret@host/", "not the address of a webhook"),
        ("webhook+https://host:99999/secret-token", "not the address of a webhook"),
        ("webhook+https://host/secret token", "not the address of a webhook"),
        ("webhook+https://host/\r\nsecret: token", "not the address of a webhook"),
    ],
)
def test_a_value_that_is_no_target_is_refused_and_not_repeated(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_targets([text], ENVIRON)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_webhook_needs_its_secret() -> None:
    with pytest.raises(UsageError, match=rf"{webhook.SECRET} is not set \(--notify, value 1 \(webhook\+https\)\)"):
        read_targets(["webhook+https://example.com/"], {})


def test_apprise_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match=r"pip install 'schemaloom\[alerts\]'"):
        read_targets(["json://example.com"], {})


def test_a_target_never_shows_its_url() -> None:
    targets = read_targets(["webhook+https://example.com/secret-token", "json://secret-token"], ENVIRON)
    assert "secret-token" not in repr(targets)
    assert SECRET not in repr(targets)
