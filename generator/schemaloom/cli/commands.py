"""Every command by name, and the mapping from exceptions to a line on stderr and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from schemaloom import __version__
from schemaloom.cli.terminal_safe import printable
from schemaloom.errors import SchemaloomError

_COMMANDS = {
    "sync": "fetch a catalogue and regenerate its package: the main job",
    "fetch": "refresh specs/PROVIDER from the live API, or from documents",
    "generate": "render the package from specs/PROVIDER, offline",
    "drift": "compare two snapshots: what changed, how severe it is, and a proof",
    "impact": "find the calls in your own code that a drift breaks",
    "rules": "list every drift rule",
    "log": "list what changed when, in a catalogue or one model, from git history",
    "show": "show a model or a part of it as it is or was, and since when",
    "site": "write a static site of models, history and feeds",
    "verify": "rebuild a wheel from the snapshot that it names, and compare every byte",
    "serve": "emulate the provider's API over a snapshot",
    "init": "write a provider's description and its workflow into your repository",
}


class _LazyGroup(click.Group):
    """A group that imports a command's module when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        if cmd_name not in _COMMANDS:
            return None
        command: object = import_module(f"schemaloom.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, n=1)
            ctx.fail(f"No such command '{printable(args[0])}'." + (f" Did you mean {near[0]}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="schemaloom")
@click.option("--debug", is_flag=True, help="Show the traceback of an error; goes before COMMAND.")
def cli(*, debug: bool) -> None:
    """Weave a model catalogue's live schemas into a typed, versioned Python SDK.

    Start with `schemaloom init PROVIDER`, or with `schemaloom sync PROVIDER` where specs/PROVIDER is there already.

    Exit codes: 0 clean, 1 drifted or stale, 2 wrong usage or configuration, 3 the source is not healthy or a
    guard tripped, 4 internal error, 130 interrupted.
    """
    del debug  # read by run(), which sees the error


def run() -> None:
    """Run the command that the process's arguments name."""
    debug = "--debug" in sys.argv
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted; nothing was half written", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except SchemaloomError as error:
        _show_traceback(debug=debug)
        click.echo(f"error: {printable(str(error))}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        # A full disk or a missing permission is no bug of ours, wherever it is raised.
        _show_traceback(debug=debug)
        place = f" ({error.filename})" if error.filename is not None else ""
        click.echo(f"error: {printable(f'{error.strerror or error}{place}')}", err=True)
        sys.exit(2)
    except Exception as error:  # noqa: BLE001  the last resort: no traceback reaches a user unasked
        _show_traceback(debug=debug)
        kind = type(error).__name__
        click.echo(
            f"internal error: {kind}: {printable(str(error))}; run `schemaloom --debug …` and report what it shows",
            err=True,
        )
        sys.exit(4)
    sys.exit(code if isinstance(code, int) else 0)


def _show_traceback(*, debug: bool) -> None:
    if debug:
        import traceback  # which reads source, and most runs have none to show

        traceback.print_exc()
