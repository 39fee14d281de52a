"""Every drift rule, as data: its public id, how bad it is, and what it means.

A change of a schema has a kind, and up to two rules: one for requests (``input.``) and one for
results (``output.``).  A change that breaks the one is usually harmless to the other.  A new rule is a row
here; CONTRIBUTING.md lists the steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Flag
from types import MappingProxyType
from typing import NamedTuple

from schemaloom.drift.change import Polarity, Rule, Severity


class Effect(Flag):
    """The possible effect of a kind of change on the values that a schema admits."""

    NONE = 0
    NARROWS = 1
    WIDENS = 2


class SchemaKind(NamedTuple):
    """One kind of change of a schema."""

    kind: str
    input: Severity | None
    """Severity in a request; None if the kind does not occur there."""
    output: Severity | None
    """Severity in a result."""
    effect: Effect
    """Which lost or gained values the kind explains: `unexplained` ones get a rule of their own."""
    sentence: str


_B, _D, _S, _I = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE, Severity.INFO
_NONE, _NARROWS, _WIDENS = Effect.NONE, Effect.NARROWS, Effect.WIDENS
_BOTH = _NARROWS | _WIDENS

UNKNOWN_KEYWORD = "unknown-keyword"
"""The kind of a change of a schema that cannot be judged."""
_SCHEMA_KINDS: tuple[SchemaKind, ...] = (
    # kind, severity in a request, severity in a result, effect on the admitted values, what happened
    SchemaKind("property.removed", _B, _B, _BOTH, "a property was removed"),
    SchemaKind("property.removed-optional", None, _D, _BOTH, "an optional property was removed"),
    SchemaKind("property.unlisted", _D, None, _BOTH, "a property is not listed any more; the open schema accepts it"),
    SchemaKind("property.renamed", _S, None, _BOTH, "a confirmed rename: the old name stays as an alias"),
    SchemaKind("property.added-required", _B, None, _BOTH, "a required property was added"),
    SchemaKind("property.added-required-with-default", _B, None, _BOTH, "a required property with a default was added"),
    SchemaKind("property.added-optional", _S, None, _WIDENS, "an optional property was added"),
    SchemaKind("property.added", None, _S, _BOTH, "a property was added"),
    SchemaKind("property.claimed", _B, None, _NARROWS, "a name that accepted any value is now listed and restricted"),
    SchemaKind("property.became-required", _B, _I, _NARROWS, "an optional property became required"),
    SchemaKind("property.became-required-with-default", _B, None, _NARROWS,
               "an optional property with a default became required"),
    SchemaKind("property.became-optional", _S, _B, _WIDENS, "a required property became optional"),
    SchemaKind("type.changed", _B, _B, _BOTH, "the type changed"),
    SchemaKind("type.narrowed", _B, _I, _NARROWS, "fewer types are allowed"),
    SchemaKind("type.widened", _S, _B, _WIDENS, "more types are allowed"),
    SchemaKind("enum.value-removed", _B, _I, _NARROWS, "an allowed value was removed"),
    SchemaKind("enum.value-added", _S, _D, _WIDENS, "a new allowed value was added"),
    SchemaKind("enum.set", _B, _I, _NARROWS, "only listed values are allowed now"),
    SchemaKind("enum.lifted", _S, _D, _WIDENS, "values other than the listed ones are allowed now"),
    SchemaKind("enum.suggestion-removed", _D, _I, _NONE, "a suggested value was removed"),
    SchemaKind("enum.suggestion-added", _S, _I, _NONE, "a suggested value was added"),
    SchemaKind("bound.tightened", _B, _I, _NARROWS, "a bound was tightened"),
    SchemaKind("bound.set", _B, _I, _NARROWS, "a bound was set"),
    SchemaKind("bound.relaxed", _S, _I, _WIDENS, "a bound was relaxed"),
    SchemaKind("bound.unset", _S, _I, _WIDENS, "a bound was removed"),
    SchemaKind("multiple-of.set", _B, _I, _NARROWS, "multipleOf was set"),
    SchemaKind("multiple-of.changed", _B, _I, _BOTH, "multipleOf changed to a value that allows fewer numbers"),
    SchemaKind("multiple-of.relaxed", _S, _I, _WIDENS, "multipleOf was removed or allows more numbers"),
    SchemaKind("unique-items.set", _B, _I, _NARROWS, "items must be unique"),
    SchemaKind("unique-items.unset", _S, _I, _WIDENS, "items may repeat"),
    SchemaKind("pattern.set", _B, _I, _NARROWS, "a pattern was set"),
    SchemaKind("pattern.changed", _B, _I, _BOTH, "the pattern changed"),
    SchemaKind("pattern.relaxed", _S, _I, _WIDENS, "the pattern changed to one that matches more"),
    SchemaKind("pattern.unset", _S, _I, _WIDENS, "the pattern was removed"),
    SchemaKind("nullable.removed", _B, _I, _NARROWS, "null is no longer allowed"),
    SchemaKind("nullable.added", _S, _B, _WIDENS, "null is allowed now"),
    SchemaKind("additional.closed", _B, _I, _NARROWS, "properties that are not listed are no longer allowed"),
    SchemaKind("additional.opened", _S, _I, _WIDENS, "properties that are not listed are allowed now"),
    SchemaKind("additional.stated", _I, None, _NONE, "the refusal of unlisted properties is stated, or no longer"),
    SchemaKind("unsent.changed", _I, None, _NONE, "values that are no objects, and never sent, are judged differently"),
    SchemaKind("branch.removed", _B, _I, _NARROWS, "an alternative of a union was removed"),
    SchemaKind("branch.added", _S, _B, _WIDENS, "an alternative was added to a union"),
    SchemaKind("union.became-exclusive", _B, _I, _NARROWS, "a union changed from anyOf to oneOf"),
    SchemaKind("union.became-inclusive", _S, _I, _WIDENS, "a union changed from oneOf to anyOf"),
    SchemaKind("narrowed", _B, _I, _NARROWS, "fewer values may be allowed, and no other rule explains it"),
    SchemaKind("widened", _S, _B, _WIDENS, "more values may be allowed, and no other rule explains it"),
    SchemaKind("keyword.tightened", _B, _I, _NARROWS, "a keyword accepts fewer values"),
    SchemaKind("keyword.relaxed", _S, _B, _WIDENS, "a keyword accepts more values"),
    SchemaKind("content.changed", _D, _B, _NONE, "the media type or encoding of a string changed"),
    SchemaKind("content.set", _D, _I, _NONE, "a media type or encoding of a string was set"),
    SchemaKind("content.unset", _S, _D, _NONE, "the media type or encoding of a string was removed"),
    SchemaKind("discriminator.changed", _D, _D, _NONE, "the discriminator selects an alternative by other values"),
    SchemaKind("annotation.changed", _I, _I, _NONE, "another annotation changed"),
    SchemaKind("format.changed", _D, _B, _NONE, "the format changed"),
    SchemaKind("format.set", _D, _I, _NONE, "a format was set"),
    SchemaKind("format.unset", _S, _D, _NONE, "the format was removed"),
    SchemaKind("default.changed", _D, _I, _NONE, "the default changed"),
    SchemaKind("default.added", _S, _I, _NONE, "a default was added"),
    SchemaKind("default.removed", _D, _I, _NONE, "the default was removed"),
    SchemaKind("deprecated.set", _I, _I, _NONE, "deprecated was set"),
    SchemaKind("deprecated.unset", _I, _I, _NONE, "deprecated was removed"),
    SchemaKind("read-only.set", _D, _I, _NONE, "readOnly was set: sending the property has no effect"),
    SchemaKind("read-only.unset", _S, _I, _NONE, "readOnly was removed"),
    SchemaKind("write-only.set", _I, _D, _NONE, "writeOnly was set: the property is never returned"),
    SchemaKind("write-only.unset", _I, _S, _NONE, "writeOnly was removed"),
    SchemaKind("title.changed", _I, _I, _NONE, "the title changed"),
    SchemaKind("description.changed", _I, _I, _NONE, "the description changed"),
    SchemaKind("examples.changed", _I, _I, _NONE, "the examples changed"),
    SchemaKind("property.reordered", _I, _I, _NONE, "the order of the properties changed"),
)  # fmt: skip

_CATALOGUE: tuple[tuple[str, Severity, str], ...] = (
    ("model.added", _S, "A model was added"),
    ("model.returned", _S, "A model that had been removed is back"),
    ("model.removed", _B, "A model was removed"),
    ("model.renamed", _S, "A confirmed rename of a model: the old id stays as an alias"),
    ("model.deprecated", _D, "A model was deprecated"),
    ("model.undeprecated", _I, "A model is no longer deprecated"),
    ("model.sunset-changed", _D, "The date on which a model is switched off was set, changed or removed"),
    ("model.name-changed", _I, "The display name of a model changed"),
    ("model.description-changed", _I, "The description of a model changed"),
    ("model.documents-changed", _I, "The URLs of the documents about a model changed"),
    ("model.related-changed", _I, "The list of related models changed"),
    ("model.fact-changed", _I, "A fact of a model that requests need changed"),
    ("model.unreadable", _D, "The file of a model cannot be read, so its changes cannot be judged"),
    ("model.provenance-changed", _I, "The provenance of a model changed"),
    ("schema.published", _B, "The parameters of a model were published: pass them by name instead of in extra="),
    ("schema.withdrawn", _B, "The parameters of a model are no longer published, or not as an object"),
    ("schema.output-published", _S, "The schema of the result was published"),
    ("schema.output-withdrawn", _D, "The schema of the result is no longer published"),
    ("schema.unknown-keyword", _D, "A keyword changed whose effect on calls cannot be judged"),
    ("schema.unused-property-changed", _I, "A property that is never sent or never returned changed"),
    ("price.increased", _D, "The price went up"),
    ("price.decreased", _I, "The price went down"),
    ("price.unit-changed", _D, "The unit of the price changed"),
    ("price.published", _I, "A price was published"),
    ("price.withdrawn", _D, "A price is no longer published"),
    ("capability.removed", _D, "A capability of a model was removed"),
    ("capability.added", _S, "A capability of a model was added"),
    ("modality.changed", _B, "The modality changed, and with it the class of the result"),
    ("modality.removed", _D, "The modality is no longer published"),
    ("modality.added", _S, "A modality was published"),
    ("endpoint.changed", _B, "The endpoint of a model changed"),
    ("endpoint.removed", _B, "The endpoint of a model was removed"),
    ("endpoint.added", _S, "A model has an endpoint of its own now"),
    ("api.operation-removed", _B, "An operation was removed"),
    ("api.operation-added", _S, "An operation was added"),
    ("api.operation-undeprecated", _I, "An operation is no longer deprecated"),
    ("api.operation-deprecated", _D, "An operation was deprecated"),
    ("api.parameter-removed", _D, "A parameter of an operation was removed"),
    ("api.parameter-added", _S, "An optional parameter of an operation was added"),
    ("api.parameter-required", _B, "A parameter of an operation is required now"),
    ("api.parameter-style-changed", _B, "The serialization of a parameter or header changed"),
    ("api.parameter-type-changed", _I, "The type of a parameter changed, and what is sent for it is still accepted"),
    ("api.parameter-deprecated", _I, "A parameter or header was deprecated, or is no longer"),
    ("api.parameter-optional", _S, "A parameter of an operation became optional"),
    ("api.body-required", _B, "The request body is required now"),
    ("api.body-removed", _B, "A media type of a request body was removed"),
    ("api.body-added", _S, "A media type of a request body was added"),
    ("api.body-optional", _S, "The request body became optional"),
    ("api.response-removed", _B, "A successful response was removed"),
    ("api.response-added", _D, "A successful response was added"),
    ("api.response-body-removed", _B, "A media type of a successful response was removed"),
    ("api.response-body-added", _S, "A media type of a successful response was added"),
    ("api.response-body-widened", _D, "A media type of a successful response changed to a range that includes it"),
    ("api.media-range-changed", _I, "A media type is listed beside a range that includes it, or no longer"),
    ("api.response-range-changed", _I, "A successful status changed to a range of statuses or the default, or back"),
    ("api.response-header-removed", _B, "A header that every such response had was removed"),
    ("api.response-header-removed-optional", _D, "An optional header of a response was removed"),
    ("api.response-header-added", _S, "A header of a response was added"),
    ("api.response-header-optional", _B, "A header of a response became optional"),
    ("api.response-header-required", _S, "A response always has a header now that was optional"),
    ("api.error-response-changed", _I, "The documented error responses changed"),
    ("api.error-body-changed", _D, "The schema of an error body changed"),
    ("api.security-changed", _B, "The required authentication changed"),
    ("api.security-relaxed", _S, "Less authentication is required"),
    ("api.security-unused-changed", _I, "The authentication of the API changed, and every operation has its own"),
    ("api.callback-removed", _B, "A callback of an operation was removed"),
    ("api.callback-added", _S, "A callback of an operation was added"),
    ("api.callback-changed", _D, "The request or response of a callback or webhook changed"),
    ("api.webhook-removed", _B, "A webhook was removed"),
    ("api.webhook-added", _S, "A webhook was added"),
    ("api.unused-component-changed", _I, "A component that no operation uses changed"),
    ("api.text-changed", _I, "A description, an example or another text of the OpenAPI document changed"),
    (
        "api.extension-changed",
        _I,
        "An extension changed, or a key that has no effect where it is",
    ),
    ("api.unjudged-changed", _D, "A part of the OpenAPI document changed whose effect on calls cannot be judged"),
    ("api.server-changed", _D, "A base URL of the API was removed, or a new one is the first"),
    ("api.server-listed", _I, "The list of servers changed, and every base URL is still in it"),
    ("provider.auth-changed", _B, "The way the API key is sent changed"),
    ("provider.base-url-changed", _D, "The base URL of the API changed"),
    ("provider.rate-limit-tightened", _D, "The rate limit went down"),
    ("provider.rate-limit-relaxed", _I, "The rate limit went up"),
    ("provider.submit-changed", _B, "The submission of a job changed"),
    ("provider.job-changed", _B, "The way a job is polled or read changed"),
    ("provider.job-list-changed", _D, "The list of jobs changed"),
    ("provider.output-changed", _B, "The place of results in the job document changed"),
    ("provider.status-added", _D, "A job status was added"),
    ("provider.status-removed", _I, "A job status was removed"),
    ("provider.status-changed", _D, "The meaning of a job status changed"),
    ("provider.uncharged-changed", _D, "The statuses that are free of charge changed"),
    ("provider.webhook-changed", _B, "The way to request a webhook changed"),
    ("provider.webhook-added", _S, "Webhooks can be requested now"),
    ("provider.error-changed", _D, "The status, code or body of an error changed"),
    ("provider.error-added", _I, "An error was documented"),
    ("provider.error-removed", _I, "An error is no longer documented"),
    ("provider.currency-changed", _D, "The currency of prices changed"),
    ("package.name-removed", _B, "A public name of the package was removed, or accepts fewer types"),
    ("contract.status-added", _D, "A job status was added to the documents"),
    ("contract.status-removed", _I, "A job status was removed from the documents"),
    ("contract.status-changed", _D, "The documented meaning of a job status changed"),
    ("contract.code-added", _I, "An error code was added to the documents"),
    ("contract.code-removed", _I, "An error code was removed from the documents"),
    ("contract.code-changed", _D, "The documented meaning of an error code changed"),
    ("contract.response-field-added", _S, "A response field was added to the documents"),
    ("contract.response-field-removed", _B, "A response field was removed from the documents"),
    ("contract.response-field-changed", _D, "The documented type of a response field changed"),
    ("contract.header-added", _D, "A request header was added to the documents"),
    ("contract.header-removed", _D, "A request header was removed from the documents"),
    ("contract.header-changed", _D, "The documented use of a request header changed"),
    ("contract.text-changed", _I, "A documented text that affects no call changed"),
)


def _schema_rules() -> Iterator[Rule]:
    for row in _SCHEMA_KINDS:
        for polarity, severity, where in (
            (Polarity.INPUT, row.input, "In a request"),
            (Polarity.OUTPUT, row.output, "In a result"),
        ):
            if severity is not None:
                sentence = f"{where}: {row.sentence}."
                yield Rule(id=f"{polarity}.{row.kind}", severity=severity, polarity=polarity, sentence=sentence)


def _catalogue_rules() -> Iterator[Rule]:
    for rule, severity, sentence in _CATALOGUE:
        yield Rule(id=rule, severity=severity, polarity=Polarity.CATALOGUE, sentence=f"{sentence}.")


RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in (*_schema_rules(), *_catalogue_rules())})
"""Rules by id, in the order of the tables above."""
_EFFECTS = {row.kind: row.effect for row in _SCHEMA_KINDS}


def rule_of(kind: str, polarity: Polarity) -> str:
    """Return the id of the rule for a kind of change of a schema."""
    return "schema.unknown-keyword" if kind == UNKNOWN_KEYWORD else f"{polarity}.{kind}"


def narrows(kind: str) -> bool:
    """Whether a kind of change of a schema explains that it admits fewer values."""
    return Effect.NARROWS in _EFFECTS.get(kind, Effect.NONE)


def widens(kind: str) -> bool:
    """Whether a kind of change of a schema explains that it admits more values."""
    return Effect.WIDENS in _EFFECTS.get(kind, Effect.NONE)
