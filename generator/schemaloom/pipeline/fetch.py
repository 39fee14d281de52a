"""``fetch``: refresh a provider's snapshot from its live API, or from its documents."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import cast

from schemaloom import __version__
from schemaloom.cache.store import private_folder
from schemaloom.drift.renames.confirmed import RENAMES, read_renames
from schemaloom.errors import SourceError, UsageError
from schemaloom.files.atomic_tree import recover_tree
from schemaloom.files.lock import locked
from schemaloom.json.codec import digest
from schemaloom.json.values import JsonValue
from schemaloom.pipeline.fetch_report import FetchReport
from schemaloom.settings.provider import Provider, load_provider
from schemaloom.settings.urls import checked_base
from schemaloom.snapshot.fetch_result import FetchResult
from schemaloom.snapshot.layout import PROVIDER, Snapshot, read_snapshot
from schemaloom.snapshot.lock import Lock, reading_digest
from schemaloom.snapshot.merge import merge
from schemaloom.snapshot.removals import MergePolicy
from schemaloom.snapshot.write_snapshot import write_snapshot
from schemaloom.sources.api.catalogue import Traffic, read_catalogue
from schemaloom.sources.http.client import FetchLimits
from schemaloom.sources.http.response_log import SUFFIX, ResponseLog
from schemaloom.sources.progress import Progress, Silent

_NONE: Mapping[str, str] = MappingProxyType({})


def fetch(
    folder: Path,
    *,
    today: date,
    environ: Mapping[str, str],
    base_url: str | None = None,
    documents: Sequence[Path] = (),
    rate: float | None = None,
    allow_removals: bool = False,
    allow_additions: bool = False,
    progress: Progress | None = None,
    patience: FetchLimits | None = None,
) -> FetchReport:
    """Refresh the snapshot in `folder` (``specs/<provider>``); see `fetch_snapshot`.

    The folder changes in one step at the end, or not at all, and not when too little was read; only
    a first fetch keeps what it could read, and fails all the same.
    What a tripped guard did not withhold is written: a caller ends with `FetchReport.check_guard`.
    """
    with locked([folder / PROVIDER]):
        recover_tree(folder)
        provider = load_provider(folder / PROVIDER)
        old = read_snapshot(folder)
        snapshot, report = fetch_snapshot(
            provider,
            old,
            renames=renames_of(folder),
            today=today,
            environ=environ,
            base_url=base_url,
            documents=documents,
            rate=rate,
            allow_removals=allow_removals,
            allow_additions=allow_additions,
            progress=progress,
            patience=patience,
        )
        try:
            report.check_read()
        except SourceError:
            report.end()  # the next run starts anew and does not resume this one
            if not old.models and set(report.added) > set(report.unread):
                write_snapshot(folder, snapshot)  # a first fetch keeps what it could read
            raise
        write_snapshot(folder, snapshot)
        report.end()
        return report


def renames_of(folder: Path) -> dict[str, str]:
    """Return the confirmed renames of the provider in `folder`; see `read_renames`."""
    path = folder / RENAMES
    return read_renames(path.read_bytes() if path.is_file() else b"", where=str(path))


def fetch_snapshot(
    provider: Provider,
    old: Snapshot,
    *,
    renames: Mapping[str, str] = _NONE,
    today: date,
    environ: Mapping[str, str],
    base_url: str | None = None,
    documents: Sequence[Path] = (),
    rate: float | None = None,
    allow_removals: bool = False,
    allow_additions: bool = False,
    progress: Progress | None = None,
    patience: FetchLimits | None = None,
) -> tuple[Snapshot, FetchReport]:
    """Read the live API, or documents, and return what `old` becomes; nothing is written.

    `renames` are those that people have confirmed (`renames_of`): a model under its new id is
    not missing under the old one.

    `documents` are files and folders on disk that are read instead of the network.  A provider
    that has no API to ask is read from the documents that it publishes.

    `today` is the date that the lock gets if content moved.  `environ` is searched for the
    optional ``<PREFIX>_API_KEY``.  `base_url` replaces the provider's own.  `rate` is in
    requests per minute, 0 for no limit, None for the provider's own limit.

    Raises `SourceError` when the API or the documents cannot be read as a whole, and `UsageError`
    for a file, base URL or key that cannot be used.
    """
    own = provider.api.base_url.rstrip("/")
    asked = checked_base(base_url) if base_url is not None else None
    live = provider.catalogue.kind == "api" and not documents
    lock = _lock(provider, own, server=asked if live and asked != own else None)
    if documents:
        # What documents add leaves the API's answers as current as they were.
        before = Lock.from_json(old.lock)
        lock = replace(before, generator=lock.generator) if provider.catalogue.kind == "api" else lock
    known = Lock.from_json(old.lock).applicable(old, server=lock.server, reading=lock.reading)
    limits, progress = patience or FetchLimits(), progress or Silent()
    pace = (provider.api.requests_per_minute or 0) if rate is None else rate
    answers: Path | None = None
    if documents:
        fetched, traffic = _read_files(provider, old, documents)
    elif live:
        key = _api_key(provider, environ)
        answers = _answers(asked or own, lock.reading, key)
        fetched, traffic = _read_api(
            provider, old, known, base_url=asked or own, key=key, pace=pace, today=today, answers=answers,
            progress=progress, limits=limits,
        )  # fmt: skip
    else:
        fetched, traffic = _read_published(provider, old, asked, pace=pace, progress=progress, limits=limits)
    merged = merge(
        old,
        fetched,
        known=known,
        lock=lock,
        policy=MergePolicy(
            today=today,
            allow_removals=allow_removals,
            allow_additions=allow_additions,
            removal_days=provider.catalogue.removal_days,
            renamed=renames,
        ),
    )
    return merged.snapshot, FetchReport(
        added=merged.added,
        removed=merged.removed,
        changed=merged.changed,
        unchanged=merged.unchanged,
        withheld=merged.withheld,
        held_back=merged.held_back,
        implausible=merged.implausible,
        missing=merged.missing,
        unread=merged.unread,
        problems=merged.problems,
        requests=traffic.requests,
        not_modified=traffic.not_modified,
        answers=answers,
    )


def _run(reading: Coroutine[None, None, tuple[FetchResult, Traffic]], seconds: float) -> tuple[FetchResult, Traffic]:
    found: list[tuple[FetchResult, Traffic]] = []

    async def bounded() -> None:
        # Not the task's result: asyncio.run formats that, with all models, when it gives Ctrl-C back.
        async with asyncio.timeout(seconds):
            found.append(await reading)

    try:
        asyncio.run(bounded())
    except TimeoutError:
        raise SourceError(
            f"the source was not read within {seconds:g} seconds", hint="run again: what was read so far is kept"
        ) from None
    return found[0]


def _read_files(provider: Provider, old: Snapshot, documents: Sequence[Path]) -> tuple[FetchResult, Traffic]:
    from schemaloom.sources.documents.combine import combine  # slow to import, and no API needs them
    from schemaloom.sources.documents.read_files import read_files

    return combine(read_files(documents), provider, old, everything=False), Traffic(requests=0, not_modified=0)


def _read_published(
    provider: Provider, old: Snapshot, base_url: str | None, *, pace: float, progress: Progress, limits: FetchLimits
) -> tuple[FetchResult, Traffic]:
    from schemaloom.sources.documents.read_remote import read_published  # all formats of documents, as above

    reading = read_published(
        provider, old, base_url=base_url, requests_per_minute=pace, progress=progress, patience=limits
    )
    return _run(reading, limits.run)


def _read_api(
    provider: Provider,
    old: Snapshot,
    known: Lock,
    *,
    base_url: str,
    key: str | None,
    pace: float,
    today: date,
    answers: Path | None,
    progress: Progress,
    limits: FetchLimits,
) -> tuple[FetchResult, Traffic]:
    with ResponseLog(answers) if answers else nullcontext() as log:
        reading = read_catalogue(
            provider, old, known, base_url=base_url, api_key=key, requests_per_minute=pace, today=today, answers=log,
            progress=progress, patience=limits,
        )  # fmt: skip
        return _run(reading, limits.run)


def _lock(provider: Provider, own: str, *, server: str | None) -> Lock:
    # Without defaults, so that a new key changes no lock; how long a missing model is kept changes no reading.
    used = provider.catalogue.model_dump(mode="json", exclude_defaults=True, exclude={"removal_days"})
    catalogue = cast("JsonValue", used)
    return Lock(generator=__version__, reading=reading_digest(__version__, own, catalogue), server=server)


def _answers(base_url: str, reading: str, key: str | None) -> Path | None:
    """Return the file for the responses of this server to this reader and key, which may see other models."""
    folder = private_folder("answers")
    return folder / f"{digest([base_url, reading, key])[:32]}{SUFFIX}" if folder else None


def _api_key(provider: Provider, environ: Mapping[str, str]) -> str | None:
    name = f"{provider.package.env_prefix}_API_KEY"
    key = environ.get(name, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise UsageError(f"the environment variable {name} holds characters that an HTTP header must not have")
    return key or None
