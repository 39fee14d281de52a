"""The section of ``provider.toml`` about webhooks."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from schemaloom.settings.jobs import JobRequest
from schemaloom.settings.placeholders import placeholder_names
from schemaloom.settings.value_types import (
    FactName,
    HeaderName,
    JobState,
    Pointer,
    Route,
    Section,
)


class Signature(Section):
    """The signature of a webhook: HMAC-SHA256 of a string, with the key that follows `secret_prefix` in the secret; or
    Ed25519, with a key of the provider's key set. For HMAC, `schemaloom serve` prints the emulator's secret as the
    variable `<PREFIX>_WEBHOOK_SECRET`.
    """

    algorithm: Literal["hmac-sha256", "ed25519"] = "hmac-sha256"
    """The algorithm."""
    keys: Route | None = None
    """The route of the provider's public keys, a JSON Web Key Set. For Ed25519."""
    signature: HeaderName
    """Header with one or more signatures, separated by spaces."""
    id: HeaderName | None = None
    """Header with the message's id."""
    timestamp: HeaderName | None = None
    """Header with the time of sending, in seconds since 1970. Without it, an old webhook can be sent again."""
    headers: dict[FactName, HeaderName] = {}
    """Further headers that `signed` holds, by the name of their placeholder."""
    signed: str = "{id}.{timestamp}.{body}"
    """The signed string: headers, and `{body}` or `{sha256}`, the body's digest in hex."""
    encoding: Literal["base64", "hex"] = "base64"
    """How a signature is written."""
    key: Literal["base64", "text"] = "base64"
    """How the key is written: in base64, or as the characters themselves."""
    prefix: str = ""
    """Prefix of a signature of this kind."""
    secret_prefix: str = ""
    """Prefix of the key in the secret."""

    @model_validator(mode="after")
    def _check_signed(self) -> Self:
        for name, header in (("id", self.id), ("timestamp", self.timestamp)):
            if header is None and f"{{{name}}}" in self.signed:
                raise ValueError(f"signed holds {{{name}}}, so the key {name} must name its header")
        if unknown := sorted(placeholder_names(self.signed) - {"id", "timestamp", "body", "sha256", *self.headers}):
            raise ValueError(f"signed holds {{{unknown[0]}}}, which is no key of headers")
        if ("{body}" in self.signed) == ("{sha256}" in self.signed):
            raise ValueError("signed must hold either {body} or {sha256}")
        if (self.algorithm == "ed25519") != (self.keys is not None):
            raise ValueError("the algorithm ed25519 needs keys, the route of the key set, and no other has one")
        return self


class Webhook(Section):
    """The place where a caller asks for a webhook: the body, a header or a query parameter."""

    field: Pointer | None = None
    """The webhook's URL in the body."""
    header: HeaderName | None = None
    """The header that carries it."""
    query: str | None = None
    """The query parameter that carries it."""
    replay: JobRequest | None = None
    """The request that sends the webhook again."""
    statuses: dict[str, JobState] = {}
    """Statuses in a webhook, if they differ from `[job.statuses]`."""
    payload: Pointer | None = None
    """The result's document in a webhook, if the webhook is not the job document itself. The facts of `[job.fields]`
    are read beside it, or else in it."""
    signature: Signature | None = None
