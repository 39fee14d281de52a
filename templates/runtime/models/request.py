"""Request classes: strict input, exact output.

A model's class is generated as a subclass of `Request`; its nested objects subclass `NestedModel`.
Only the fields that the caller set are sent, unchanged, under the API's own parameter names.

Annotations are not deferred in this module: pydantic before 2.13 resolves a deferred `__pydantic_extra__` among the
names of the module that holds the subclass.
"""

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Generic, Self, cast

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from ..core.errors import ConfigurationError
from ..core.price import Price
from ..files.outputs import OutputT_co
from .file_input import LocalFile, file_uri, is_local_file

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from .result import Result


class NestedModel(BaseModel):
    """An object of a request: immutable, and closed unless its schema opens it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        protected_namespaces=(),
        allow_inf_nan=False,
    )

    __nullable__: ClassVar[frozenset[str]] = frozenset()
    """Optional fields whose ``None`` is sent as ``null``; in other optional fields it means "not set"."""
    __data_uris__: ClassVar[frozenset[str]] = frozenset()
    """Parameters that accept data URIs by their documentation, by the API's names."""
    __constants__: ClassVar[frozenset[str]] = frozenset()
    """Required fields with one valid value, which is sent although a caller does not set it."""
    __schema_at__: ClassVar[str | None] = None
    """JSON Pointer of the object in the `__schema__` of its request; None if no part of that describes it alone."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: "CoreSchema", handler: "GetJsonSchemaHandler"
    ) -> "JsonSchemaValue":
        """The provider's own schema, in place of one that pydantic makes from the annotations."""
        if not cls.__dict__.keys() & {"__schema__", "__schema_at__"}:  # a class of the caller's has more fields
            return handler(core_schema)
        from .class_schema import class_schema  # few programs ask for it

        if core_schema["type"] == "model":  # pydantic need not go through the fields, which nest deeply
            core_schema = {**core_schema, "schema": {"type": "any"}}
        schema = handler(core_schema)
        target = handler.resolve_ref_schema(schema)
        target.clear()
        target.update(class_schema(_request_of(cls).__schema__, cls.__schema_at__))
        return schema


class Request(NestedModel, Generic[OutputT_co]):
    """The parameters of one job for one model; generic in the job's output."""

    __model_id__: ClassVar[str]
    """Model id as the provider spells it."""
    __digest__: ClassVar[str] = ""
    """SHA-256 of the description the class was generated from."""
    __endpoint__: ClassVar[str | None] = None
    """The model's own submit URL, if the provider has one per operation."""
    __call_name__: ClassVar[str] = ""
    """The model's name in the provider's own client, if it is not the id."""
    __facts__: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Values of the catalogue that routes and the submitted body need, by the name of their placeholder."""
    __output__: ClassVar[object]
    """The type of the output: the argument of `Request`."""
    __output_at__: ClassVar[tuple[str, ...]] = ()
    """JSON Pointers of the output in a job document, where an output schema is published."""
    __status_at__: ClassVar[tuple[str, ...]] = ()
    """JSON Pointers of the status in a job document: an output alone has none."""
    __price__: ClassVar[Price | None] = None
    """Price of a job; ``None`` if the catalogue has none."""
    __defaults__: ClassVar[Mapping[str, JsonValue]] = MappingProxyType({})
    """The documented defaults of parameters that are not sent, by the API's names."""
    __rules__: ClassVar[Mapping[str, object]] = MappingProxyType({})
    """The request's JSON Schema, if annotations cannot express all of it; checked after the fields."""
    __schema__: ClassVar[str] = ""
    """The published JSON Schema of the request, in the spelling of 2020-12, as JSON; empty if there is none."""

    @model_validator(mode="after")
    def _check_rules(self) -> Self:
        if self.__rules__:
            from .schema_check import violations  # few classes have rules

            rules = cast("JsonValue", self.__rules__)
            if found := violations(rules, rules, to_wire(self)):
                # The message of a rule repeats the value, which may be secret.
                hidden = self.model_config.get("hide_input_in_errors")
                text = "; ".join(
                    f"{pointer or 'request'}: " + (f"not as {rule!r} requires" if hidden else f"{message} ({rule})")
                    for pointer, rule, message in found[:5]
                )
                raise PydanticCustomError("schema_rule", "{text}", {"text": text})
        return self

    if not TYPE_CHECKING:

        def __class_getitem__(cls, output: object) -> "type[Request[object]]":
            """The class itself: pydantic would build another for every type of output, which takes 1 ms."""
            return cls

        @classmethod
        def model_validate(cls, obj: object, **options: object) -> Self:
            """Validate a document by the API's names; only a closed class reads one by the names of its fields, too.

            An open class accepts an unlisted name that is the name of another parameter's field.
            """
            return _validated(cls, super().model_validate, obj, options)

        @classmethod
        def model_validate_json(cls, json_data: object, **options: object) -> Self:
            """Validate JSON as `model_validate` does a document."""
            return _validated(cls, super().model_validate_json, json_data, options)

    def call(self) -> tuple[str, dict[str, JsonValue]]:
        """Return the arguments of the provider's own client: its name of the model, and the parameters.

        So a client that a program has already sends typed requests: ``run(*request.call())``.
        Raises `ConfigurationError` for a local file, which only a client of this package uploads.
        """
        return self.__call_name__ or self.__model_id__, to_wire(self, _refuse_file)

    @classmethod
    def parse_result(cls, document: object) -> "Result[OutputT_co]":
        """The result in a document that came another way: from a webhook, a file, the provider's own client.

        `document` is a job document or the output in it; an iterator over the parts of an output is
        read to its end.  Reading never raises: what deviates from the documented output stays JSON,
        and `Result.notes` lists it.
        """
        from .parse_result import parse_result

        result = parse_result(
            document,
            cls.__output__,
            output_at=cls.__output_at__,
            status_at=cls.__status_at__,
            user_agent=cls.__module__.partition(".")[0],
        )
        return cast("Result[OutputT_co]", result)


class OpenRequest(Request[OutputT_co], Generic[OutputT_co]):
    """A request whose schema is unpublished, partly known, or open: `extra` takes the other parameters.

    They can be given by their own names, too; type checkers know only those that have a field.
    """

    model_config = ConfigDict(extra="allow")

    if TYPE_CHECKING:
        extra: dict[str, JsonValue] = Field(default_factory=dict)
        """Parameters without a field; sent with the others."""
    else:
        __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

        def __init__(self, /, **values: object) -> None:
            # A parameter of the API that is called "extra" wins where the class declares it; a document that is
            # validated has no other.
            if "extra" in values and not any(f.validation_alias == "extra" for f in type(self).model_fields.values()):
                others = values.pop("extra")
                if not isinstance(others, dict):
                    error = InitErrorDetails(type="dict_type", loc=("extra",), input=others)
                    raise ValidationError.from_exception_data(type(self).__name__, [error])
                values |= others
            super().__init__(**values)

        __init__.__pydantic_base_init__ = True  # or else pydantic would call it for documents, too

        @property
        def extra(self) -> dict[str, JsonValue]:
            """The parameters without a field."""
            return self.model_extra


def to_wire(part: NestedModel, local_file: Callable[[LocalFile], str] = file_uri) -> dict[str, JsonValue]:
    """Return the JSON object that is sent: the fields that were set, under the API's names.

    A client has uploaded local files by then; `local_file` returns its placeholder before.
    """
    payload: dict[str, JsonValue] = {}
    if not type(part).__pydantic_complete__:  # it names a class that is defined after it, and has no aliases yet
        type(part).model_rebuild()
    for name, field in type(part).model_fields.items():
        if name not in part.model_fields_set and name not in part.__constants__:
            continue
        value = cast("object", getattr(part, name))
        if value is None and name in (part.model_extra or {}):
            continue  # pydantic counts an unlisted parameter as set under its name, which is that of this field
        if value is not None or field.is_required() or name in part.__nullable__:
            payload[name if field.serialization_alias is None else field.serialization_alias] = _to_json(
                value, local_file
            )
    for name, value in (part.model_extra or {}).items():
        payload[name] = _to_json(cast("object", value), local_file)
    return payload


def require_request(value: object) -> None:
    """Raise `ConfigurationError` for anything but a request: a dictionary, a class, a model's id."""
    if not isinstance(value, Request):
        found = f"the class {value.__name__}" if isinstance(value, type) else f"of type {type(value).__name__}"
        raise ConfigurationError(
            f"a request is an instance of a model's class, not {found}; nothing was sent. "
            "For a model without a class, use submit_raw or run_raw"
        )


def require_request_class(value: object) -> None:
    """Raise `ConfigurationError` for anything but the class of a request."""
    if not (isinstance(value, type) and issubclass(value, Request)):
        raise ConfigurationError(f"a job is read with its model's request class, not with {value!r:.100}")


def _validated(
    cls: type[Request[object]], validate: Callable[..., object], document: object, options: dict[str, object]
) -> object:
    if options.keys().isdisjoint({"by_name", "by_alias"}):
        if cls.model_config.get("extra") == "allow":
            return validate(document, **options, by_name=False)
        with suppress(ValidationError):
            return validate(document, **options, by_name=False)
    return validate(document, **options)


def _request_of(cls: type[NestedModel]) -> type[Request[object]]:
    """Return the request class of a module's nested class: the first that the module exports."""
    if cls.__schema_at__ is None:
        return cast("type[Request[object]]", cls)
    module = sys.modules[cls.__module__]
    return cast("type[Request[object]]", getattr(module, cast("list[str]", module.__all__)[0]))


def _refuse_file(file: LocalFile) -> str:
    raise ConfigurationError(f"{file} is a local file: upload it with client.upload, and give its URL")


def _to_json(value: object, local_file: Callable[[LocalFile], str]) -> JsonValue:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, NestedModel):
        return to_wire(value, local_file)
    if isinstance(value, list):
        return [_to_json(item, local_file) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: _to_json(item, local_file) for key, item in cast("dict[str, object]", value).items()}
    if is_local_file(value):
        return local_file(value)
    return cast("JsonValue", value)
