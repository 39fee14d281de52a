"""Turning schemas into live request classes, through the real renderer."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any

from schemaloom.ir.model import Catalogue, Model
from schemaloom.parse.model import parse_model
from schemaloom.render.environment import environment
from schemaloom.render.module_plan import ModelPlan, plan_model
from schemaloom.render.module_view import module_view
from schemaloom.render.names.table import name_models
from schemaloom.render.provider_view import NO_PROVIDER, ProviderView
from schemaloom.render.types.annotations import Annotations
from schemaloom.render.types.engine import annotate
from schemaloom.snapshot.model import ModelDocument

_NUMBERS = itertools.count()
_NOT_JOINED: Mapping[str, str] = MappingProxyType({})


def planned(
    schema: dict[str, Any], model_id: str = "sample", *, joined: Mapping[str, str] = _NOT_JOINED, **facts: Any
) -> tuple[Model, ModelPlan]:
    """The model of a request schema, and the plan of its module."""
    document = ModelDocument(id=model_id, name=facts.pop("name", model_id), input=schema, **facts)
    model = parse_model(document)
    names = name_models(Catalogue(provider="sample", models=(model,)), {})[model_id]
    return model, plan_model(model, names, joined=joined)


def source_of(plan: ModelPlan, provider: ProviderView = NO_PROVIDER) -> str:
    """The module's text, as it is before formatting."""
    view = module_view(plan, Annotations(annotate(plan.keys())), "credit", provider)
    return environment().get_template("src/{package}/models/{model}.py.j2").render(header="# test", module=view)


def namespace_of(plan: ModelPlan, provider: ProviderView = NO_PROVIDER) -> dict[str, Any]:
    """The names that the module defines, after running it."""
    source = source_of(plan, provider).replace("from .._runtime.", "from runtime.")
    module = ModuleType(f"generated_{next(_NUMBERS)}")
    sys.modules[module.__name__] = module  # pydantic looks up the module of a class it is completing
    exec(compile(source, module.__name__, "exec"), module.__dict__)
    return module.__dict__


def request_class(schema: dict[str, Any]) -> Any:
    """The generated request class for a schema."""
    _, plan = planned(schema)
    return namespace_of(plan)[plan.names.cls]
