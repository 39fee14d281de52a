"""Hostile strings, names and ids: to be executed, to escape from a folder, to confuse."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

CANARY = "canary"
"""Name of the file that every piece of hostile code tries to write, in the current folder."""

RUN = f"__import__('pathlib').Path('{CANARY}').write_text('ran')"
_JINJA = f"cycler.__init__.__globals__.os.system('touch {CANARY}')"

FRAGMENTS = [
    *('"""', "'''", '"', "'", "\\", '\\"', "\\'", "\\\n", "\\N{BULLET}", "\\x", "\\u", "\n", "\r", "\r\n", "\t", "\f"),
    *("\0", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\u200b", "\u202e", "\u2066", "\u00ad", "\ud7ff"),
    *("{", "}", "{{", "}}", "{%", "%}", "{#", "#}", "{0}", "{!r}", "%s", "%(a)s", "${x}", "#{", "<%", "%>"),
    *("{% raw %}", "{% endraw %}", "{{ 7 * 7 }}", "{{ self }}", "`", "```", "``", "|", "---", "<!--", "-->", "]]>"),
    *("<script>", "</table>", "&amp;", "&#x27;", "# type: ignore", "# noqa", "# fmt: off", "# -*- coding: utf-7 -*-"),
    *("+AFs-", "::", ":: error", "::set-output name=x::", "%0A", "../../", "..\\..\\", "/etc/passwd", "~/.netrc"),
    *("C:\\con", "file:///etc/passwd", "http://127.0.0.1:9/", "$(touch canary)", "`touch canary`", "; touch canary;"),
    *("!!python/object/apply:os.system ['touch canary']", "&a [*a]", "*a", "<<: *a", "@import", "=1+1", "@SUM(1)"),
    *("𝐚", "ａ", "é", "é", "ﬁ", "ß", "İ", "ı", "K", "а", "🦆", "\U000e0041", "模型"),
    f'"""\n{RUN}\n"""',
    f"'''\n{RUN}\n'''",
    f'")\n{RUN}\n("',
    f"')\n{RUN}\n('",
    f"'] = {RUN} #",
    f'"] | {RUN} | Literal["',
    f'" + {RUN} + "',
    f"{{{RUN}}}",
    f"{{{RUN}!r:>{{10}}}}",
    f"\\N{{LATIN SMALL LETTER A}}{RUN}",
    f"{{{{ {_JINJA} }}}}",
    f"{{% if {_JINJA} %}}x{{% endif %}}",
    f"# type: ignore\n{RUN}\n",
    f"\n{RUN}\n",
    f"\\\n{RUN}\n",
    f"pass\n    {RUN}",
    f"x: {RUN} = 1",
    f"lambda: {RUN}",
    f"[{RUN} for _ in [1]]",
    f"exec({RUN!r})",
]

NAMES = [
    *("prompt", "Prompt", "PROMPT", "image", "a-b", "a_b", "a b", "a.b", "a/b", "a~b", "A_B", "1st", "", " ", "é", "é"),
    *(
        "ａ",
        "a",
        "ﬁ",
        "fi",
        "K",
        "K",
        "ı",
        "i",
        "İ",
        "\u00aa",
        "𝐱",
        "x",
        "_",
        "__",
        "_private",
        "__class__",
        "__init__",
    ),
    *("__dict__", "__slots__", "__doc__", "__module__", "__annotations__", "__get_pydantic_core_schema__", "__all__"),
    *("__pydantic_extra__", "__pydantic_fields__", "__pydantic_validator__", "__init_subclass__", "__getattr__"),
    *("__future__", "__import__", "class", "def", "None", "True", "match", "type", "case", "async", "lambda", "print"),
    *("self", "cls", "model_config", "model_fields", "model_dump", "model_extra", "model_post_init", "json", "copy"),
    *("schema", "validate", "construct", "dict", "str", "int", "list", "set", "object", "bool", "float", "bytes"),
    *("property", "Any", "Literal", "Annotated", "Field", "ClassVar", "Final", "Union", "Optional", "BaseModel"),
    *("ConfigDict", "Request", "Number", "JsonValue", "extra", "annotations", "runtime", "models", "TYPE_CHECKING"),
    *("field_validator", "parameters", "output", "price", "customTypePath", "x-python-type", "$ref", "$defs", "$id"),
    *("constructor", "webhook_url", "sync_mode", "api_key", "con", "nul", "x" * 300, "ß", "ss", "SS"),
    RUN,
]

IDS = [
    *("../../escape", "/etc/passwd", "..", ".", "a/../../b", "C:\\windows", "con", "nul.txt", "aux", "com1.png", "-rf"),
    *("__init__", "__main__", "__pycache__", "class", "Request", "catalogue", "_runtime", "client", "py.typed"),
    *("flux-1.1-pro", "flux-1-1-pro", "FLUX-1.1-PRO", "flux_1_1_pro", "Flux 1.1 Pro", "owner/name", "owner~name"),
    *("owner//name", "owner/name/", "/", "//", "~", "%2e%2e%2f", "%", "%00", "a%2Fb", "?x=1", "#frag", "a?b", "a#b"),
    *("模型", "e\u0301", "\u00e9", "x" * 400, "y" * 1023, "🦆", "а", "a", "ａ", "A", "K", "ß", "ss", "İ", " ", "\t"),
    *(
        "{id}",
        "{{id}}",
        "{document}",
        "*",
        "<b>",
        "a|b",
        "a\nb",
        "a\0b",
        "\x1b]0;x\x07",
        "\u202etxt",
        "\ufeffa",
        ".git",
    ),
    *(
        "schema",
        "models",
        "null",
        "None",
        "0",
        "1e400",
        "-1",
        "$HOME",
        "`id`",
        "${{ secrets.X }}",
        "a'b",
        'a"b',
        "a\\b",
    ),
    RUN,
]

PATTERNS = [
    *(
        "^(a+)+$",
        "(a|a)*b",
        "(.*)*x",
        "(x+x+)+y",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "a{999999999}",
        "(a{1000}){1000}",
        "(",
    ),
    *("[", "*", "(?<=a)b", "(?<!a)b", "(?P<n>a)(?P=n)", "\\1", "(a)\\1", "\\p{L}", "(?i)a", "(?#", "\\Z", "$^", "^$"),
    *("[^\\]]", "\\u0000", "\\d+(?=%)", "[[:alpha:]]", "a++", "(?>a)", "(?R)", "\\x{41}", "^" + "a?" * 40 + "a" * 40),
    *("(" * 90 + ")" * 90, "|" * 5_000, "[a-z" * 50, '"', "'''", RUN, f"(?#{RUN})"),
]

_LONG = ["a" * 20_000, "word " * 3_000, '"' * 999, "\\" * 999, "\n" * 999]
_short: st.SearchStrategy[str] = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.lists(st.sampled_from(FRAGMENTS), max_size=5).map("".join),
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=3).map(" ".join),
    st.text(st.characters(codec="utf-8"), max_size=20),
)
texts: st.SearchStrategy[str] = st.integers(0, 40).flatmap(lambda n: st.sampled_from(_LONG) if n == 7 else _short)
names = st.one_of(st.sampled_from(NAMES), texts)
ids = st.one_of(st.sampled_from(IDS), st.sampled_from(NAMES), texts)

numbers: st.SearchStrategy[Any] = st.sampled_from(
    [0, 1, -1, 3, 2**31, 2**63, 10**30, 10**300, -(10**30), 0.5, -0.0, 1e308, 5e-324, 1.0, 1e16, 0.1 + 0.2, 7]
)
scalars: st.SearchStrategy[Any] = st.one_of(st.none(), st.booleans(), numbers, texts)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=5,
)
