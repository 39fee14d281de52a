"""The commands that agents use: ``find``, ``describe``, ``changes`` and ``mcp``."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..core.errors import ConfigurationError
from .show import facts, to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..agents.tools import Tools
    from ..client import Client
    from ..models.catalogue import Catalogue

COMMANDS = ("find", "describe", "changes", "mcp")


def add_commands(add_parser: Callable[..., argparse.ArgumentParser], distribution: str) -> None:
    """Add the parsers of these commands with `add_parser`."""
    finding = add_parser("find", help="find models by words, the best first", allow_abbrev=False)
    finding.add_argument("words", nargs="*", metavar="WORD", help="such as: upscale a photo, under 2 credits")
    finding.add_argument("--kind", help="of the result: image, video, ...")
    finding.add_argument("--parameter", metavar="NAME", help="a parameter that it has")
    finding.add_argument("--max-price", type=float, metavar="X", help="most of the price for one unit")
    finding.add_argument("--limit", type=int, default=5, metavar="N", help="default %(default)s")
    finding.add_argument("--json", action="store_true", help="print JSON")

    describing = add_parser("describe", help="show a model as a short signature", allow_abbrev=False)
    describing.add_argument("model", metavar="MODEL")
    describing.add_argument("--json", action="store_true", help="print the JSON Schema of its request")

    changing = add_parser("changes", help="show the changelog of a model or parameter", allow_abbrev=False)
    changing.add_argument("model", nargs="?", metavar="MODEL")
    changing.add_argument("--parameter", metavar="NAME")
    changing.add_argument("--json", action="store_true", help="print JSON")

    serving = add_parser("mcp", help="serve the models to an agent over stdio", allow_abbrev=False)
    about = "budget of all runs that ever save in the folder; without it, none runs"
    serving.add_argument("--max-credits", type=_budget, metavar="X", help=about)
    serving.add_argument(
        "--folder",
        type=Path,
        default=Path(f"{distribution}-results"),
        metavar="FOLDER",
        help="where files are saved, and what was spent is recorded; default %(default)s",
    )


def carry_out(catalogue: Catalogue, client: type[Client], options: argparse.Namespace) -> str:
    """Return the text to print.  Raises `ConfigurationError` for a wrong call."""
    from ..agents.tools import CallError, Tools

    try:
        return _answer(Tools(catalogue, client), catalogue, client, options)
    except CallError as error:
        raise ConfigurationError(str(error)) from None


def _answer(tools: Tools, catalogue: Catalogue, client: type[Client], options: argparse.Namespace) -> str:
    match options.command:
        case "find":
            found = tools.search(
                " ".join(cast("list[str]", options.words)),
                kind=cast("str | None", options.kind),
                parameter=cast("str | None", options.parameter),
                max_price=cast("float | None", options.max_price),
                limit=cast("int", options.limit),
            )
            return to_json([facts(info) for info in found]) if options.json else f"{tools.list_models(found)}\n"
        case "describe":
            return f"{tools.describe(cast('str', options.model), json_schema=cast('bool', options.json))}\n"
        case "changes":
            about = cast("str | None", options.model), cast("str | None", options.parameter)
            if not options.json:
                return f"{tools.changes(*about)}\n"
            return to_json(
                [{"version": note.version, "date": note.date, "change": note.text} for note in tools.notes(*about)]
            )
        case _:
            _serve(catalogue, client, options)
            return ""


def _serve(catalogue: Catalogue, client: type[Client], options: argparse.Namespace) -> None:
    import asyncio

    from ..agents.mcp_server import serve
    from ..async_client import AsyncClient

    connecting = type(f"Async{client.__name__}", (AsyncClient,), {"profile": client.profile})
    folder, budget = cast("Path", options.folder), cast("float | None", options.max_credits)
    if budget is not None:
        folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(catalogue, connecting, folder=folder, max_credits=budget))


def _budget(text: str) -> float:
    try:
        budget = float(text)
    except ValueError:
        budget = math.nan
    if not 0 < budget < math.inf:
        raise argparse.ArgumentTypeError(f"not a positive number: {text!r}")
    return budget
