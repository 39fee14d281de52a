"""``impact``: judge the calls in a user's own code by the drift between two sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from schemaloom.drift.message import name
from schemaloom.drift.renames.confirmed import RENAMES, read_renames, read_value_renames
from schemaloom.errors import UsageError
from schemaloom.files.replace_file import replace_file
from schemaloom.impact.code.calls import CallReader
from schemaloom.impact.code.candidate_files import Mentions
from schemaloom.impact.code.client_libraries import client_functions
from schemaloom.impact.code.files import SourceFile, read_sources
from schemaloom.impact.code.find_sites import CallSite, find_sites
from schemaloom.impact.code.project import Project
from schemaloom.impact.code.submit_urls import SubmitUrls, submit_urls
from schemaloom.impact.fix.fix_files import FixedSite, Fixer, fix_of_caller
from schemaloom.impact.judge.reads import judge_read
from schemaloom.impact.judge.verdicts import Judge
from schemaloom.impact.package_names import PackageNames, package_names
from schemaloom.impact.recorded_calls import judge_calls, read_recording
from schemaloom.impact.report import ImpactReport, Judgement, SiteVerdict, Verdict
from schemaloom.pipeline.drift import compare_sides
from schemaloom.pipeline.spec_files import SpecFiles, read_side
from schemaloom.settings.provider import Provider, parse_provider
from schemaloom.snapshot.file_names import MODELS
from schemaloom.snapshot.layout import NAMES, PROVIDER, Snapshot, snapshot_from_files


def impact(
    old: str,
    new: str,
    paths: Sequence[Path],
    *,
    today: date,
    root: Path,
    payloads: Path | None = None,
    fix: bool = False,
) -> ImpactReport:
    """Judge every call in the Python files at or below `paths`, and every recorded call in `payloads`.

    With `fix`, rewrite the calls where it is certain how; each file is replaced in one step.

    Sides are as in `drift`; `root` is where reports count paths from.  Raises `UsageError` for a
    side, a path or a recording that does not exist or cannot be read, and `SnapshotError` as
    `drift` does.
    """
    old_side, new_side = read_side(old, other=new, root=root), read_side(new, other=old, root=root)
    before, after = _snapshot(old_side), _snapshot(new_side)
    judge = Judge(
        old=before.by_id(),
        new=after.by_id(),
        report=compare_sides(old_side, new_side, today=today),
        renames=read_renames(new_side.files.get(RENAMES, b""), where=f"{new_side.label}/{RENAMES}"),
    )
    provider = _provider(old_side)
    names = package_names(provider.package.module, before.names, where=f"{old}/{NAMES}") if provider else None
    reader = CallReader(names, frozenset(judge.old), submit_urls(provider, before.models))
    files = read_sources(paths, root)
    sites, project = find_sites(files, reader, _mentions(names, judge, reader.urls))
    moved = _moved(reader.urls, submit_urls(_provider(new_side), after.models))
    fixed = _fix(files, sites, _fixer(judge, project, new_side, after)) if fix else {}
    judged = [_judge_site(judge, site, moved, fixed, names) for site in sites if site.is_judged]
    report = ImpactReport(
        old=old_side.label,
        new=new_side.label,
        sites=tuple(verdict for verdict in judged if verdict is not None),
        faults=tuple(project.faults),
        files=len(files),
    )
    if payloads is None:
        return report
    try:
        calls = read_recording(payloads, reader.urls)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=str(payloads)) from error
    return replace(report, shapes=judge_calls(judge, calls), recording=str(payloads))


def _judge_site(
    judge: Judge,
    site: CallSite,
    moved: frozenset[str],
    fixed: Mapping[CallSite, FixedSite],
    names: PackageNames | None,
) -> SiteVerdict | None:
    found: Judgement | None
    if site.kind == "read":
        known = names.models.get(site.model) if names else None
        found = judge_read(judge.pair(site.model), site.read, known.fields if known else {})
    else:
        found = judge.judge(site.model, site.payload, by_class=site.kind == "class")
        if site.kind == "http" and site.model in moved and found.verdict is not Verdict.BREAKS:
            reason = f"Model {name(site.model)} is submitted at another URL"
            found = replace(found, verdict=Verdict.MAY_BREAK, markup=reason)
    if found is None:
        return None
    return SiteVerdict(
        path=site.path,
        line=site.line,
        column=site.column,
        kind=site.kind,
        model=site.model,
        judgement=found,
        fixed=fixed[site].done if site in fixed else "",
        is_fixed=site in fixed and fixed[site].is_fixed and bool(fixed[site].done),
    )  # fmt: skip


def _fixer(judge: Judge, project: Project, side: SpecFiles, snapshot: Snapshot) -> Fixer:
    provider = _provider(side)
    names = package_names(provider.package.module, snapshot.names, where=f"{side.label}/{NAMES}") if provider else None
    renamed = read_value_renames(side.files.get(RENAMES, b""), where=f"{side.label}/{RENAMES}")
    return Fixer(judge, project, names, renamed)


def _fix(files: Sequence[SourceFile], sites: Sequence[CallSite], fixer: Fixer) -> dict[CallSite, FixedSite]:
    found: dict[CallSite, FixedSite] = {}
    for file in files:
        own = [site for site in sites if site.path == file.shown and site.kind != "read"]
        if own:
            content, fixed = fixer.fix_file(file, own)
            found.update(fixed)
            if content != file.content:
                replace_file(file.path, content)
    senders = {id(site.node): outcome for site, outcome in found.items() if site.node is not None and outcome.done}
    callers = [site for site in sites if id(site.sender) in senders]
    return found | {site: fix_of_caller(site, senders[id(site.sender)]) for site in callers}


def _mentions(names: PackageNames | None, judge: Judge, urls: SubmitUrls | None) -> Mentions:
    packages = {function.package for function in client_functions()} | {names.package if names else ""}
    routes = () if urls is None else (route.strip("/") for route in urls.routes)
    return Mentions(frozenset(packages - {""}), tuple(sorted({*judge.old, *routes} - {""})))


def _moved(old: SubmitUrls | None, new: SubmitUrls | None) -> frozenset[str]:
    """Models that are submitted in another way than before."""
    if old is None or new is None:
        return frozenset()
    present = {route.model for route in new.routes.values()}
    return frozenset(
        route.model
        for path, route in old.routes.items()
        if route.model in present and (old.base_url != new.base_url or new.routes.get(path) != route)
    )


def _snapshot(side: SpecFiles) -> Snapshot:
    files = ((path, side.files[path]) for path in sorted(side.files) if path == NAMES or path.startswith(f"{MODELS}/"))
    return snapshot_from_files(files, where=side.label)


def _provider(side: SpecFiles) -> Provider | None:
    if PROVIDER not in side.files:
        return None
    return parse_provider(side.files[PROVIDER], where=f"{side.label}/{PROVIDER}")
