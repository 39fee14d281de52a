"""What code is known to send: a table of snippets, each with the payload of its last call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.impact.sides import impact_of, judge_code, model, write_code, write_side

ANY = {"type": "object", "additionalProperties": True, "properties": {"a": {"type": "string"}}}
CALL = "import replicate\n"
UNKNOWN: dict[str, Any] = {}

KNOWN: dict[str, tuple[str, Any]] = {
    "arithmetic": ("replicate.run('m', input={'a': (2 + 3 * 4) // 2, 'b': -1.5, 'c': 2 ** 3, 'd': 7 % 4})",
                   {"a": 7, "b": -1.5, "c": 8, "d": 3}),
    "texts": ("W = 640\nreplicate.run('m', input={'a': f'{W}x{W * 2:04d}', 'b': 'x' 'y' + 'z'})",
              {"a": "640x1280", "b": "xyz"}),
    "enum": (("import enum\nclass E(enum.StrEnum):\n    A = 'one'\nclass P(enum.Enum):\n    B = 2\n"
             "replicate.run('m', input={'a': E.A, 'b': P.B.value})"), {"a": "one", "b": 2}),
    "class constant": ("class C:\n    SIZE = 3\n    def f(self):\n        replicate.run('m', input={'a': self.SIZE})",
                       {"a": 3}),
    "instance attribute": (("class C:\n    def __init__(self):\n        self.size = 4\n    def f(self):\n"
                           "        replicate.run('m', input={'a': self.size})"), {"a": 4}),
    "merged": ("A = {'a': 1, 'b': 1}\nreplicate.run('m', input={**A, 'b': 2} | dict(c=3))", {"a": 1, "b": 2, "c": 3}),
    "stored before": (("def f():\n    p = {'a': 1}\n    p['b'] = 2\n    p.update(c=3)\n    del p['a']\n"
                      "    replicate.run('m', input=p)"), {"b": 2, "c": 3}),
    "stored after": ("def f():\n    p = {'a': 1}\n    replicate.run('m', input=p)\n    p['b'] = 2\n", {"a": 1}),
    "another object of the name": ((
        "p = {'a': 1}\np['b'] = 2\nif len(p):\n    p['c'] = 3\nq = p\np = {'a': 4}\nreplicate.run('m', input=p)"
    ), {"a": 4}),
    "last assignment": ("x = 1\nx = 2\nreplicate.run('m', input={'a': x})\nx = 3", {"a": 2}),
    "logged": (("import logging\np = {'a': 1}\nlogging.info('sends %s', p)\nprint(len(p), p.get('a'))\n"
               "replicate.run('m', input=p)"), {"a": 1}),
    "loop over one": ("for x in [5]:\n    replicate.run('m', input={'a': x})", {"a": 5}),
    "tuple": ("replicate.run('m', input={'a': (1, [2])})", {"a": [1, [2]]}),
    "or": ("D = None\nreplicate.run('m', input={'a': D or 4})", {"a": 4}),
    "default": ("def f(x=3):\n    return {'a': x}\nreplicate.run('m', input=f())", {"a": 3}),
    "walrus": ("if (x := 4):\n    replicate.run('m', input={'a': x})", {"a": 4}),
    "builtins": (("replicate.run('m', input={'a': int('4') + max(1, 2), 'b': round(2.6), 'c': len([1, 2]), "
                 "'d': ['x'] * 2, 'e': str(1.5)})"), {"a": 6, "b": 3, "c": 2, "d": ["x", "x"], "e": "1.5"}),
    "JSON text": ("import json\nreplicate.run('m', input=json.loads('{\"a\": [1, null]}'))", {"a": [1, None]}),
    "dataclass": (("import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass C:\n    a: str\n"
                   "    b: int = 2\nc = C('x')\nd = dataclasses.replace(c, b=3)\n"
                   "replicate.run('m', input={**dataclasses.asdict(c), 'c': d.b, 'd': d.a})"),
                  {"a": "x", "b": 2, "c": 3, "d": "x"}),
    "named tuple": (("from typing import NamedTuple\nclass P(NamedTuple):\n    a: str\n    b: int = 2\n"
                     "p = P(a='x')\nreplicate.run('m', input={**p._asdict(), 'c': p._replace(b=4).b})"),
                    {"a": "x", "b": 2, "c": 4}),
    "automatic enum": (("import enum\nclass E(enum.StrEnum):\n    ONE = enum.auto()\n"
                        "replicate.run('m', input={'a': E.ONE})"), {"a": "one"}),
    "loop over dictionaries": (
        "for kw in ({'a': 1, 'b': 2},):\n    replicate.run('m', input={**kw, 'c': 3})", {"a": 1, "b": 2, "c": 3}),
    "keys of a dictionary": ("for k in {'x': 1}:\n    replicate.run('m', input={'a': k})", {"a": "x"}),
    "one of several returns": (("def f(c):\n    if c:\n        return {'a': 'x'}\n    return {'a': 'x'}\n"
                                "replicate.run('m', input=f(1))"), {"a": "x"}),
    "named attribute": ("getattr(replicate, 'run')('m', input={'a': 1})", {"a": 1}),
    "mapped": ("list(map(lambda n: replicate.run('m', input={'a': n}), [9]))", {"a": 9}),
    "unpacked": ("a = ['m']\nreplicate.run(*a, input={'a': 1})", {"a": 1}),
    "lambda": ("make = lambda n: replicate.run('m', input={'a': n})\nmake(9)", {"a": 9}),
}  # fmt: skip


@pytest.mark.parametrize(("code", "sent"), KNOWN.values(), ids=KNOWN)
def test_what_a_call_is_known_to_send(tmp_path: Path, code: str, sent: Any) -> None:
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), CALL + code)
    assert [site.judgement.payload for site in report.sites] == [sent]
    assert report.sites[0].judgement.unknown == ()


NOT_KNOWN: dict[str, tuple[str, list[str]]] = {
    "parameter": ("def f(x):\n    replicate.run('m', input={'a': x, 'b': 1})", ["/a"]),
    "environment": (("import os\nreplicate.run('m', input={'a': os.environ['X'], 'b': [os.getenv('Y')]})"),
                    ["/a", "/b/0"]),
    "two branches": ("def f(c):\n    x = 1\n    if c:\n        x = 2\n    replicate.run('m', input={'a': x})", ["/a"]),
    "maybe stored": (("def f(c):\n    p = {'b': 1}\n    if c:\n        p['a'] = 2\n"
                      "    replicate.run('m', input=p)"), ["/a"]),
    "stored in a loop": (("def f(xs):\n    p = {'b': 1}\n    for x in xs:\n        replicate.run('m', input=p)\n"
                         "        p['a'] = x"), ["/a"]),
    "global": ("x = 1\ndef g():\n    global x\n    x = 2\nreplicate.run('m', input={'a': x})", ["/a"]),
    "set by default": ("def f(x):\n    p = {'b': 1}\n    p.setdefault('a', x)\n    replicate.run('m', input=p)",
                       ["/a"]),
    "field that is set": (("from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int = 1\nc = C()\nc.a = 2\n"
                           "replicate.run('m', input={'a': c.a})"), ["/a"]),
    "field made anew": (("from dataclasses import dataclass, field\n@dataclass(frozen=True)\nclass C:\n"
                         "    a: list = field(default_factory=list)\nreplicate.run('m', input={'a': C().a})"), ["/a"]),
    "no return at the end": ("def f(c):\n    if c:\n        return 1\nreplicate.run('m', input={'a': f(0)})", ["/a"]),
    "generator": ("def f():\n    yield 1\n    return 2\nreplicate.run('m', input={'a': f()})", ["/a"]),
    "builtin that fails": ("replicate.run('m', input={'a': int('x'), 'b': max([]), 'c': round('x')})",
                           ["/a", "/b", "/c"]),
    "part that changes": (("def f(x):\n    tags = ['x']\n    p = {'a': tags}\n    tags.append(x)\n"
                           "    replicate.run('m', input=p)"), ["/a"]),
    "maybe given": ("def f(c):\n    replicate.run('m', **({'input': {'a': 1}} if c else {}))", []),
    "plain enum": ("import enum\nclass E(enum.Enum):\n    A = 'one'\nreplicate.run('m', input={'a': E.A})", ["/a"]),
    "endless": ("x = 1\nwhile True:\n    x = x + x\n    replicate.run('m', input={'a': x})", ["/a"]),
    "huge": ("replicate.run('m', input={'a': 'x' * 10 ** 12, 'b': 9 ** 9 ** 9})", ["/a", "/b"]),
}  # fmt: skip


@pytest.mark.parametrize(("code", "unknown"), NOT_KNOWN.values(), ids=NOT_KNOWN)
def test_what_is_not_known_is_stated(tmp_path: Path, code: str, unknown: list[str]) -> None:
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), CALL + code)
    assert [list(site.judgement.unknown) for site in report.sites] == [unknown]


OPEN = {
    "passed on": "def f(change):\n    p = {'a': 'x'}\n    change(p)\n    replicate.run('m', input=p)",
    "aliased": "def f():\n    p = {'a': 'x'}\n    q = p\n    q['b'] = 1\n    replicate.run('m', input=p)",
    "computed key": "def f(k):\n    p = {'a': 'x'}\n    p[k] = 1\n    replicate.run('m', input=p)",
    "kept": "def f(self):\n    p = {'a': 'x'}\n    self.p = p\n    replicate.run('m', input=p)",
    "by its own calls": "P = {'a': 'x'}\ndef f():\n    replicate.run('m', input=P)\nf()\nP['b'] = 1",
    "passed on by name": "def f(**given):\n    replicate.run('m', **given)",
    "posted by name": "import requests\ndef f(**given):\n    requests.post('models/m/run', **given)",
    "unknown": "def f(p):\n    replicate.run('m', input={**p})",
}


@pytest.mark.parametrize("code", OPEN.values(), ids=OPEN)
def test_a_dictionary_that_others_may_change_may_hold_anything(tmp_path: Path, code: str) -> None:
    closed = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    narrow = {"type": "object", "properties": {"a": {"type": "string"}}}
    report = judge_code(tmp_path, model("m", closed), model("m", narrow), CALL + code)
    assert [site.judgement.verdict.value for site in report.sites] == ["may-break"]


NO_SITE = {
    "another model": "replicate.run('other', input={'a': 1})",
    "id that is not known": "def f(m):\n    replicate.run(m, input={'a': 1})",
    "another package": "from other_sdk.models.m import M\nM(a='x')",
    "another host": "import requests\nrequests.post('https://else.example/models/m/run', json={'a': 1})",
    "another method": "import requests\nrequests.get('https://sample.example/api/v1/models/m/run', json={})",
    "a word": "subprocess.run('m', input='text')",
}


@pytest.mark.parametrize("code", NO_SITE.values(), ids=NO_SITE)
def test_other_calls_are_no_sites(tmp_path: Path, code: str) -> None:
    report = judge_code(tmp_path, model("m", ANY), None, CALL + code)
    assert report.sites == ()


def test_names_are_followed_across_files(tmp_path: Path) -> None:
    code = {
        "app/__init__.py": "",
        "app/config.py": "SEED = 7\n",
        "app/requests.py": "from sample_sdk.models.m import M\nfrom .config import SEED\nclass Own(M): ...\n"
        "def make(text):\n    return Own(a=text, b=SEED)\n",
        "app/main.py": "from app.requests import make, Own as Mine\nmake('x')\nMine(a='y')\n",
    }
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), code)
    assert [(site.path, site.line, site.judgement.payload) for site in report.sites] == [
        ("app/main.py", 2, {"a": "x", "b": 7}),
        ("app/main.py", 3, {"a": "y"}),
    ]


def test_what_another_file_sets_is_not_known(tmp_path: Path) -> None:
    code = {
        "config.py": "A, B, run = 'x', 'y', print\n",
        "use.py": f"{CALL}import config\nreplicate.run('m', input={{'a': config.A, 'b': config.B}})\n",
        "patch.py": "import config\nconfig.A = 'z'\nif config.B == 'z':\n    setattr(config, 'run', print)\n",
    }
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), code)
    assert [site.judgement.unknown for site in report.sites] == [("/a",)]


def test_columns_count_characters_and_a_file_that_is_no_python_is_reported(tmp_path: Path) -> None:
    code = {"a.py": "import replicate\n'é'; replicate.run('m', input={'a': 'x'})\n", "b.py": "replicate.run('m' ,,)\n"}
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), code)
    assert [(site.line, site.column) for site in report.sites] == [(2, 6)]
    assert [(path, line) for path, line, _ in report.faults] == [("b.py", 1)]


SEVERAL = {
    "table": "from sample_sdk.models import k, m\ndef f(name):\n    return {'m': m.M, 'k': k.K}.get(name)(a='x')",
    "table that changes": (
        "from sample_sdk.models import k, m\nT = {}\nT['m'] = m.M\ndef f(name):\n    return T[name](a='x')\n"
        "T['k'] = k.K"
    ),
    "list": "from sample_sdk.models import k, m\nfor cls in [m.M, k.K]:\n    cls(a='x')",
    "ids": "for m in ('m', 'k'):\n    replicate.run(m, input={'a': 'x'})",
    "conditional id": "import os\nreplicate.run('m' if os.environ.get('X') else 'k', input={'a': 'x'})",
    "classes": "import os\nfrom sample_sdk.models import k, m\n(m.M if os.environ.get('X') else k.K)(a='x')",
    "unpacked": "for m, a in {'m': 'x', 'k': 'x'}.items():\n    replicate.run(m, input={'a': a})",
}


@pytest.mark.parametrize("code", SEVERAL.values(), ids=SEVERAL)
def test_a_call_for_one_of_several_models_is_a_site_of_each(tmp_path: Path, code: str) -> None:
    sides = [write_side(tmp_path / name, model("m", ANY), model("k", ANY)) for name in ("old", "new")]
    report = impact_of(*sides, write_code(tmp_path / "app", {"a.py": CALL + code}))
    assert sorted((site.model, site.judgement.payload) for site in report.sites) == [
        ("k", {"a": "x"}),
        ("m", {"a": "x"}),
    ]


def test_functions_that_call_themselves_or_each_other_end(tmp_path: Path) -> None:
    code = (
        "def down(text, n):\n    if n:\n        down(text + 'x', n - 1)\n        up(text, n)\n"
        "    replicate.run('m', input={'a': text})\n"
        "def up(text, n):\n    down(text, n - 1)\n"
        "down('x', 3)\n"
    )
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), CALL + code)
    assert (9, {"a": "x"}) in [(site.line, site.judgement.payload) for site in report.sites]


def test_functions_whose_calls_are_not_all_seen_are_judged_themselves(tmp_path: Path) -> None:
    code = (
        "def send(text):\n    replicate.run('m', input={'a': text})\n"
        "def main(pool, texts, *more):\n    send('x')\n    pool.apply(send, texts)\n    send(*more)\n"
    )
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), CALL + code)
    assert [(site.line, site.judgement.unknown) for site in report.sites] == [(3, ("/a",)), (5, ()), (7, ("/a",))]


def test_a_call_of_one_of_several_functions_is_a_site_of_each(tmp_path: Path) -> None:
    code = (
        "def f(a):\n    replicate.run('m', input={'a': a})\ndef g(a):\n    replicate.run('m', input={'a': a, 'b': 1})\n"
        "for call in {'f': f, 'g': g}.values():\n    call('x')\n"
    )
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), CALL + code)
    assert [site.judgement.payload for site in report.sites if site.line == 7] == [{"a": "x"}, {"a": "x", "b": 1}]


def test_a_call_is_reported_where_its_parameters_are_written(tmp_path: Path) -> None:
    code = (
        "def send(text):\n    replicate.run('m', input={'a': text})\n"
        "def main():\n    name = input()\n    send(name)\n    replicate.run('m', input={'a': name})\n"
        "main()\n"
    )
    report = judge_code(tmp_path, model("m", ANY), model("m", ANY), CALL + code)
    assert [(site.line, site.kind) for site in report.sites] == [(6, "client"), (7, "client")]
