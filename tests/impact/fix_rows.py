"""Kinds of fixes: code before and after, for one renamed model with renamed, removed and required parameters."""

# ruff: noqa: E501  a row is a line of code

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
TEXT, INT = {"type": "string"}, {"type": "integer"}
OLD: Json = {
    "type": "object",
    "properties": {
        "prompt": TEXT, "steps": {**INT, "default": 20}, "size": {"enum": ["square_hd", "wide"]}, "seed": INT,
        "guide-scale": INT, "watermark": {"type": "boolean", "readOnly": True},
    },
    "required": ["prompt"],
}  # fmt: skip
NEW: Json = {
    "type": "object",
    "properties": {
        "prompt": TEXT, "size": {"enum": ["square", "wide"]}, "random_seed": INT, "guide.scale": INT,
        "quality": {"enum": ["low", "high"], "default": "low"},
    },
    "required": ["prompt", "quality"],
}  # fmt: skip
RENAMES = """
[models]
m = "m-2"
[parameters.m-2]
seed = "random_seed"
guide-scale = "guide.scale"
[values.m-2.size]
square_hd = "square"
"""
CLASS = "from sample_sdk.models.m import M\n"
NOW = "from sample_sdk.models.m_2 import M2\n"
CLIENT = "import replicate\n"

TABLE: dict[str, tuple[str, str]] = {
    "parameter": (f"{CLASS}M(prompt='x', seed=1)", f"{NOW}M2(prompt='x', random_seed=1, quality='low')"),
    "mangled parameter": (
        f"{CLASS}M(prompt='x', guide_scale=1, quality='low')",
        f"{NOW}M2(prompt='x', guide_scale=1, quality='low')",
    ),
    "value": (f'{CLASS}M(prompt="x", size="square_hd")', f'{NOW}M2(prompt="x", size="square", quality=\'low\')'),
    "value of a constant": (
        f"{CLASS}from typing import Final\nSIZE: Final = 'square_hd'\nM(prompt='x', size=SIZE)",
        f"{NOW}from typing import Final\nSIZE: Final = 'square'\nM2(prompt='x', size=SIZE, quality='low')",
    ),
    "value of a constant that others use": (
        f"{CLASS}from typing import Final\nSIZE: Final = 'square_hd'\nprint(SIZE)\nM(prompt='x', size=SIZE)",
        (
            f"{NOW}from typing import Final\nSIZE: Final = 'square_hd'\nprint(SIZE)\n"
            "M2(prompt='x', size='square', quality='low')"
        ),
    ),
    "removed default": (f"{CLASS}M(prompt='x', steps=20)", f"{NOW}M2(prompt='x', quality='low')"),
    "removed first": (f"{CLASS}M(steps=20, prompt='x')", f"{NOW}M2(prompt='x', quality='low')"),
    "removed between": (
        f"{CLASS}M(prompt='x', steps=20, size='wide')", f"{NOW}M2(prompt='x', size='wide', quality='low')",
    ),
    "removed two": (f"{CLASS}M(prompt='x', steps=20, watermark=True)", f"{NOW}M2(prompt='x', quality='low')"),
    "removed without effect": (f"{CLASS}M(prompt='x', watermark=True)", f"{NOW}M2(prompt='x', quality='low')"),
    "removed line": (
        f"{CLASS}M(\n    prompt='x',  # the text\n    steps=20,\n)\n",
        f"{NOW}M2(\n    prompt='x', quality='low',  # the text\n)\n",
    ),
    "comment inside": (
        f"{CLASS}M(  # now\n    # first\n    seed=1,  # fixed\n    prompt='x',\n)\n",
        f"{NOW}M2(  # now\n    # first\n    random_seed=1,  # fixed\n    prompt='x', quality='low',\n)\n",
    ),
    "tabs and CRLF": (
        f"{CLASS}def f() -> None:\n\tM(\n\t\tprompt='x',\n\t\tsteps=20,\n\t\tseed=1\n\t)\n".replace("\n", "\r\n"),
        f"{NOW}def f() -> None:\n\tM2(\n\t\tprompt='x',\n\t\trandom_seed=1, quality='low'\n\t)\n".replace("\n", "\r\n"),
    ),
    "not ASCII": (
        f"{CLASS}é = 'ü'; M(prompt='é', seed=1)",
        f"{NOW}é = 'ü'; M2(prompt='é', random_seed=1, quality='low')",
    ),
    "BOM": (f"\ufeff{CLASS}M(prompt='x', seed=1)", f"\ufeff{NOW}M2(prompt='x', random_seed=1, quality='low')"),
    "nothing sent": (f"{CLASS}M(**{{'prompt': 'x'}})", f"{NOW}M2(**{{'prompt': 'x'}}, quality='low')"),
    "alias": (
        "from sample_sdk.models.m import M as R\nR(prompt='x', seed=1)",
        "from sample_sdk.models.m_2 import M2 as R\nR(prompt='x', random_seed=1, quality='low')",
    ),
    "module": (
        "import sample_sdk.models.m as mod\nmod.M(prompt='x')",
        "import sample_sdk.models.m_2 as mod\nmod.M2(prompt='x', quality='low')",
    ),
    "dotted": (
        "import sample_sdk.models.m\nsample_sdk.models.m.M(prompt='x')",
        "import sample_sdk.models.m_2\nsample_sdk.models.m_2.M2(prompt='x', quality='low')",
    ),
    "module from package": (
        "from sample_sdk.models import m\nm.M(prompt='x')",
        "from sample_sdk.models import m_2\nm_2.M2(prompt='x', quality='low')",
    ),
    "model_validate": (
        f"{CLASS}M.model_validate({{'prompt': 'x', \"seed\": 1}})",
        f"{NOW}M2.model_validate({{'prompt': 'x', \"random_seed\": 1, \"quality\": 'low'}})",
    ),
    "stars": (
        f"{CLASS}M(**{{'prompt': 'x', 'seed': 1}})",
        f"{NOW}M2(**{{'prompt': 'x', 'random_seed': 1}}, quality='low')",
    ),
    "annotation": (
        f"{CLASS}def f() -> M:\n    return M(prompt='x')\nf()",
        f"{NOW}def f() -> M2:\n    return M2(prompt='x', quality='low')\nf()",
    ),
    "subclass": (
        f"{CLASS}class Own(M): ...\nOwn(prompt='x', seed=1)",
        f"{NOW}class Own(M2): ...\nOwn(prompt='x', random_seed=1, quality='low')",
    ),
    "factory": (
        f"{CLASS}def make(s: int) -> M:\n    return M(prompt='x', seed=s)\nmake(1)",
        f"{NOW}def make(s: int) -> M2:\n    return M2(prompt='x', random_seed=s, quality='low')\nmake(1)",
    ),
    "client": (
        f"{CLIENT}replicate.run('m', input={{'prompt': 'x', 'seed': 1, 'steps': 20}})",
        f"{CLIENT}replicate.run('m-2', input={{'prompt': 'x', 'random_seed': 1, \"quality\": 'low'}})",
    ),
    "client, empty": (
        f"{CLIENT}replicate.run('m', input=dict(prompt='x'))",
        f"{CLIENT}replicate.run('m-2', input=dict(prompt='x', quality='low'))",
    ),
    "client, own name": (
        f"{CLIENT}replicate.run('m', input={{'prompt': 'x', 'guide-scale': 1}})",
        f"{CLIENT}replicate.run('m-2', input={{'prompt': 'x', 'guide.scale': 1, \"quality\": 'low'}})",
    ),
    "client, constant id": (
        f"{CLIENT}ID = \"m\"\nreplicate.run(ID, {{'prompt': 'x'}})",
        f"{CLIENT}ID = \"m-2\"\nreplicate.run(ID, {{'prompt': 'x', \"quality\": 'low'}})",
    ),
    "client, variable": (
        f"{CLIENT}def f(s: int) -> None:\n    p: dict[str, object] = {{'prompt': 'x'}}\n    p['seed'] = s\n    replicate.run('m', input=p)",
        (f"{CLIENT}def f(s: int) -> None:\n    p: dict[str, object] = {{'prompt': 'x', \"quality\": 'low'}}\n    p['random_seed'] = s\n"
        "    replicate.run('m-2', input=p)"),
    ),
    "unknown value stays": (
        f"{CLASS}def f(n: int) -> None:\n    M(prompt='x', steps=n)", f"{NOW}def f(n: int) -> None:\n    M2(prompt='x', steps=n, quality='low')",
    ),
    "shared dictionary stays": (
        f"{CLIENT}B: dict[str, object] = {{'prompt': 'x', 'seed': 1}}\nprint(B)\nreplicate.run('m', input=B)",
        f"{CLIENT}B: dict[str, object] = {{'prompt': 'x', 'seed': 1}}\nprint(B)\nreplicate.run('m-2', input=B)",
    ),
    "trailing comma": (f"{CLASS}M(prompt='x', seed=1,)", f"{NOW}M2(prompt='x', random_seed=1, quality='low',)"),
    "removed before a trailing comma": (
        f"{CLASS}M(\n    prompt='x', steps=20,\n)\n", f"{NOW}M2(\n    prompt='x', quality='low',\n)\n",
    ),
    "removed alone": (f"{CLASS}M(steps=20, **{{'prompt': 'x'}})", f"{NOW}M2(**{{'prompt': 'x'}}, quality='low')"),
    "removed with its comment kept": (
        f"{CLASS}M(\n    prompt='x',\n    # fast\n    steps=20,  # twenty\n    seed=1,\n)\n",
        f"{NOW}M2(\n    prompt='x',\n    # fast\n      # twenty\n    random_seed=1, quality='low',\n)\n",
    ),
    "comment behind the bracket": (
        f"{CLASS}M(prompt='x',  # text\n  seed=1)  # end\n", f"{NOW}M2(prompt='x',  # text\n  random_seed=1, quality='low')  # end\n",
    ),
    "semicolons": (
        f"{CLASS}a = M(prompt='x', seed=1); M(prompt='y'); b = 1",
        f"{NOW}a = M2(prompt='x', random_seed=1, quality='low'); M2(prompt='y', quality='low'); b = 1",
    ),
    "continued lines": (
        f"{CLASS}M(prompt='x', \\\n  seed=1)", f"{NOW}M2(prompt='x', \\\n  random_seed=1, quality='low')",
    ),
    "no space": (f"{CLASS}M(prompt='x',seed=1)", f"{NOW}M2(prompt='x',random_seed=1, quality='low')"),
    "space around": (f"{CLASS}M( prompt = 'x' , seed = 1 )", f"{NOW}M2( prompt = 'x' , random_seed = 1, quality='low' )"),
    "value in double quotes of three": (
        f'{CLASS}M(prompt="x", size="""square_hd""")', f'{NOW}M2(prompt="x", size="""square""", quality=\'low\')',
    ),
    "value of several lines": (
        f'{CLASS}M(prompt="""a\n  cat""", seed=1)', f'{NOW}M2(prompt="""a\n  cat""", random_seed=1, quality=\'low\')',
    ),
    "value of a class": (
        f"{CLASS}from typing import Final\nclass C:\n    STEPS: Final = 20\nM(prompt='x', steps=C.STEPS)",
        f"{NOW}from typing import Final\nclass C:\n    STEPS: Final = 20\nM2(prompt='x', quality='low')",
    ),
    "decorator": (
        f"{CLASS}import functools\n@functools.cache\ndef make() -> M:\n    return M(prompt='x', seed=1)\nmake()",
        (f"{NOW}import functools\n@functools.cache\ndef make() -> M2:\n"
        "    return M2(prompt='x', random_seed=1, quality='low')\nmake()"),
    ),
    "alias of a type": (
        f"{CLASS}from typing import TypeAlias\nRequest: TypeAlias = M\nRequest(prompt='x', seed=1)",
        (f"{NOW}from typing import TypeAlias\nRequest: TypeAlias = M2\n"
        "Request(prompt='x', random_seed=1, quality='low')"),
    ),
    "annotation in quotes": (
        f"{CLASS}def f(m: 'M | None' = None) -> \"list[M]\":\n    return [M(prompt='x')]\nf()",
        f"{NOW}def f(m: 'M2 | None' = None) -> \"list[M2]\":\n    return [M2(prompt='x', quality='low')]\nf()",
    ),
    "import of several lines": (
        "from sample_sdk.models.m import (\n    M,  # ours\n)\nM(prompt='x')",
        "from sample_sdk.models.m_2 import (\n    M2,  # ours\n)\nM2(prompt='x', quality='low')",
    ),
    "import in a function": (
        "def f() -> None:\n    from sample_sdk.models.m import M\n    M(prompt='x')\nf()",
        "def f() -> None:\n    from sample_sdk.models.m_2 import M2\n    M2(prompt='x', quality='low')\nf()",
    ),
    "import that is exported": (
        f"{CLASS}__all__ = ['M']\nM(prompt='x', seed=1)",
        ("from sample_sdk.models.m_2 import M2 as M\n__all__ = ['M']\n"
        "M(prompt='x', random_seed=1, quality='low')"),
    ),
    "name that is taken": (
        f"{CLASS}M2 = 3\nM(prompt='x')", "from sample_sdk.models.m_2 import M2 as M\nM2 = 3\nM(prompt='x', quality='low')",
    ),
    "another inferred of that name": (
        "from sample_sdk.models import m\ndef f(m: int) -> int:\n    return m\nf(1); m.M(prompt='x')",
        ("from sample_sdk.models import m_2 as m\ndef f(m: int) -> int:\n    return m\n"
        "f(1); m.M2(prompt='x', quality='low')"),
    ),
    "model_copy": (
        f"{CLASS}M(prompt='x').model_copy(update={{'seed': 1}})",
        f"{NOW}M2(prompt='x', quality='low').model_copy(update={{'random_seed': 1}})",
    ),
    "partial": (
        f"{CLASS}import functools\nmake = functools.partial(M, prompt='x')\nmake(seed=1)",
        f"{NOW}import functools\nmake = functools.partial(M2, prompt='x')\nmake(random_seed=1, quality='low')",
    ),
    "condition": (
        f"{CLASS}import os\nM(prompt='x', seed=1 if os.environ.get('FAST') else 2)",
        f"{NOW}import os\nM2(prompt='x', random_seed=1 if os.environ.get('FAST') else 2, quality='low')",
    ),
    "list of calls": (
        f"{CLASS}[print(item) for item in [M(prompt='x', seed=1), M(prompt='y', steps=20)]]",
        (f"{NOW}[print(item) for item in [M2(prompt='x', random_seed=1, quality='low'), "
        "M2(prompt='y', quality='low')]]"),
    ),
    "asynchronous": (
        f"{CLASS}import asyncio\nasync def f() -> M:\n    return M(prompt='x', seed=1)\nasyncio.run(f())",
        (f"{NOW}import asyncio\nasync def f() -> M2:\n    return M2(prompt='x', random_seed=1, quality='low')\n"
        "asyncio.run(f())"),
    ),
    "walrus": (
        f"{CLASS}if (m := M(prompt='x', seed=1)):\n    print(m)",
        f"{NOW}if (m := M2(prompt='x', random_seed=1, quality='low')):\n    print(m)",
    ),
    "client, merged": (
        f"{CLIENT}B: dict[str, object] = {{'prompt': 'x', 'seed': 1}}\nreplicate.run('m', input={{**B, 'steps': 20}})",
        (f"{CLIENT}B: dict[str, object] = {{'prompt': 'x', 'random_seed': 1}}\n"
        "replicate.run('m-2', input={**B, \"quality\": 'low'})"),
    ),
    "client, lines": (
        f"{CLIENT}replicate.run(\n    'm',  # id\n    input={{\n        'prompt': 'x',\n        'steps': 20,\n    }},\n)\n",
        (f"{CLIENT}replicate.run(\n    'm-2',  # id\n    input={{\n        'prompt': 'x', \"quality\": 'low',\n"
        "    },\n)\n"),
    ),
    "client, value": (
        f"{CLIENT}replicate.run('m', input={{'prompt': 'x', \"size\": \"square_hd\"}})",
        f"{CLIENT}replicate.run('m-2', input={{'prompt': 'x', \"size\": \"square\", \"quality\": 'low'}})",
    ),
    "star import": (
        "from sample_sdk.models.m import *\nM(prompt='x', seed=1)",
        "from sample_sdk.models.m_2 import *\nM2(prompt='x', random_seed=1, quality='low')",
    ),
    "parentheses": (
        f"{CLASS}M(prompt=('x'), seed=(1), steps=(20))", f"{NOW}M2(prompt=('x'), random_seed=(1), quality='low')",
    ),
    "client, parentheses": (
        f"{CLIENT}replicate.run('m', input={{'steps': (20), 'prompt': ('x'  # (\n )}})",
        f"{CLIENT}replicate.run('m-2', input={{'prompt': ('x'  # (\n ), \"quality\": 'low'}})",
    ),
    "partial of all": (
        f"{CLASS}import functools\nmake = functools.partial(M, seed=1, prompt='x', steps=20)\nmake()",
        f"{NOW}import functools\nmake = functools.partial(M2, random_seed=1, prompt='x')\nmake(quality='low')",
    ),
    "deleted name": (
        f"{CLASS}M(prompt='x', seed=1)\ndel M", f"{NOW}M2(prompt='x', random_seed=1, quality='low')\ndel M2",
    ),
    "f-string": (
        f'{CLASS}print(f"é {{M.__name__}} {{M(prompt=1 and str(1), seed=1)}}")',
        f'{NOW}print(f"é {{M2.__name__}} {{M2(prompt=1 and str(1), random_seed=1, quality=\'low\')}}")',
    ),
    "pattern": (
        f"{CLASS}match M(prompt='x', seed=1):\n    case M(prompt=p):\n        print(p)",
        f"{NOW}match M2(prompt='x', random_seed=1, quality='low'):\n    case M2(prompt=p):\n        print(p)",
    ),
}  # fmt: skip
