"""The models of a provider as data, and their request classes by id."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, NotRequired, TypedDict, cast

from ..core.errors import ModelRetired, UnknownModel
from ..core.price import Price

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.profile import Profile
    from .request import Request


class ModelInfo(NamedTuple):
    """One model, as published when this package was generated."""

    id: str
    name: str
    description: str
    modality: str | None
    """``image``, ``video``, …: an open string; ``None`` if not published."""
    price: Price | None
    """``None`` if not published."""
    capabilities: tuple[str, ...]
    documents: tuple[str, ...]
    """URLs of the provider's pages about the model."""
    parameters: tuple[str, ...]
    """Names of the parameters, as the API spells them; empty if they are not published."""
    module: str
    class_name: str
    package: str

    @property
    def digest(self) -> str:
        """SHA-256 of the description the request class was generated from; imports the model.

        It is in the model's module, so that a change of one model changes one file.
        """
        return self.load().__digest__

    def load(self) -> type[Request[object]]:
        """Import the model's module and return its request class.

        Raises `ModelRetired` if the provider removed the model.
        """
        from importlib import import_module

        module = import_module(f"{self.package}.models.{self.module}")
        return cast("type[Request[object]]", getattr(module, self.class_name))


if TYPE_CHECKING:
    _Entry = TypedDict(
        "_Entry",
        {
            "name": str,
            "description": str,
            "modality": "str | None",
            "price": "_PriceEntry | None",
            "capabilities": "list[str]",
            "documents": "list[str]",
            "parameters": "list[str]",
            "module": str,
            "class": str,
        },
    )

    class _PriceEntry(TypedDict):
        amount: float | None
        unit: str | None
        by_resolution: dict[str, float]

    class _Content(TypedDict):
        models: dict[str, _Entry]
        renamed: NotRequired[dict[str, str]]


@cache
def _read(package: str) -> _Content:
    import json  # both are slow to import, and most programs do not need them
    from importlib.resources import files

    content = files(package).joinpath("catalogue.json").read_bytes()
    return cast("_Content", json.loads(content))


class Catalogue(Mapping[str, ModelInfo]):
    """Model id → `ModelInfo`, read from ``catalogue.json`` in the package on first use.

    Reading it imports no model and uses no network.  An unknown id raises `UnknownModel`, a
    `KeyError` with the closest ids.  The former id of a model returns the model under its present
    id, and is not counted.
    """

    def __init__(self, package: str) -> None:
        """`package` holds ``catalogue.json`` and the subpackage ``models``."""
        self._package = package

    @property
    def _entries(self) -> dict[str, _Entry]:
        return _read(self._package)["models"]

    @property
    def _renamed(self) -> dict[str, str]:
        return _read(self._package).get("renamed", {})

    def __getitem__(self, model: str) -> ModelInfo:
        model = self._renamed.get(model, model)
        entry = self._entries.get(model)
        if entry is None:
            from difflib import get_close_matches  # for the error alone

            raise UnknownModel(model, similar=tuple(get_close_matches(model, self._entries)))
        price = entry["price"]
        return ModelInfo(
            id=model,
            name=entry["name"],
            description=entry["description"],
            modality=entry["modality"],
            price=Price(**price) if price else None,
            capabilities=tuple(entry["capabilities"]),
            documents=tuple(entry["documents"]),
            parameters=tuple(entry["parameters"]),
            module=entry["module"],
            class_name=entry["class"],
            package=self._package,
        )

    def __contains__(self, model: object) -> bool:
        return model in self._entries or model in self._renamed

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Catalogue({self._package!r})"


def find_class(profile: Profile, model: str | None) -> type[Request[object]] | None:
    """Return the request class of a model, or None if the package does not know the model."""
    if model is None:
        return None
    try:
        return Catalogue(profile.package.module)[model].load()
    except (UnknownModel, ModelRetired):
        return None
