"""`ProviderView`: the facts of a provider that the modules of its models depend on."""

from __future__ import annotations

from dataclasses import dataclass

from schemaloom.settings.jobs import Submit


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderView:
    """The facts of a provider that the modules of its models need."""

    module: str = ""
    """Import name of the package."""
    output_at: tuple[str, ...] = ()
    """JSON Pointers, in job documents, of the value that an output schema describes; none if it is the document."""
    status_at: tuple[str, ...] = ()
    """JSON Pointers of the status in them."""
    submit: Submit | None = None
    uploads: bool = False
    """Whether the client can send local files."""


NO_PROVIDER = ProviderView()
