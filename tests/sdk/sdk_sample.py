"""Two hand-written providers of the two documented kinds, and a request class for each."""

from __future__ import annotations

from typing import ClassVar, Literal

from runtime.async_client import AsyncClient
from runtime.client import Client
from runtime.core.profile import (
    Api,
    Auth,
    ErrorReply,
    Errors,
    JobCall,
    JobFields,
    JobList,
    JobProtocol,
    Package,
    Profile,
    Submit,
    Webhook,
)
from runtime.core.retry_policy import RetryPolicy
from runtime.files.outputs import ImageOutput, MediaOutput, Output
from runtime.models.request import Request

KEY = "pd_0123456789abcdef"
QUICK = RetryPolicy(attempts=3, first_pause=0.01, longest_pause=0.02, longest_retry_after=2)

STUDIO = Profile(
    name="studio",
    title="Studio",
    version="1.2.3",
    package=Package(distribution="studio-sdk", module="studio_sdk", client="Studio", env_prefix="STUDIO"),
    api=Api(
        base_url="https://studio.example/api/v1",
        auth=Auth(header="Authorization", prefix="Bearer "),
        poll_seconds=(0.01, 0.04),
    ),
    submit=Submit(url="/models/{id}/run", accepted=(200, 202)),
    job=JobProtocol(
        url=JobCall("/jobs/{job_id}"),
        fields=JobFields(
            id=("/jobId",),
            status=("/status",),
            status_url=("/statusUrl",),
            error=("/error", "/error/message"),
            cost=("/creditCost",),
            credits_remaining=("/creditsRemaining",),
            expires_at=("/expiresAt",),
            webhook=("/webhook",),
        ),
        statuses={"pending": "queued", "processing": "running", "completed": "succeeded", "failed": "failed"},
        output={"image": ("/output/images", "/output/image", "/assets"), "video": ("/output/video", "/assets")},
        list=JobList(path="/jobs", items="/jobs", limit="limit"),
    ),
    webhook=Webhook(field="/webhook_url", replay=JobCall("/jobs/{job_id}/webhook")),
    errors=Errors(
        code=("/error/code", "/code"),
        message=("/error/message", "/message", "/error"),
        table={
            "insufficient_credits": ErrorReply(status=403, code="no_credits"),
            "submission_failed": ErrorReply(status=500, code="submission_failed"),
            "internal_error": ErrorReply(status=503, code="Service Unavailable"),
        },
    ),
)
"""Bearer key, a status URL in the reply, jobs are listed, webhooks in the body and replayed."""

GATEWAY = Profile(
    name="gateway",
    title="Gateway",
    version="0.1.0",
    package=Package(distribution="gateway-sdk", module="gateway_sdk", client="Gateway", env_prefix="GATEWAY"),
    api=Api(base_url="https://gateway.example", auth=Auth(header="X-Subscription-Key"), poll_seconds=(0.01, 0.04)),
    submit=Submit(url="{endpoint}", accepted=(202,)),
    job=JobProtocol(
        url=JobCall("/v2/requests/status/{job_id}"),
        fields=JobFields(
            id=("/request_id",),
            status=("/status",),
            status_url=("/polling_url",),
            error=("/error",),
            media_type=("/output/media_type",),
        ),
        statuses={"QUEUED": "queued", "COMPLETED": "succeeded", "FAILED": "failed", "ERROR": "failed"},
        uncharged=("ERROR",),
        output={"media": ("/output/media_url",)},
        cancel=JobCall("/v2/requests/{job_id}/cancel"),
    ),
    webhook=Webhook(header="X-Webhook-URL"),
    errors=Errors(code=("/error",), message=("/message",)),
)
"""Key in a header of its own, one URL per operation, webhooks by header, failures that cost nothing."""


class Studio(Client):
    profile = STUDIO
    retries = QUICK


class AsyncStudio(AsyncClient):
    profile = STUDIO
    retries = QUICK


class Gateway(Client):
    profile = GATEWAY
    retries = QUICK


class AsyncGateway(AsyncClient):
    profile = GATEWAY
    retries = QUICK


class Painting(Request[ImageOutput]):
    """A request of Studio's."""

    __model_id__: ClassVar[str] = "flux-1.1/pro"
    __output__: ClassVar[type[Output]] = ImageOutput

    prompt: str
    size: Literal["small", "large"] | None = None


class Sketch(Request[MediaOutput]):
    """A request of Gateway's."""

    __model_id__: ClassVar[str] = "sketch"
    __endpoint__: ClassVar[str | None] = "https://gateway.example/sketch/v1/sketch-request"
    __output__: ClassVar[type[Output]] = MediaOutput

    prompt: str
