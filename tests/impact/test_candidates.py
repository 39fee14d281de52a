"""Calls are found through whatever names lead to them, and other files stay unparsed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.impact.sides import impact_of, model, write_code, write_side

OLD: dict[str, Any] = {"type": "object", "properties": {"p": {"type": "string"}, "n": {"type": "integer"}}}
NEW: dict[str, Any] = {
    "type": "object",
    "properties": {"p": {"type": "string"}, "n": {"type": "integer", "maximum": 4}},
}
CHAINS: dict[str, dict[str, str]] = {
    "three files": {
        "core.py": "import replicate\n\ndef send(n):\n    return replicate.run('acme/m', input={'n': n})\n",
        "middle.py": "from core import (\n    send,  # as it is\n)\n\ndef twice(n):\n    return send(n), send(1)\n",
        "app.py": "import middle as helpers\n\nhelpers.twice(9)\n",
    },
    "relative imports": {
        "pkg/__init__.py": "from .core import send as post\n",
        "pkg/core.py": "import replicate\n\ndef send(n):\n    return replicate.run('acme/m', input={'n': n})\n",
        "app.py": "from pkg import post\n\npost(9)\n",
    },
    "a star": {
        "core.py": "import replicate\n\ndef send(n):\n    return replicate.run('acme/m', input={'n': n})\n",
        "app.py": "from core import *\n\nsend(9)\n",
    },
    "a continued line": {
        "core.py": "import replicate\n\ndef send(n):\n    return replicate.run('acme/m', input={'n': n})\n",
        "app.py": "import os, \\\n    core\n\ncore.send(9)\n",
    },
    "an id in parts": {
        "app.py": "OWNER = 'acme'\nWHOLE = 'acme/m'\n\ndef go(client):\n    client.run(OWNER + '/m', input={'n': 9})\n",
    },
    "a class imported in a class": {
        "core.py": (
            "import replicate\n\nclass Api:\n    def send(self, n):\n"
            "        return replicate.run('acme/m', input={'n': n})\n"
        ),
        "app.py": "class Tools:\n    from core import Api\n\nTools.Api().send(9)\n",
    },
    "a value imported in a class": {
        "core.py": "N = 9\n",
        "app.py": (
            "import replicate\n\nclass Limits:\n    from core import N\n\n"
            "replicate.run('acme/m', input={'n': Limits.N})\n"
        ),
    },
    "a dotted module": {
        "pkg/__init__.py": "",
        "pkg/core.py": "import replicate\n\ndef send(n):\n    return replicate.run('acme/m', input={'n': n})\n",
        "app.py": "import pkg.core\n\npkg.core.send(9)\n",
    },
    "an import in a function": {
        "core.py": "import replicate\n\ndef send(n):\n    return replicate.run('acme/m', input={'n': n})\n",
        "app.py": "def go():\n    from core import send as post\n    post(9)\n",
    },
    "an object": {
        "core.py": (
            "import replicate\n\nclass Api:\n    def send(self, n):\n"
            "        return replicate.run('acme/m', input={'n': n})\n\napi = Api()\n"
        ),
        "app.py": "from core import api\n\napi.send(9)\n",
    },
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_call_is_found_through_every_file_that_leads_to_it(name: str, tmp_path: Path) -> None:
    app = write_code(tmp_path / "app", CHAINS[name])
    old, new = write_side(tmp_path / "old", model("acme/m", OLD)), write_side(tmp_path / "new", model("acme/m", NEW))
    breaking = [site.path for site in impact_of(old, new, app).sites if site.judgement.verdict.value == "breaks"]
    assert breaking == ["app.py"]


def test_a_file_that_imports_nothing_that_leads_to_a_call_is_not_parsed(tmp_path: Path) -> None:
    files = {
        "core.py": "import replicate\n\nLIMIT = 3\nreplicate.run('acme/m', input={'n': 9})\n",
        "other.py": "from core import LIMIT\n\nthis is no Python\n",
    }
    old, new = write_side(tmp_path / "old", model("acme/m", OLD)), write_side(tmp_path / "new", model("acme/m", NEW))
    report = impact_of(old, new, write_code(tmp_path / "app", files))
    assert (report.files, report.faults) == (2, ())


@pytest.mark.parametrize(
    ("value", "change", "sent"),
    [
        ("1", "import conf\n\nconf.N = 9\n", "{'n': N}"),
        ("1", "import conf\n\nvars(conf)['N'] = 9\n", "{'n': N}"),
        ("1", "import conf\n\nconf.__dict__['N'] = 9\n", "{'n': N}"),
        ("{'n': 1}", "from conf import N\n\nN['n'] = 9\n", "N"),
        ("{'n': 1}", "from conf import N\n\nN.update(n=9)\n", "N"),
        ("{'a': {'n': 1}}", "import conf\n\nconf.N['a']['n'] = 9\n", "N['a']"),
    ],
)
def test_what_another_file_changes_is_not_proved(value: str, change: str, sent: str, tmp_path: Path) -> None:
    files = {
        "conf.py": f"N = {value}\n",
        "change.py": change,
        "app.py": f"import replicate\nimport change\nfrom conf import N\n\nreplicate.run('acme/m', input={sent})\n",
    }
    old, new = write_side(tmp_path / "old", model("acme/m", OLD)), write_side(tmp_path / "new", model("acme/m", NEW))
    (site,) = impact_of(old, new, write_code(tmp_path / "app", files)).sites
    assert site.judgement.verdict.value == "may-break"
