"""The command of every package: list, find, show, run models, or serve them to an agent."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, cast

from ..core.errors import ConfigurationError, ModelRetired, SDKError, UnknownModel
from ..core.plain_text import one_line, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..client import Client
    from ..models.catalogue import Catalogue, ModelInfo

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130
"""Exit codes: the API refused or the job failed; the command or the configuration is wrong; Ctrl-C."""


def main(catalogue: Catalogue, client: type[Client], arguments: Sequence[str]) -> int:
    """Run the command and return its exit code; every error is one line on standard error."""
    try:
        return _guarded(catalogue, client, arguments)
    except KeyboardInterrupt as error:
        return _report_error("interrupted", INTERRUPTED, error)


def _guarded(catalogue: Catalogue, client: type[Client], arguments: Sequence[str]) -> int:
    from pydantic import ValidationError  # takes long enough to be interrupted

    try:
        sys.stdout.write(printable(_carry_out(catalogue, client, list(arguments))))
        sys.stdout.flush()
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        return _report_error("; ".join(faults), WRONG_USE)
    except UnknownModel as error:
        return _report_error(f"{error}; `python -m {client.profile.package.module} models` lists them", WRONG_USE)
    except (ConfigurationError, ModelRetired) as error:
        return _report_error(str(error), WRONG_USE, error)
    except SDKError as error:
        return _report_error(str(error), FAILED, error)
    except BrokenPipeError:  # the reader (head, less) closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _report_error(str(error), FAILED, error)
    return 0


def _report_error(message: str, code: int, error: BaseException | None = None) -> int:
    """Print an error with its notes, such as the id of a job that continues."""
    text = "; ".join([message, *getattr(error, "__notes__", ())])
    sys.stderr.write(f"error: {one_line(text)}\n")
    return code


def _carry_out(catalogue: Catalogue, client: type[Client], arguments: list[str]) -> str:
    from . import agent, show

    options = _parser(catalogue, client, _model_in(catalogue, arguments)).parse_args(arguments)
    currency = client.profile.currency
    match options.command:
        case "models":
            word = cast("str", options.word)
            return show.models_json(catalogue, word) if options.json else show.models_text(catalogue, word, currency)
        case "show":
            info = catalogue[cast("str", options.model)]
            return show.show_json(info) if options.json else show.show_text(info, currency)
        case command if command in agent.COMMANDS:
            return agent.carry_out(catalogue, client, options)
        case _:
            from .run import run

            return run(client, catalogue[cast("str", options.model)], options)


def _model_in(catalogue: Catalogue, arguments: list[str]) -> ModelInfo | None:
    """Return the model named directly after ``run``, whose parameters become options, or None."""
    if arguments[:1] == ["run"] and len(arguments) > 1 and not arguments[1].startswith("-"):
        return catalogue[arguments[1]]
    return None


def _shown_id(info: ModelInfo | None) -> str:
    return one_line(info.id).replace("%", "%%") if info else "MODEL"


def _parser(catalogue: Catalogue, client: type[Client], info: ModelInfo | None) -> argparse.ArgumentParser:
    package = client.profile.package
    parser = argparse.ArgumentParser(
        prog=f"python -m {package.module}",
        description=f"The {len(catalogue)} models of {client.profile.title}.",
        epilog=f"The API key is read from the environment variable {package.env_prefix}_API_KEY.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{package.distribution} {client.profile.version}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    listing = commands.add_parser("models", help="list the models", allow_abbrev=False)
    listing.add_argument("word", nargs="?", default="", metavar="WORD", help="only those that mention it")
    listing.add_argument("--json", action="store_true", help="print JSON")

    showing = commands.add_parser("show", help="show a model and its parameters", allow_abbrev=False)
    showing.add_argument("model", metavar="MODEL", help="its id, as `models` lists it")
    showing.add_argument("--json", action="store_true", help="print JSON, with the JSON Schema of the parameters")

    from .agent import add_commands

    add_commands(commands.add_parser, package.distribution)

    running = commands.add_parser(
        "run",
        help="run a model; `run MODEL --help` lists its parameters",
        usage=f"%(prog)s {_shown_id(info)} [--save PATH] [--PARAMETER VALUE ...]",
        description=one_line(f"{info.name}. {info.description}").replace("%", "%%") if info else None,
        allow_abbrev=False,
    )
    running.add_argument("model", metavar="MODEL", help="its id; `run MODEL --help` lists its parameters")
    if info is not None:
        from .run import add_run_options

        add_run_options(running, info)
    return parser
