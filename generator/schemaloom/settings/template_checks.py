"""The check that the placeholders of ``provider.toml`` are spelled as they are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemaloom.settings.placeholders import placeholder_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemaloom.settings.catalogue import Catalogue
    from schemaloom.settings.jobs import JobProtocol, Submit, Webhook

_RESERVED = {"id", "endpoint", "job_id", "document", "input", "uuid"}
"""Placeholders that a fact cannot have as its name."""


def placeholder_faults(catalogue: Catalogue, submit: Submit, job: JobProtocol, webhook: Webhook) -> Iterator[str]:
    """Yield a sentence for each unknown placeholder, and for each route without one that it needs."""
    facts = set(catalogue.facts)
    if taken := sorted(facts & _RESERVED):
        yield f"catalogue.facts: {', '.join(taken)} is a placeholder of its own"
    model = {"id", *facts}
    for place, template, known, needed in _templates(catalogue, submit, job, webhook):
        names = placeholder_names(template)
        expected = model | known
        if names - expected:
            yield f"{place}: expected {_listed(expected)}, got {_listed(names - expected)}"
        elif not names & needed and needed:
            yield f"{place}: expected {_listed(needed)} in the route, got {_listed(names) or 'no placeholder'}"


def _templates(
    catalogue: Catalogue, submit: Submit, job: JobProtocol, webhook: Webhook
) -> Iterator[tuple[str, str, set[str], set[str]]]:
    """Yield each key with placeholders: name, value, placeholders beside the model's, and those it needs one of."""
    for index, source in enumerate(catalogue.schemas):
        yield f"catalogue.schemas.{index}.path", source.path, set(), set()
        for key in ("pointer", "document", "output"):
            yield f"catalogue.schemas.{index}.{key}", getattr(source, key) or "", set(), set()
    for index, place in enumerate(catalogue.carried):
        for key in ("pointer", "document", "output"):
            yield f"catalogue.carried.{index}.{key}", getattr(place, key) or "", set(), set()
    if catalogue.documents.model is not None:
        yield "catalogue.documents.model", catalogue.documents.model, set(), {"id"}
    if catalogue.documents.path is not None:
        yield "catalogue.documents.path", catalogue.documents.path, {"document"}, {"document"}
    yield "submit.url", submit.url, {"endpoint"}, {"id", "endpoint"}
    yield "job.url", job.url, {"job_id"}, {"job_id"}
    for name, route in (("job.cancel", job.cancel), ("webhook.replay", webhook.replay)):
        if route is not None:
            yield name, route, {"job_id"}, {"job_id"}


def _listed(names: set[str]) -> str:
    return " or ".join(name if name.startswith("{") else f"{{{name}}}" for name in sorted(names))
