"""Code whose values change between the place that writes them and the call that sends them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.impact.sides import impact_of, model, write_code, write_side

Json = dict[str, Any]
OLD: Json = {"type": "object", "properties": {"p": {"type": "string"}, "n": {"type": "integer"}}}
NEW: Json = {"type": "object", "properties": {"p": {"type": "string"}, "n": {"type": "integer", "maximum": 4}}}
# Every row sends 9 as `n`, which the new schema refuses; `may-break` where the code alone does not prove it.
TABLE: dict[str, tuple[str, str]] = {
    "written through globals": (
        "may-break",
        """
n = 1
def f():
    globals()['n'] = 9
f()
replicate.run('m', input={'n': n})
""",
    ),
    "globals updated": (
        "may-break",
        """
n = 1
globals().update(n=9)
replicate.run('m', input={'n': n})
""",
    ),
    "globals under a name": (
        "may-break",
        """
n = 1
names = globals()
names['n'] = 9
replicate.run('m', input={'n': n})
""",
    ),
    "globals with a key of a loop": (
        "may-break",
        """
n = 1
for key in ['n']:
    globals()[key] = 9
replicate.run('m', input={'n': n})
""",
    ),
    "an object in globals": (
        "may-break",
        """
D = {'n': 1}
globals()['D']['n'] = 9
replicate.run('m', input=D)
""",
    ),
    "written through vars": (
        "may-break",
        """
n = 1
vars()['n'] = 9
replicate.run('m', input={'n': n})
""",
    ),
    "written by exec": (
        "may-break",
        """
n = 1
exec('n = 9')
replicate.run('m', input={'n': n})
""",
    ),
    "set on its own module": (
        "may-break",
        """
import sys
n = 1
setattr(sys.modules[__name__], 'n', 9)
replicate.run('m', input={'n': n})
""",
    ),
    "globals that are only read": (
        "breaks",
        """
n = 9
'{n}'.format(**globals())
globals()['n']
replicate.run('m', input={'n': n})
""",
    ),
    "a registry filled by a decorator": (
        "may-break",
        """
R = {}
def keep(function):
    R[function.__name__] = function
    return function
@keep
def send(n):
    replicate.run('m', input={'n': n})
R['send'](9)
""",
    ),
    "a registry filled by a decorator with a name": (
        "may-break",
        """
R = {}
def keep(name):
    def inner(function):
        R[name] = function
        return function
    return inner
@keep('x')
def send(n=1):
    replicate.run('m', input={'n': n})
R['x'](9)
""",
    ),
    "class attr set elsewhere": (
        "may-break",
        """
class C:
    N = 1
C.N = 9
replicate.run('m', input={'n': C.N})
""",
    ),
    "instance attr set outside": (
        "may-break",
        """
class J:
    n = 1
    def go(self):
        replicate.run('m', input={'n': self.n})
j = J()
j.n = 9
j.go()
""",
    ),
    "dataclass default": (
        "may-break",
        """
from dataclasses import dataclass
@dataclass
class J:
    n: int = 1
    def go(self):
        replicate.run('m', input={'n': self.n})
J(9).go()
""",
    ),
    "subclass overrides": (
        "may-break",
        """
class A:
    N = 1
    def go(self):
        replicate.run('m', input={'n': self.N})
class B(A):
    N = 9
B().go()
""",
    ),
    "subclass overrides method": (
        "may-break",
        """
class A:
    def n(self): return 1
    def go(self):
        replicate.run('m', input={'n': self.n()})
class B(A):
    def n(self): return 9
B().go()
""",
    ),
    "augmented in loop": (
        "may-break",
        """
n = 1
for _ in range(8):
    n += 1
replicate.run('m', input={'n': n})
""",
    ),
    "alias augmented": (
        "may-break",
        """
a = {'p': 'x'}
b = a
b |= {'n': 9}
replicate.run('m', input=a)
""",
    ),
    "global": (
        "may-break",
        """
n = 1
def f():
    global n
    n = 9
f()
replicate.run('m', input={'n': n})
""",
    ),
    "between": (
        "may-break",
        """
n = 9
def f():
    replicate.run('m', input={'n': n})
f()
n = 1
""",
    ),
    "default mutable": (
        "breaks",
        """
def f(s={'p': 'x'}):
    s['n'] = 9
    return s
replicate.run('m', input=f())
""",
    ),
    "returned and changed": (
        "breaks",
        """
def f():
    return {'p': 'x'}
s = f()
s['n'] = 9
replicate.run('m', input=s)
""",
    ),
    "comp var": (
        "may-break",
        """
n = 1
[0 for n in (9,)]
replicate.run('m', input={'n': 9 if n else n})
""",
    ),
    "loop leaks": (
        "may-break",
        """
for n in (1, 9):
    pass
replicate.run('m', input={'n': n})
""",
    ),
    "setattr": (
        "may-break",
        """
class C:
    N = 1
setattr(C, 'N', 9)
replicate.run('m', input={'n': C.N})
""",
    ),
    "subclass enum value": (
        "breaks",
        """
import enum
class E(enum.IntEnum):
    A = 9
replicate.run('m', input={'n': E.A})
""",
    ),
    "property": (
        "may-break",
        """
class J:
    @property
    def n(self): return 9
    def go(self): replicate.run('m', input={'n': self.n})
J().go()
""",
    ),
    "nested change": (
        "may-break",
        """
D = {'o': {'n': 1}}
D['o']['n'] = 9
replicate.run('m', input=D['o'])
""",
    ),
    "nested alias": (
        "may-break",
        """
D = {'n': 1}
E = {'x': D}
E['x']['n'] = 9
replicate.run('m', input=D)
""",
    ),
    "passed on": (
        "may-break",
        """
def add(d): d['n'] = 9
D = {'p': 'x'}
add(D)
replicate.run('m', input=D)
""",
    ),
    "passed on in if": (
        "may-break",
        """
def add(d): d['n'] = 9
if X:
    D = {'p': 'x'}
else:
    D = {'p': 'y'}
add(D)
replicate.run('m', input=D)
""",
    ),
    "self dict changed": (
        "may-break",
        """
class J:
    base = {'p': 'x'}
    def a(self):
        self.base['n'] = 9
    def go(self):
        replicate.run('m', input=self.base)
j = J(); j.a(); j.go()
""",
    ),
    "self dict changed elsewhere": (
        "may-break",
        """
class J:
    base = {'p': 'x'}
    def go(self):
        replicate.run('m', input=self.base)
j = J(); j.base['n'] = 9; j.go()
""",
    ),
    "self dict inst": (
        "may-break",
        """
class J:
    def __init__(self, b):
        self.base = {'p': 'x'}
        self.base |= b
    def go(self):
        replicate.run('m', input=self.base)
J({'n': 9}).go()
""",
    ),
    "and": (
        "breaks",
        """
replicate.run('m', input={'n': 1 and 9})
""",
    ),
    "or zero": (
        "breaks",
        """
replicate.run('m', input={'n': 0 or 9})
""",
    ),
    "cond objects": (
        "may-break",
        """
replicate.run('m', input={'n': 9} if not X else {'p': 'x'})
""",
    ),
    "cond both": (
        "breaks",
        """
replicate.run('m', input={'n': 9} if not X else {'n': 8})
""",
    ),
    "partial wrapped": (
        "breaks",
        """
import functools
r = functools.partial(replicate.run, 'm', input={'n': 9})
r()
""",
    ),
    "setdefault": (
        "may-break",
        """
D = {'p': 'x'}
D.setdefault('n', 9)
replicate.run('m', input=D)
""",
    ),
    "update star": (
        "may-break",
        """
D = {'p': 'x'}
D.update(**{'n': 9})
replicate.run('m', input=D)
""",
    ),
    "update pairs": (
        "may-break",
        """
D = {'p': 'x'}
D.update([('n', 9)])
replicate.run('m', input=D)
""",
    ),
    "del": (
        "breaks",
        """
D = {'p': 'x', 'n': 1}
del D['n']
D['n'] = 9
replicate.run('m', input=D)
""",
    ),
    "pop kept": (
        "breaks",
        """
D = {'p': 'x', 'n': 9}
x = D.pop('p')
replicate.run('m', input=D)
""",
    ),
    "walrus later": (
        "breaks",
        """
if (n := 9) > 3:
    replicate.run('m', input={'n': n})
""",
    ),
    "decorated": (
        "may-break",
        """
def d(f):
    return lambda: 9
@d
def n(): return 1
replicate.run('m', input={'n': n()})
""",
    ),
    "generator": (
        "may-break",
        """
def n():
    yield 9
replicate.run('m', input={'n': next(n())})
""",
    ),
    "async": (
        "breaks",
        """
import asyncio
async def n():
    return 9
async def go():
    replicate.run('m', input={'n': await n()})
asyncio.run(go())
""",
    ),
    "early return": (
        "may-break",
        """
def n():
    if not X: return 9
    return 1
replicate.run('m', input={'n': n()})
""",
    ),
    "implicit none": (
        "may-break",
        """
def n(x=None):
    if x:
        return 1
replicate.run('m', input={'n': n() or 9})
""",
    ),
    "shadow": (
        "breaks",
        """
n = 1
def f(n):
    replicate.run('m', input={'n': n})
f(9)
""",
    ),
    "params changed in function": (
        "breaks",
        """
def f(n):
    n = 9
    replicate.run('m', input={'n': n})
f(1)
""",
    ),
    "params augmented": (
        "may-break",
        """
def f(n):
    n += 8
    replicate.run('m', input={'n': n})
f(1)
""",
    ),
    "param dict changed": (
        "breaks",
        """
def f(d):
    d['n'] = 9
    replicate.run('m', input=d)
f({'n': 1})
""",
    ),
    "param kwargs changed": (
        "breaks",
        """
def f(**d):
    d['n'] = 9
    replicate.run('m', input=d)
f(n=1)
""",
    ),
    "param kwargs default": (
        "may-break",
        """
def f(**d):
    d.setdefault('n', 9)
    replicate.run('m', input=d)
f(p='x')
""",
    ),
    "param kwargs in star": (
        "breaks",
        """
def f(**d):
    replicate.run('m', input={**d, 'n': 9})
f(p='x')
""",
    ),
    "while else": (
        "may-break",
        """
n = 1
while n < 9:
    n = n + 1
replicate.run('m', input={'n': n})
""",
    ),
    "unpack": (
        "breaks",
        """
for k, n in (('a', 9), ('b', 9)):
    replicate.run('m', input={'n': n})
""",
    ),
    "unpack star": (
        "may-break",
        """
a, *n = 1, 9
replicate.run('m', input={'n': n[0]})
""",
    ),
    "swap": (
        "breaks",
        """
a, b = 1, 9
a, b = b, a
replicate.run('m', input={'n': a})
""",
    ),
    "chained": (
        "may-break",
        """
a = b = {'p': 'x'}
b['n'] = 9
replicate.run('m', input=a)
""",
    ),
    "comprehension dict": (
        "may-break",
        """
D = {k: v for k, v in [('n', 9)]}
replicate.run('m', input=D)
""",
    ),
}


def run(code: str, monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    """What the code sends when it runs."""
    sent: list[Json] = []
    library = ModuleType("replicate")
    vars(library)["run"] = lambda ref, input: sent.append(dict(input))  # noqa: A006  the name of the real one
    monkeypatch.setitem(sys.modules, "replicate", library)
    app = ModuleType("app")
    vars(app)["X"] = 0
    monkeypatch.setitem(sys.modules, "app", app)
    exec(compile(code, "app.py", "exec"), vars(app))
    return sent


def test_what_changes_on_the_way_to_a_call_is_never_proved_to_be_unaffected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = {name: f"import replicate\n{code.lstrip()}" for name, (_, code) in TABLE.items()}
    app = write_code(tmp_path / "app", {f"row_{index}.py": code for index, code in enumerate(codes.values())})
    report = impact_of(
        write_side(tmp_path / "old", model("m", OLD)), write_side(tmp_path / "new", model("m", NEW)), app
    )
    was, is_now = Draft202012Validator(OLD), Draft202012Validator(NEW)
    for index, (name, code) in enumerate(codes.items()):
        sent = run(code, monkeypatch)
        assert sent, name
        assert all(was.is_valid(payload) and not is_now.is_valid(payload) for payload in sent), (name, sent)
        (site,) = [site for site in report.sites if site.path == f"row_{index}.py"]
        assert (name, site.judgement.verdict.value) == (name, TABLE[name][0])
