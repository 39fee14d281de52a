"""The provider's description as Python source: the one rendered file the runtime reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel

from schemaloom.json.values import JsonValue
from schemaloom.render.literals import literal, text_literal, tuple_literal
from schemaloom.render.provider_view import ProviderView
from schemaloom.settings.provider import Provider

_SECTIONS = ("package", "api", "submit", "job", "upload", "webhook", "errors")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """Source of the ``Profile(...)`` call, and the names of its classes."""

    source: str
    names: tuple[str, ...]


def profile_view(provider: Provider, version: str) -> ProfileView:
    """The runtime's view of `provider`; the runtime's classes have the names of the settings' sections."""
    names = {"Profile"}
    arguments = [
        f"name={text_literal(provider.name)}",
        f"title={text_literal(provider.title)}",
        f"version={text_literal(version)}",
        *(
            f"{name}={_source(section, names)}"
            for name in _SECTIONS
            if (section := cast("object", getattr(provider, name))) is not None
        ),
        *_schemas(provider, names),
        f"currency={text_literal(provider.catalogue.currency)}",
    ]
    return ProfileView(source=f"Profile({', '.join(arguments)})", names=tuple(sorted(names)))


def provider_view(provider: Provider) -> ProviderView:
    """Return what the modules of models need of `provider`."""
    job = provider.job
    output = job.output.get("media", ()) if job.value is None else (job.value,)
    return ProviderView(
        module=provider.package.module,
        output_at=tuple(filter(None, (*output, provider.webhook.payload))),
        status_at=job.fields.status,
        submit=provider.submit,
        uploads=provider.upload is not None or provider.submit.encoding == "multipart",
    )


def _schemas(provider: Provider, names: set[str]) -> Iterator[str]:
    """Return the routes of request schemas, without the pointers to result schemas, which the client does not use."""
    sources = [source.model_copy(update={"output": None}) for source in provider.catalogue.schemas]
    if sources:
        yield f"schemas={_source(tuple(sources), names)}"


def _source(value: object, names: set[str]) -> str:
    if isinstance(value, BaseModel):
        names.add(type(value).__name__)
        arguments = [
            f"{name}={_source(cast('object', getattr(value, name)), names)}"
            for name, field in type(value).model_fields.items()
            if not field.exclude and cast("object", getattr(value, name)) != field.get_default()
        ]
        return f"{type(value).__name__}({', '.join(arguments)})"
    if isinstance(value, tuple):
        return tuple_literal([_source(item, names) for item in cast("tuple[object, ...]", value)])
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return "{" + ", ".join(f"{literal(key)}: {_source(item, names)}" for key, item in items) + "}"
    return literal(cast("JsonValue", value))
