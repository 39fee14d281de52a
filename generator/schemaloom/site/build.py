"""`build_site`: every file of the site, by path; the same history gives the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemaloom.drift.formats.page import environment
from schemaloom.drift.grouping import group
from schemaloom.errors import UsageError
from schemaloom.files.atomic_tree import Tree, replace_trees
from schemaloom.files.installation import templates_folder
from schemaloom.history.entry import Entry
from schemaloom.history.read import History, open_history
from schemaloom.history.reversals import find_reversals
from schemaloom.json.codec import parse_json
from schemaloom.render.documentation import cost_text
from schemaloom.render.names.names_json import names_from_json
from schemaloom.render.names.table import NameTable
from schemaloom.render.parameter_rows import parameter_rows, result_rows
from schemaloom.settings.provider import Provider, load_provider
from schemaloom.site.calls import calls
from schemaloom.site.data import compare_data, search_data
from schemaloom.site.feeds import feed, is_breaking
from schemaloom.site.models import SiteModel, site_models
from schemaloom.site.names import anchor, release_name
from schemaloom.snapshot.layout import NAMES, PROVIDER

MANIFEST = ".schemaloom-site"
"""Lists the files of the site, one a line, so that the next run removes none that is not ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Entries that one version released, newest first; or one entry that no version has released yet."""

    name: str
    """Name of its page, without extension."""
    version: str
    entries: tuple[Entry, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of unacknowledged changes by severity, those that there are."""
        found: dict[str, int] = defaultdict(int)
        for entry in self.entries:
            for severity, number in entry.report.counts().items():
                found[severity.value] += number
        return {severity: number for severity, number in found.items() if number}


def build_site(providers: Sequence[str], *, specs: Path, packages: Path, url: str | None) -> dict[str, bytes]:
    """Return the site's files by path.  Raises `UsageError` for a folder without history or a broken provider.toml."""
    files: dict[str, bytes] = {}
    titles: list[tuple[str, str, int]] = []
    for name in providers:
        history = open_history(specs / name, packages)
        provider = load_provider(specs / name / PROVIDER)
        if provider.name in {title[0] for title in titles}:
            raise UsageError(f"two providers are called {provider.name}", where=str(specs))
        site = _ProviderSite(provider, history, url)
        files |= dict(site.files())
        titles.append((provider.name, provider.title, sum(item.removed is None for item in site.models)))
    files["index.html"] = _page("providers.html.j2", titles=titles)
    folder = templates_folder()
    files["style.css"] = b"".join((folder / path).read_bytes() for path in ("reports/page.css", "site/site.css"))
    files["site.js"] = (folder / "site" / "site.js").read_bytes()
    listed = sorted([*files, MANIFEST])
    files[MANIFEST] = "".join(f"{path}\n" for path in listed).encode()
    return files


def write_site(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Replace the site in `folder`; files of an earlier site that are no part of it are removed, all else stays.

    Returns whether anything changed.  Raises `UsageError` if a file is in the way that no earlier site wrote.
    """
    manifest = folder / MANIFEST
    ours = frozenset(manifest.read_text("utf-8").splitlines()) if manifest.is_file() else frozenset[str]()
    for path in files.keys() - ours:
        if path != MANIFEST and (folder / path).exists():
            raise UsageError(
                "is in the way: no earlier site wrote it",
                where=str(folder / path),
                hint="name another --out, or move it",
            )
    return replace_trees([Tree(folder, files, lambda path: path in ours)])


class _ProviderSite:
    """The pages of one provider."""

    def __init__(self, provider: Provider, history: History, url: str | None) -> None:
        self._provider = provider
        self._entries = tuple(
            entry for entry in history.entries if entry.report.changes or entry.first or entry.unreadable
        )
        self._url = url
        self.models = site_models(history)
        self._pages = {item.model.id: item.page for item in self.models}
        self._reversals = find_reversals(self._entries)
        self._names = _names(history.folder)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield each file."""
        root, name = self._provider.name, self._provider.name
        releases = _releases(self._entries)
        shared = {"provider": self._provider, "pages": self._pages, "reversals": self._reversals}
        kinds = sorted({item.model.modality or "" for item in self.models}, key=lambda kind: (not kind, kind))
        yield f"{root}/index.html", _page("index.html.j2", models=self.models, kinds=kinds, price=self._price, **shared)
        yield f"{root}/models.js", search_data(self.models, self._price)
        yield (
            f"{root}/compare.html",
            _page("compare.html.j2", releases=releases, entries=self._entries[::-1], anchor=anchor, **shared),
        )
        yield f"{root}/changes.js", compare_data(self._entries, self.models, self._reversals)
        for release in releases:
            path = f"{root}/releases/{release.name}.html"
            yield path, _page("release.html.j2", release=release, groups=group, **shared)
        for item in self.models:
            yield f"{root}/models/{item.page}.html", self._model_page(item, shared)
            own = [entry for entry, _ in item.timeline]
            yield self._feed(f"models/{item.page}.xml", f"{name}: {item.model.id}", own, f"model {item.model.id}", item)
        newest = self._entries[::-1]
        yield self._feed("feed.xml", f"{self._provider.title}: changes", newest, "all")
        yield self._feed("breaking.xml", f"{self._provider.title}: breaking changes", newest, "breaking")

    def _feed(
        self, path: str, title: str, entries: Sequence[Entry], kind: str, item: SiteModel | None = None
    ) -> tuple[str, bytes]:
        path = f"{self._provider.name}/{path}"
        if item:
            found = feed(self._provider.name, title, entries, kind=kind, path=path, url=self._url,
                         wanted=lambda change: change.model == item.model.id)  # fmt: skip
        else:
            found = feed(self._provider.name, title, entries, kind=kind, path=path, url=self._url,
                         wanted=is_breaking if kind == "breaking" else None)  # fmt: skip
        return path, found

    def _model_page(self, item: SiteModel, shared: Mapping[str, object]) -> bytes:
        model = item.model
        return _page(
            "model.html.j2",
            item=item,
            model=model,
            parameters=parameter_rows(model),
            results=result_rows(model),
            price=self._price(item),
            calls=None if item.removed else calls(model, self._names.get(model.id), self._provider),
            release_name=release_name,
            **shared,
        )

    def _price(self, item: SiteModel) -> str:
        return cost_text(item.model.cost, self._provider.catalogue.currency)


def _releases(entries: Sequence[Entry]) -> list[Release]:
    """Return the releases, newest first."""
    found: dict[str, list[Entry]] = {}
    for entry in reversed(entries):
        found.setdefault(release_name(entry), []).append(entry)
    return [Release(name=name, version=own[0].version, entries=tuple(own)) for name, own in found.items()]


def _names(folder: Path) -> NameTable:
    path = folder / NAMES
    content = parse_json(path.read_bytes(), where=str(path)) if path.is_file() else {}
    return names_from_json(content if isinstance(content, dict) else {}, where=str(path))


def _page(template: str, **values: object) -> bytes:
    return environment("site").get_template(template).render(**values).encode()
