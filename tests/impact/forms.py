"""The forms in which code sends one payload: each writes a snippet whose last call sends it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.impact.sides import python

Json = dict[str, Any]
IMPORT = "from sample_sdk.models.m import M\n"


def keywords(payload: Json, fields: Mapping[str, str]) -> str:
    """The payload as keyword arguments of the class."""
    return ", ".join(f"{fields.get(name, name)}={python(value)}" for name, value in payload.items())


def by_class(payload: Json, fields: Mapping[str, str]) -> str:
    return f"{IMPORT}M({keywords(payload, fields)})\n"


def by_alias(payload: Json, fields: Mapping[str, str]) -> str:
    return f"from sample_sdk.models.m import M as Request\nRequest({keywords(payload, fields)})\n"


def by_module(payload: Json, fields: Mapping[str, str]) -> str:
    return f"import sample_sdk.models.m\nsample_sdk.models.m.M({keywords(payload, fields)})\n"


def by_module_from(payload: Json, fields: Mapping[str, str]) -> str:
    return f"from sample_sdk.models import m as mod\nmod.M({keywords(payload, fields)})\n"


def by_star_import(payload: Json, fields: Mapping[str, str]) -> str:
    return f"from sample_sdk.models.m import *\nM({keywords(payload, fields)})\n"


def by_model_validate(payload: Json, _: Mapping[str, str]) -> str:
    return f"{IMPORT}M.model_validate({python(payload)})\n"


def by_model_validate_json(payload: Json, _: Mapping[str, str]) -> str:
    return f"{IMPORT}M.model_validate_json({json.dumps(payload)!r})\n"


def by_stars(payload: Json, fields: Mapping[str, str]) -> str:
    given = {fields.get(name, name): value for name, value in payload.items()}
    return f"{IMPORT}M(**{python(given)})\n"


def by_constant(payload: Json, fields: Mapping[str, str]) -> str:
    given = {fields.get(name, name): value for name, value in payload.items()}
    return f"{IMPORT}BASE = {python(given)}\ndef f():\n    return M(**BASE)\n"


def by_partial(payload: Json, fields: Mapping[str, str]) -> str:
    first, rest = dict(list(payload.items())[:1]), dict(list(payload.items())[1:])
    given = "".join(f", {word}" for word in [keywords(first, fields)] if word)
    return f"import functools\n{IMPORT}p = functools.partial(M{given})\np({keywords(rest, fields)})\n"


def by_subclass(payload: Json, fields: Mapping[str, str]) -> str:
    return f'{IMPORT}class Own(M):\n    """Ours."""\n\nOwn({keywords(payload, fields)})\n'


def by_factory(payload: Json, fields: Mapping[str, str]) -> str:
    names = [fields.get(name, name) for name in payload]
    passed = ", ".join(f"{name}={name}" for name in names)
    return f"{IMPORT}def make({', '.join(names)}):\n    return M({passed})\n\nmake({keywords(payload, fields)})\n"


def by_open_factory(payload: Json, fields: Mapping[str, str]) -> str:
    return f"{IMPORT}def make(**given):\n    return M(**given)\n\nmake({keywords(payload, fields)})\n"


def by_steps(payload: Json, fields: Mapping[str, str]) -> str:
    steps = "".join(f"    sent[{fields.get(name, name)!r}] = {python(value)}\n" for name, value in payload.items())
    return f"{IMPORT}def f():\n    sent = {{}}\n{steps}    return M(**sent)\n"


def by_copy(payload: Json, fields: Mapping[str, str]) -> str:
    first, rest = dict(list(payload.items())[:1]), dict(list(payload.items())[1:])
    given = {fields.get(name, name): value for name, value in rest.items()}
    return f"{IMPORT}base = M({keywords(first, fields)})\nbase.model_copy(update={python(given)})\n"


def by_obj(payload: Json, _: Mapping[str, str]) -> str:
    return f"{IMPORT}M.model_validate(obj={python(payload)} | {{}})\n"


def by_guarded_import(payload: Json, fields: Mapping[str, str]) -> str:
    return f"try:\n    {IMPORT}except ImportError:\n    M = None\nM({keywords(payload, fields)})\n"


def by_method(payload: Json, fields: Mapping[str, str]) -> str:
    method = "    def make(self, **given):\n        return M(**given)\n"
    return f"{IMPORT}class Maker:\n{method}\nMaker().make({keywords(payload, fields)})\n"


def by_class_body(payload: Json, fields: Mapping[str, str]) -> str:
    given = {fields.get(name, name): value for name, value in payload.items()}
    method = "    def make(self):\n        return M(**self.base)\n"
    return f"{IMPORT}class Base:\n    base = {python(given)}\n\nclass Maker(Base):\n{method}"


def by_conditions(payload: Json, fields: Mapping[str, str]) -> str:
    given = python({fields.get(name, name): value for name, value in payload.items()})
    return f"{IMPORT}import os\nM(**({given} if os.environ.get('FAST') else {given}))\n"


def by_table(payload: Json, fields: Mapping[str, str]) -> str:
    call = f"def f(name, **given):\n    return TABLE[name](**given)\n\nf('m', {keywords(payload, fields)})\n"
    return f"{IMPORT}TABLE = {{'m': M}}\n{call}"


def by_adapter(payload: Json, _: Mapping[str, str]) -> str:
    call = f"TypeAdapter(list[M]).validate_python([{python(payload)}])"
    return f"{IMPORT}from pydantic import TypeAdapter\n{call}\n"


def by_json_adapter(payload: Json, _: Mapping[str, str]) -> str:
    call = f"ADAPTER = TypeAdapter(M)\nADAPTER.validate_json({json.dumps(payload)!r})"
    return f"{IMPORT}import pydantic\nfrom pydantic import TypeAdapter\n{call}\n"


def by_map(payload: Json, _: Mapping[str, str]) -> str:
    return f"{IMPORT}list(map(M.model_validate, [{python(payload)}]))\n"


def by_choice(payload: Json, fields: Mapping[str, str]) -> str:
    choice = "def pick(fast):\n    if fast:\n        return M\n    return None\n"
    return f"{IMPORT}{choice}pick(True)({keywords(payload, fields)})\n"


def by_client(payload: Json, _: Mapping[str, str]) -> str:
    return f"import replicate\nreplicate.run('m', input={python(payload)})\n"


def by_version(payload: Json, _: Mapping[str, str]) -> str:
    return f"import replicate\nMODEL = 'm:' + 'ab' * 3\nreplicate.Client().run(MODEL, {python(payload)})\n"


def by_predictions(payload: Json, _: Mapping[str, str]) -> str:
    return f"from replicate import predictions\npredictions.create(model='m', input={python(payload)})\n"


def by_subscribe(payload: Json, _: Mapping[str, str]) -> str:
    call = f"fal.subscribe_async('m', arguments={python(payload)})"
    return f"import fal_client as fal\nasync def f():\n    await {call}\n"


def by_raw(payload: Json, _: Mapping[str, str]) -> str:
    return f"from sample_sdk import Sample\nwith Sample() as client:\n    client.submit_raw('m', {python(payload)})\n"


def by_post(payload: Json, _: Mapping[str, str]) -> str:
    return (
        f"import requests\nBASE = 'https://sample.example/api/v1'\nMODEL = 'm'\n"
        f"requests.post(f'{{BASE}}/models/{{MODEL}}/run', json={python(payload)}, timeout=9)\n"
    )


def by_http_client(payload: Json, _: Mapping[str, str]) -> str:
    return (
        f"import json, os, httpx\nasync def f(client: httpx.AsyncClient):\n    body = {python(payload)}\n"
        "    await client.post(os.environ['BASE'] + '/models/m/run', content=json.dumps(body))\n"
    )


def by_augmented(payload: Json, _: Mapping[str, str]) -> str:
    first, rest = dict(list(payload.items())[:1]), dict(list(payload.items())[1:])
    call = "def f():\n    replicate.run('m', input=SENT)\n"
    return f"import replicate\nSENT = {python(first)}\nSENT |= {python(rest)}\n{call}"


def by_thread(payload: Json, _: Mapping[str, str]) -> str:
    call = f"asyncio.to_thread(replicate.run, 'm', input={python(payload)})"
    return f"import asyncio, replicate\nasync def f():\n    await {call}\n"


def by_client_partial(payload: Json, _: Mapping[str, str]) -> str:
    start = "import fal_client\nfrom functools import partial\n"
    return f"{start}run = partial(fal_client.run, 'm')\nrun({python(payload)})\n"


def by_post_wrapper(payload: Json, _: Mapping[str, str]) -> str:
    url = "'{}/models/%s/run'.format('https://sample.example/api/v1') % model"
    wrapper = f"def send(model, body):\n    return requests.post({url}, json=body, timeout=9)\n"
    return f"import requests\n{wrapper}\nsend('m', {python(payload)})\n"


def by_urllib(payload: Json, _: Mapping[str, str]) -> str:
    body = f"data=json.dumps({python(payload)}).encode('utf-8'), headers={{}}, method='POST'"
    request = f"urllib.request.Request('https://sample.example/api/v1/models/m/run', {body})"
    return f"import json, urllib.request\nurllib.request.urlopen({request})\n"


def by_http_connection(payload: Json, _: Mapping[str, str]) -> str:
    call = f"connection.request('POST', '/api/v1/models/m/run', body=json.dumps({python(payload)}))"
    return f"import http.client, json\nconnection = http.client.HTTPSConnection('sample.example')\n{call}\n"


def by_base_url(payload: Json, _: Mapping[str, str]) -> str:
    client = "httpx.AsyncClient(base_url='https://sample.example/api/v1')"
    call = f"await client.post('models/m/run', json={python(payload)})"
    return f"import httpx\nasync def f():\n    async with {client} as client:\n        {call}\n"


def by_client_object(payload: Json, _: Mapping[str, str]) -> str:
    call = f"await client.submit('m', arguments={python(payload)})"
    return f"import fal_client\nasync def f():\n    client = fal_client.AsyncClient(key='k')\n    {call}\n"


def by_method_alias(payload: Json, _: Mapping[str, str]) -> str:
    return f"import replicate\nrun = replicate.Client(api_token='t').run\nrun('m', input={python(payload)})\n"


def by_typed_dictionary(payload: Json, _: Mapping[str, str]) -> str:
    named = [name for name in payload if name.isidentifier() and name != "class"]
    rest = python({name: value for name, value in payload.items() if name not in named})
    given = ", ".join(f"{name}={python(payload[name])}" for name in named)
    cls = "class Input(TypedDict, total=False):\n    pass\n"
    return f"import replicate\nfrom typing import TypedDict\n{cls}replicate.run('m', {{**Input({given}), **{rest}}})\n"


def by_filter(payload: Json, _: Mapping[str, str]) -> str:
    kept = "{k: v for k, v in sent.items() if v is not None}"
    more = "{**sent, 'left out': None}"
    return f"import replicate\nsent = {python(payload)}\nsent = {more}\nreplicate.run('m', input={kept})\n"


FORMS: list[Callable[[Json, Mapping[str, str]], str]] = [
    by_class, by_alias, by_module, by_module_from, by_star_import, by_model_validate, by_model_validate_json, by_stars,
    by_constant, by_partial, by_subclass, by_factory, by_open_factory, by_steps, by_copy, by_obj, by_guarded_import,
    by_method, by_class_body, by_conditions, by_table, by_adapter, by_json_adapter, by_map, by_choice, by_client,
    by_version, by_urllib, by_http_connection, by_base_url, by_client_object, by_method_alias, by_typed_dictionary,
    by_filter,
    by_predictions, by_subscribe, by_raw, by_post, by_http_client, by_augmented, by_thread, by_client_partial,
    by_post_wrapper,
]  # fmt: skip
"""Every form, with the API's names of parameters and the class's."""
CLASS_FORMS = frozenset(FORMS[: FORMS.index(by_client)])
