"""Calls to copy: with the generated package, and with curl."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

from schemaloom.ir.model import Model
from schemaloom.json.pointer import pointer_tokens
from schemaloom.json.values import JsonObject, JsonValue
from schemaloom.render.examples import example_request
from schemaloom.render.literals import literal
from schemaloom.render.names.table import ModelNames
from schemaloom.settings.placeholders import fill_json, fill_route
from schemaloom.settings.provider import Provider
from schemaloom.settings.urls import join

_LONGEST_LINE = 88
_ID = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """One request of a model, ready to copy; each is empty if it is not known."""

    python: str
    curl: str
    own_name: str
    """The model's name in the provider's own client, if there is one."""
    parameters: str
    """The request as JSON."""


def calls(model: Model, names: ModelNames | None, provider: Provider) -> Calls | None:
    """Return calls with a valid example request; None if the parameters or an example are not known."""
    example = example_request(model)
    if example is None:
        return None
    values = {"id": model.id, "endpoint": model.endpoint or "", **dict(model.facts)}
    variant = next((found for found in provider.submit.variants if found.applies(dict(model.facts))), None)
    submit = variant or provider.submit
    try:
        url = join(
            provider.api.base_url, fill_route(submit.url, values) if submit.url != "{endpoint}" else values["endpoint"]
        )
        own = fill_json(submit.call, values)
    except LookupError:
        url, own = "", None
    template = submit.body
    body = _filled(template, example, values) if template is not None else _placed(provider.submit.input, example)
    return Calls(
        python=_python(names, example, provider) if names else "",
        curl=_curl(submit.method, url, body, provider) if url else "",
        own_name=own if isinstance(own, str) else "",
        parameters=json.dumps(example, ensure_ascii=False, indent=2),
    )


def _python(names: ModelNames, example: JsonObject, provider: Provider) -> str:
    package = provider.package
    given = [f"{names.field('', name)}={literal(value)}" for name, value in example.items()]
    call = f"request = {names.cls}({', '.join(given)})"
    if len(call) > _LONGEST_LINE:
        call = f"request = {names.cls}(\n" + "".join(f"    {argument},\n" for argument in given) + ")"
    return (
        f"from {package.module} import {package.client}\n"
        f"from {package.module}.models.{names.module} import {names.cls}\n\n"
        f"{call}\n"
        f"with {package.client}() as client:\n"
        f"    result = client.run(request, timeout=300)\n"
        f'    result.save_all("results")\n'
    )


def _curl(method: str, url: str, body: JsonValue, provider: Provider) -> str:
    auth, key = provider.api.auth, f"${provider.package.env_prefix}_API_KEY"
    headers = [f"{auth.header}: {auth.prefix}{key}"] if auth.header else []
    headers += [f"{name}: {value.replace('{key}', key)}" for name, value in auth.headers.items()]
    lines = [f"curl -X {method} {shlex.quote(url)}" + (f'"?{auth.query}={key}"' if auth.query else "")]
    # Double quotes, so that the shell puts the key in; nothing in a header comes from the catalogue.
    lines += [f'-H "{header}"' for header in headers]
    lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(body, ensure_ascii=False))}"]
    return " \\\n  ".join(lines) + "\n"


def _placed(pointer: str, example: JsonObject) -> JsonValue:
    body: JsonValue = example
    for token in reversed(pointer_tokens(pointer)):
        body = {token: body}
    return body


def _filled(template: JsonValue, example: JsonObject, values: dict[str, str]) -> JsonValue:
    match template:
        case "{input}":
            return dict(example)
        case "{uuid}":
            return _ID
        case dict():
            own = {name: _filled(part, example, values) for name, part in template.items() if name != "*"}
            return {**own, **example} if "*" in template else own
        case list():
            return [_filled(part, example, values) for part in template]
        case _:
            return fill_json(template, values)
