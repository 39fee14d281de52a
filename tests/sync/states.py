"""The script of the replay: what the catalogue does, and what a run of ``sync`` makes of it.

Each row is one run.  The expected entry of the changelog is in ``entries/<version>.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.sync.catalogue import FIRST, SERIES, Models, model, with_properties

from schemaloom.snapshot.model import Price


@dataclass(frozen=True, kw_only=True)
class State:
    """One run of ``sync``, and what it must come to."""

    name: str
    version: str
    """Of the package afterwards."""
    change: Callable[[Models], Models] = lambda models: models
    """From the catalogue of the row before to this one's."""
    glimpse: Callable[[Models], Models] = lambda models: models
    """What the server shows of it during this run."""
    exit_code: int = 0
    faults: tuple[str, ...] = ()
    """Of the server, during this run."""
    confirmed: str = ""
    """What a person adds to ``renames.toml`` before."""
    missing: tuple[str, ...] = ()
    """Models that are gone from the list and kept."""
    removed: tuple[str, ...] = ()
    output: str = ""
    """Part of what the command prints."""
    alerts: tuple[str, ...] = ()
    """Titles of the alerts that it sends."""


def additions(models: Models) -> Models:
    sketch = with_properties(models["sketch"], paper={"type": "string"})
    return {**models, "sketch": sketch, "gouache": model("gouache"), "fresco": model("fresco")}


def default_flip(models: Models) -> Models:
    on = {"type": "boolean", "default": True}
    return {**models, **{name: with_properties(models[name], enhance=on) for name in SERIES}}


def enum_cut(models: Models) -> Models:
    return {**models, "sketch": with_properties(models["sketch"], size={"enum": ["small", "medium"]})}


def without(name: str) -> Callable[[Models], Models]:
    return lambda models: {key: document for key, document in models.items() if key != name}


def price_rise(models: Models) -> Models:
    return {**models, "sketch": replace(models["sketch"], price=Price(amount=1.5, unit="image"))}


def rename(models: Models) -> Models:
    models = {
        **models,
        "placard": replace(models["poster"], id="placard"),
        "sketch": with_properties(models["sketch"], seed=None, noise_seed={"type": "integer"}),
        "etching": with_properties(models["etching"], "image_url", image=None, image_url={"type": "string"}),
    }
    return without("poster")(models)


RENAMES = """\
[models]
poster = "placard"

[parameters.sketch]
seed = "noise_seed"

[parameters.etching]
image = "image_url"

[successors]
aquatint = "etching"
"""


def text_edit(models: Models) -> Models:
    return {**models, "mural": replace(models["mural"], description="Mural paints walls.")}


HALF = sorted(FIRST)[::2]

STATES = (
    State(name="additions", change=additions, version="1.1.0", alerts=("paintbox: drift (3 new)",)),
    State(
        name="a default flip on 20 models",
        change=default_flip,
        version="1.2.0",
        output="dangerous",
        alerts=("paintbox: drift (20 new)",),
    ),
    State(
        name="an enum cut",
        change=enum_cut,
        version="2.0.0",
        output='{"prompt": "x", "size": "large"}',
        alerts=("paintbox: breaking drift (1 new)",),
    ),
    State(
        name="a model that flaps: gone",
        glimpse=without("mural"),
        version="2.0.0",
        missing=("mural",),
        output="no longer listed: mural; kept",
    ),
    State(name="a model that flaps: back", version="2.0.0", output="no drift"),
    State(name="a storm of 429", version="2.0.0", exit_code=3, faults=("rate-limit=600",), output="wait 600 s"),
    State(name="an empty list", glimpse=lambda _: {}, version="2.0.0", exit_code=3, output="the model list is empty"),
    State(
        name="half of the schemas 404",
        version="2.0.0",
        exit_code=3,
        faults=tuple(f"error=404@schema/{name}" for name in HALF),
        output="its schema is not published; the last good schema is kept",
    ),
    State(name="a price rise", change=price_rise, version="2.1.0", alerts=("paintbox: drift (1 new)",)),
    State(
        name="a rename",
        change=rename,
        version="2.2.0",
        confirmed=RENAMES,
        removed=("poster",),
        alerts=("paintbox: drift (3 new)",),
    ),
    State(name="a removal, seen once", change=without("aquatint"), version="2.2.0", missing=("aquatint",)),
    State(
        name="a removal, confirmed",
        version="3.0.0",
        removed=("aquatint",),
        alerts=("paintbox: breaking drift (1 new)",),
    ),
    State(name="a text edit", change=text_edit, version="3.0.1", alerts=("paintbox: drift (1 new)",)),
    State(name="nothing", version="3.0.1", output="no drift"),
)

USERS = {
    1: """\
from paintbox_sdk import Paintbox, catalogue
from paintbox_sdk.models.aquatint import Aquatint
from paintbox_sdk.models.etching import Etching
from paintbox_sdk.models.mural import Mural
from paintbox_sdk.models.poster import Poster, PosterInk
from paintbox_sdk.models.sketch import Sketch

with Paintbox() as client:
    for request in (
        Sketch(prompt="a hill", size="large", seed=1),
        Poster(prompt="a boat", ink=PosterInk(tone="red")),
        Etching(prompt="a mill", image="https://example.com/mill.png"),
        Mural(prompt="a feast"),
        Aquatint(prompt="a storm"),
        Poster.model_validate({"prompt": "a boat"}),
    ):
        assert client.run(request, timeout=20).output.images
catalogue["poster"].load().model_validate({"prompt": "a boat"})
""",
}
"""By first number of the version: a program that someone wrote when that number was new."""
USERS[2] = USERS[1].replace("large", "medium")
USERS[3] = "".join(line for line in USERS[2].splitlines(keepends=True) if "Aquatint" not in line)
