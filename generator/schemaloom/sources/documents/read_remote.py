"""Documents that a provider publishes one by one, over HTTP."""

from __future__ import annotations

from schemaloom.errors import Level, Problem, SourceError, UsageError
from schemaloom.settings.provider import Provider
from schemaloom.snapshot.fetch_result import FetchResult
from schemaloom.snapshot.layout import Snapshot
from schemaloom.sources.api.catalogue import Traffic
from schemaloom.sources.documents.combine import combine
from schemaloom.sources.http.client import Client, FetchLimits, SourceDownError
from schemaloom.sources.http.rate_limiter import RateLimiter
from schemaloom.sources.progress import Progress


async def read_published(
    provider: Provider,
    old: Snapshot,
    *,
    base_url: str | None,
    requests_per_minute: float,
    progress: Progress,
    patience: FetchLimits,
) -> tuple[FetchResult, Traffic]:
    """Read every document that the provider's description names; no key is sent.

    `base_url` replaces the origin of the documents as well as that of the API.

    Raises `UsageError` when none is named, and `SourceError` when none can be had or understood.
    """
    known = provider.catalogue.documents
    urls = {name: url for name in known.names if (url := known.url(name)) is not None}
    if known.base_url is None or not urls:
        raise UsageError(
            f"{provider.title} publishes models in documents, and provider.toml gives no URL of any",
            hint=f"give them: schemaloom fetch {provider.name} --from FILE_OR_FOLDER",
        )
    own = known.base_url.rstrip("/")
    client = Client(
        base_url=own,
        asked_base=base_url or own,
        key=None,
        limiter=RateLimiter(requests_per_minute),
        progress=progress,
        patience=patience,
        accept="text/markdown, text/plain, */*",
    )
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    progress.start("documents", len(urls))
    async with client:
        for name, url in urls.items():
            try:
                reply = await client.get(url)
                if reply.status == 404:
                    problems.append(Problem("", "", f"there is no document {name!r} ({reply.url})", Level.ERROR))
                else:
                    texts[url] = reply.body.decode("utf-8-sig")
            except SourceDownError:
                raise
            except (SourceError, UnicodeDecodeError) as error:
                problems.append(Problem("", "", f"document {name!r} cannot be read: {error}", Level.ERROR))
            progress.advance(name)
    if not texts:
        raise SourceError(problems[0].message, hint="the snapshot is unchanged")
    traffic = Traffic(requests=client.requests, not_modified=client.not_modified)
    return combine(texts, provider, old, everything=True, problems=problems), traffic
