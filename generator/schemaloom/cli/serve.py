"""``schemaloom serve``: emulate the provider's API on this machine, over a committed snapshot."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemaloom.cli.options import specs_option
from schemaloom.errors import MissingExtra, UsageError
from schemaloom.files.atomic_tree import recover_tree
from schemaloom.settings.provider import Provider, load_provider
from schemaloom.snapshot.layout import PROVIDER, read_snapshot

if TYPE_CHECKING:
    from schemaloom.emulator.server import RunningEmulator

_EPILOG = """\b
A fault is spelled KIND[=VALUE][:TIMES][@ROUTE[/MODEL]]. TIMES is a whole number (the first
so many matching requests) or a share below 1 (0.25: every fourth); without it every matching
request is struck. Kinds:
  latency=SECONDS        answer later
  error=STATUS           refuse with this HTTP status, without processing
  rate-limit[=SECONDS]   429 with Retry-After (1), without processing
  reset                  reset the connection, without processing
  redirect-foreign       302 to another origin, without processing
  lost-response          process, then close the connection without an answer
  truncated-json         process; the first half of the body as a whole answer
  cut-body               process; close the connection halfway through the body
  wrong-content-type     process; the right body labelled text/html
  not-json               process; a page of HTML with status 200 instead
  not-object             process; an empty JSON array instead
  job-failed[=TEXT]      the submitted job ends failed, with this status text
  job-status=TEXT        the submitted job reports this status text until it ends
Routes: list detail schema openapi document submit job jobs cancel replay files; without one,
every route but files. Examples: error=503:3@submit  lost-response:1@submit  error=404@schema/MODEL
"""


@click.command(epilog=_EPILOG)
@click.argument("provider")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address; no other is served.")
@specs_option
@click.option("--latency", type=click.FloatRange(0), default=0.0, help="Seconds before every answer.")
@click.option("--job-seconds", type=click.FloatRange(0), default=2.0, show_default=True, help="How long a job takes.")
@click.option("--rate-limit", type=click.IntRange(0), help="Requests per minute, 0 for none; default: the provider's.")
@click.option(
    "--credits", "opening", type=click.FloatRange(0), default=1000, show_default=True, help="Opening balance."
)
@click.option("--api-key", default="demo-key", show_default=True, help="API key that the emulator accepts.")
@click.option(
    "--record",
    type=click.Path(file_okay=False, path_type=Path),
    help="Pass every request on to the real provider, and record the exchanges in this folder, without keys.",
)
@click.option(
    "--replay",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Answer from the exchanges in this folder.",
)
@click.option(
    "--tls",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Serve https, and write the certificate to this file, for clients to trust (SSL_CERT_FILE).",
)
@click.option("--fault", "faults", multiple=True, metavar="FAULT", help="Fault to inject; see below. Repeatable.")
def command(
    *,
    provider: str,
    port: int,
    host: str,
    specs: Path,
    latency: float,
    job_seconds: float,
    rate_limit: int | None,
    opening: float,
    api_key: str,
    record: Path | None,
    replay: Path | None,
    tls: Path | None,
    faults: tuple[str, ...],
) -> None:
    """Emulate PROVIDER's API over its committed snapshot, on this machine only.

    Jobs take a moment and give real (tiny) files, credits run out, requests are validated and
    counted. Nothing leaves the machine but the webhooks that callers ask for, unless --record is
    given: then every request goes to the real provider, with the caller's own key. Ctrl-C ends it.
    """
    if record is not None and replay is not None:
        raise UsageError("--record and --replay exclude each other", hint="record first, then replay the folder")
    try:
        from schemaloom.emulator.options import Options
        from schemaloom.emulator.server import serve
    except ImportError as error:
        raise MissingExtra((error.name or "a package").partition(".")[0], "serve") from None
    if not _is_loopback(host):
        raise UsageError("the host is no loopback address", where=f"--host {host}", hint="use 127.0.0.1 or ::1")
    recover_tree(specs / provider)
    described = load_provider(specs / provider / PROVIDER)
    options = Options(
        host="127.0.0.1" if host == "localhost" else host,
        port=port,
        api_key=api_key,
        job_seconds=job_seconds,
        latency=latency,
        rate_limit=rate_limit,
        credits=opening,
        record=record,
        replay=replay,
        certificate=tls,
        faults=faults,
    )
    serve(
        described,
        read_snapshot(specs / provider),
        options,
        announce=lambda emulator: _announce(described, emulator, tls),
        listener=lambda exchange: click.echo(str(exchange), err=True),
    )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _announce(provider: Provider, emulator: RunningEmulator, certificate: Path | None) -> None:
    prefix = provider.package.env_prefix
    click.echo(
        f"{provider.title}, emulated: {emulator.base_url} ({len(emulator.snapshot.models)} models; Ctrl-C stops)\n"
        f"  schemaloom fetch {provider.name} --base-url {emulator.base_url}\n"
        f"  export {prefix}_BASE_URL={emulator.base_url}\n"
        f"  export {prefix}_API_KEY={emulator.api_key}"
        + (f"\n  export {prefix}_WEBHOOK_SECRET={emulator.webhook_secret}" if emulator.webhook_secret else "")
        + (f"\n  export SSL_CERT_FILE={certificate.resolve()}" if certificate else "")
    )
