"""`PackageNames`: the names under which code imports the models of a generated package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemaloom.json.values import JsonValue
from schemaloom.render.names.names_json import names_from_json
from schemaloom.render.names.table import NameTable


@dataclass(frozen=True, slots=True)
class ClassName:
    """A class of a generated package: the request of `model`, or the nested object at `path`."""

    model: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class PackageNames:
    """The modules, classes and fields of one generated package."""

    package: str
    """The import name, such as ``pixeldojo_sdk``."""
    models: NameTable
    classes: Mapping[str, ClassName]
    """Dotted name to class: ``pixeldojo_sdk.models.flux.Flux``."""

    def find_class(self, dotted: str) -> ClassName | None:
        """The class that a dotted name imports, or None."""
        return self.classes.get(dotted)

    def api_name(self, name: ClassName, field: str) -> str:
        """The API's name of a field of a class."""
        fields = self.models[name.model].fields.get(name.path, {})
        return next((api for api, own in fields.items() if own == field), field)

    def has_parameter(self, name: ClassName, api: str) -> bool:
        """Whether a class has a parameter whose field is spelled in another way than the API's name."""
        return api in self.models[name.model].fields.get(name.path, {})

    def field_name(self, name: ClassName, api: str) -> str:
        """The class's name of a parameter of the API."""
        return self.models[name.model].field(name.path, api)

    def modules(self) -> Mapping[str, str]:
        """Dotted name of each model's module to the model's id."""
        return {f"{self.package}.models.{names.module}": model for model, names in self.models.items()}


def package_names(package: str, content: Mapping[str, JsonValue], *, where: str) -> PackageNames:
    """Read the names of a package from the content of ``names.json``; raises `SnapshotError` as its reader does."""
    models = names_from_json(content, where=where)
    return PackageNames(package=package, models=models, classes=_classes(package, models))


def _classes(package: str, models: NameTable) -> dict[str, ClassName]:
    classes: dict[str, ClassName] = {}
    for model, names in models.items():
        module = f"{package}.models.{names.module}"
        classes[f"{module}.{names.cls}"] = ClassName(model)
        classes.update({f"{module}.{own}": ClassName(model, path) for path, own in names.parts.items()})
    return classes
