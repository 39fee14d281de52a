"""Every rule, as data: the public ids, how bad each is, and what it means.

A change to a schema has a kind, and two rules: one for requests (``input.``) and one for results
(``output.``).  What breaks the one is usually harmless to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemaloom.drift.change import Polarity, Rule, Severity

_B, _D, _S, _I = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE, Severity.INFO

SchemaRow = tuple[str, Severity | None, Severity | None, str]

_SCHEMA: tuple[SchemaRow, ...] = (
    # kind, severity for inputs, severity for outputs, what happened
    ("property.removed", _B, _B, "A property is gone"),
    ("property.unlisted", _D, None, "A property is no longer listed; the schema is open and still takes it"),
    ("property.renamed", _S, None, "A property has a new name, as confirmed; the old one stays as an alias"),
    ("property.added-required", _B, None, "A new property must be sent"),
    ("property.added-required-with-default", _B, None, "A new property with a default is marked as required"),
    ("property.added-optional", _S, None, "A new property may be sent"),
    ("property.added", None, _S, "A new property may be read"),
    ("property.claimed", _B, None, "A name that took any value is now listed and takes fewer"),
    ("property.became-required", _B, _I, "An optional property became required"),
    ("property.became-required-with-default", _B, None, "An optional property with a default is marked as required"),
    ("property.became-optional", _S, _B, "A required property became optional"),
    ("type.changed", _B, _B, "The type is another one"),
    ("type.narrowed", _B, _I, "Fewer types are admitted"),
    ("type.widened", _S, _B, "More types are admitted"),
    ("enum.value-removed", _B, _I, "A value is no longer one of the choices"),
    ("enum.value-added", _S, _D, "A value was added to the choices"),
    ("enum.set", _B, _I, "Only listed values are admitted now"),
    ("enum.lifted", _S, _D, "Values other than the listed ones are admitted now"),
    ("enum.suggestion-removed", _D, _I, "A value of an open list is no longer named"),
    ("enum.suggestion-added", _S, _I, "A value of an open list is named now"),
    ("bound.tightened", _B, _I, "A bound leaves less room"),
    ("bound.set", _B, _I, "There is a bound where there was none"),
    ("bound.relaxed", _S, _I, "A bound leaves more room"),
    ("bound.unset", _S, _I, "A bound is gone"),
    ("multiple-of.set", _B, _I, "Values must be multiples of a number"),
    ("multiple-of.changed", _B, _I, "Values must be multiples of another number"),
    ("multiple-of.relaxed", _S, _I, "Values may be multiples of a smaller number, or of none"),
    ("unique-items.set", _B, _I, "Items must differ from each other"),
    ("unique-items.unset", _S, _I, "Items may repeat"),
    ("pattern.set", _B, _I, "Texts must match a pattern"),
    ("pattern.changed", _B, _I, "Texts must match another pattern"),
    ("pattern.unset", _S, _I, "Texts need not match a pattern any more"),
    ("nullable.removed", _B, _I, "null is no longer admitted"),
    ("nullable.added", _S, _B, "null is admitted"),
    ("additional.closed", _B, _I, "Members that are not listed are no longer admitted"),
    ("additional.opened", _S, _I, "Members that are not listed are admitted"),
    ("branch.removed", _B, _I, "An alternative is gone"),
    ("branch.added", _S, _B, "There is a new alternative"),
    ("union.became-exclusive", _B, _I, "Exactly one alternative must fit, where any number could (oneOf for anyOf)"),
    (
        "union.became-inclusive",
        _S,
        _I,
        "Any number of alternatives may fit, where exactly one had to (anyOf for oneOf)",
    ),
    ("narrowed", _B, _I, "Less is admitted, or that cannot be ruled out, and no other rule says why"),
    ("widened", _S, _B, "More is admitted, or that cannot be ruled out, and no other rule says why"),
    ("format.changed", _D, _B, "Texts have another format"),
    ("format.set", _D, _I, "Texts have a format where none was named"),
    ("format.unset", _S, _D, "No format is named any more"),
    ("default.changed", _D, _I, "What happens when nothing is sent changed"),
    ("default.added", _S, _I, "A default is named now"),
    ("default.removed", _D, _I, "No default is named any more"),
    ("deprecated.set", _I, _I, "Deprecated"),
    ("deprecated.unset", _I, _I, "No longer deprecated"),
    ("read-only.set", _D, _I, "Marked as read-only: sending it has no effect"),
    ("read-only.unset", _S, _I, "No longer marked as read-only"),
    ("write-only.set", _I, _D, "Marked as write-only: it is never returned"),
    ("write-only.unset", _I, _S, "No longer marked as write-only"),
    ("title.changed", _I, _I, "The title reads differently"),
    ("description.changed", _I, _I, "The description reads differently"),
    ("examples.changed", _I, _I, "The examples are others"),
    ("property.reordered", _I, None, "The provider lists its parameters in another order"),
)

_CATALOGUE: tuple[tuple[str, Severity, str], ...] = (
    ("model.added", _S, "A model is new"),
    ("model.removed", _B, "A model is gone"),
    ("model.renamed", _S, "A model has a new id, as confirmed; the old one stays as an alias"),
    ("model.deprecated", _D, "A model is marked as deprecated"),
    ("model.undeprecated", _I, "A model is no longer marked as deprecated"),
    ("model.name-changed", _I, "The display name of a model changed"),
    ("model.description-changed", _I, "The description of a model reads differently"),
    ("model.documents-changed", _I, "The documents about a model stand elsewhere"),
    ("model.related-changed", _I, "The neighbouring models are others"),
    ("model.provenance-changed", _I, "The facts about a model come from another kind of source"),
    ("schema.published", _B, "Parameters that were unknown are known now: name them, extra= takes them no longer"),
    ("schema.withdrawn", _B, "Parameters that were known are no longer published"),
    ("schema.output-published", _S, "The shape of the result is known now"),
    ("schema.output-withdrawn", _D, "The shape of the result is no longer published"),
    ("schema.unknown-keyword", _D, "A keyword that cannot be judged changed; whether calls still work is unknown"),
    ("price.increased", _D, "A job costs more"),
    ("price.decreased", _I, "A job costs less"),
    ("price.unit-changed", _D, "A price counts another unit"),
    ("price.published", _I, "The price is known now"),
    ("price.withdrawn", _D, "The price is no longer published"),
    ("capability.removed", _D, "A model no longer names a capability"),
    ("capability.added", _S, "A model names a new capability"),
    ("modality.changed", _B, "The result is of another kind, and so is its class"),
    ("modality.removed", _D, "The kind of result is no longer named"),
    ("modality.added", _S, "The kind of result is named now"),
    ("endpoint.changed", _B, "A model is called at another address"),
    ("endpoint.removed", _B, "A model no longer has an address of its own"),
    ("endpoint.added", _S, "A model has an address of its own now"),
    ("api.operation-removed", _B, "A route or method is gone"),
    ("api.operation-added", _S, "A route or method is new"),
    ("api.operation-deprecated", _D, "A route or method is marked as deprecated"),
    ("api.parameter-removed", _D, "A parameter of a route is no longer named"),
    ("api.parameter-added", _S, "A parameter of a route is new"),
    ("api.parameter-required", _B, "A parameter of a route must be sent"),
    ("api.parameter-optional", _S, "A parameter of a route need not be sent any more"),
    ("api.body-required", _B, "A request must have a body"),
    ("api.body-removed", _B, "A request no longer takes this body"),
    ("api.body-added", _S, "A request takes a new kind of body"),
    ("api.body-optional", _S, "A request need not have a body any more"),
    ("api.response-removed", _B, "A successful response is no longer named"),
    ("api.response-added", _D, "A new kind of success is named"),
    ("api.response-body-removed", _B, "A successful response no longer has this body"),
    ("api.response-body-added", _S, "A successful response has a new kind of body"),
    ("api.error-response-changed", _I, "The named error responses are others"),
    ("api.error-body-changed", _D, "The body of an error has another shape"),
    ("api.security-changed", _B, "Authentication works differently"),
    ("api.security-relaxed", _S, "A request needs less authentication"),
    ("api.server-changed", _D, "The API stands at another address"),
    ("provider.auth-changed", _B, "The key travels differently"),
    ("provider.base-url-changed", _D, "The API stands at another address"),
    ("provider.rate-limit-tightened", _D, "Fewer requests per minute are allowed"),
    ("provider.rate-limit-relaxed", _I, "More requests per minute are allowed"),
    ("provider.submit-changed", _B, "A job is submitted differently"),
    ("provider.job-changed", _B, "A job is watched or read differently"),
    ("provider.job-list-changed", _D, "Recent jobs are listed differently"),
    ("provider.output-changed", _B, "Results stand elsewhere in the answer"),
    ("provider.status-added", _D, "A job may have a new status"),
    ("provider.status-removed", _I, "A status of jobs is gone"),
    ("provider.status-changed", _D, "A status of jobs means something else"),
    ("provider.uncharged-changed", _D, "Other failures are free of charge"),
    ("provider.webhook-changed", _B, "A callback is asked for differently"),
    ("provider.webhook-added", _S, "A callback can be asked for"),
    ("provider.error-changed", _D, "An error has another status, code or body"),
    ("provider.error-added", _I, "An error is documented now"),
    ("provider.error-removed", _I, "An error is no longer documented"),
    ("provider.currency-changed", _D, "Prices count another currency"),
    ("contract.status-added", _D, "Documents name a new status of jobs"),
    ("contract.status-removed", _I, "Documents no longer name a status of jobs"),
    ("contract.status-changed", _D, "Documents say that a status means something else"),
    ("contract.code-added", _I, "Documents name a new error code"),
    ("contract.code-removed", _I, "Documents no longer name an error code"),
    ("contract.code-changed", _D, "Documents give an error code another meaning"),
    ("contract.response-field-added", _S, "Documents name a new field of the answer"),
    ("contract.response-field-removed", _B, "Documents no longer name a field of the answer"),
    ("contract.response-field-changed", _D, "Documents give a field of the answer another type"),
    ("contract.header-added", _D, "Documents name a new header of requests"),
    ("contract.header-removed", _D, "Documents no longer name a header of requests"),
    ("contract.header-changed", _D, "Documents say something else about a header of requests"),
    ("contract.text-changed", _I, "Documents put something that concerns no call differently"),
)


def _rules() -> dict[str, Rule]:
    rules: list[Rule] = []
    for kind, input_severity, output_severity, sentence in _SCHEMA:
        for polarity, severity in ((Polarity.INPUT, input_severity), (Polarity.OUTPUT, output_severity)):
            if severity is not None:
                whose = "a request" if polarity is Polarity.INPUT else "a result"
                rules.append(
                    Rule(
                        id=f"{polarity}.{kind}",
                        severity=severity,
                        polarity=polarity,
                        sentence=f"In {whose}: {_lower(sentence)}.",
                    )
                )
    for name, severity, sentence in _CATALOGUE:
        rules.append(Rule(id=name, severity=severity, polarity=Polarity.CATALOGUE, sentence=f"{sentence}."))
    return {rule.id: rule for rule in rules}


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


RULES: Mapping[str, Rule] = MappingProxyType(_rules())
"""Rules by id, in the order of the tables above."""
