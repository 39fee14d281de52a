"""The ``run`` subcommand: submit, wait, save, and print the locations of the results."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..core.deadline import DEFAULT_WAIT, Deadline
from ..core.errors import ConfigurationError
from ..core.interrupted import with_job_note
from ..core.price import amount_text
from ..jobs.pricing import estimate
from ..models.output_lines import output_lines
from ..models.parameters import parameters
from ..models.request import to_wire
from .options import add_parameters, payload_of
from .progress import Progress

if TYPE_CHECKING:
    import argparse

    from ..client import Client
    from ..models.catalogue import ModelInfo
    from ..models.result import Result


def add_run_options(parser: argparse.ArgumentParser, info: ModelInfo) -> None:
    """Add our own options, and one for each of the model's parameters."""
    parser.add_argument("--save", metavar="PATH", help="a file, or a folder for any number of files")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--dry-run", action="store_true", help="print what would be sent and its price; send nothing")
    parser.add_argument("--max-credits", type=float, metavar="X", help="do not submit if it may cost more")
    parser.add_argument(
        "--timeout", type=float, default=DEFAULT_WAIT, metavar="SECONDS", help="for everything; default %(default)g"
    )
    kind = info.load()
    add_parameters(parser, parameters(kind))
    if kind.__data_uris__:
        parser.epilog = f"@PATH sends the content of a file as {', '.join(sorted(kind.__data_uris__))}."


def run(client_class: type[Client], info: ModelInfo, options: argparse.Namespace) -> str:
    """Run the model and return the text to print.  Raises as `Client.run` does, and pydantic's `ValidationError`."""
    kind = info.load()
    request = kind.model_validate(payload_of(options, kind.__data_uris__))
    if options.dry_run:
        price = str(estimate(request, client_class.profile.currency, {}))
        facts = {"model": info.id, "parameters": to_wire(request), "price": price}
        return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    place = cast("str | None", options.save)
    if place is not None and not _is_folder(place) and not Path(place).parent.is_dir():
        raise ConfigurationError(f"no folder {str(Path(place).parent)!r} to save in; nothing was submitted")
    deadline = Deadline(cast("float", options.timeout))
    with client_class() as client, Progress() as progress:
        progress.show(f"submitting to {info.id}")
        limit = cast("float | None", options.max_credits)
        job = client.submit(request, timeout=deadline.remaining, max_credits=limit)
        with with_job_note(job.id):
            for update in job.updates(timeout=deadline.remaining):
                progress.show(f"job {update.id} {update.status}")
                for line in update.new_logs:
                    progress.log(line)
            result = job.result()
            saved = _save(result, place, deadline, progress)
    if options.json:
        return _json(result, saved)
    _report_cost(result, client_class.profile.currency)
    return "".join(f"{line}\n" for line in (map(str, saved) if saved else output_lines(result)))


def _is_folder(place: str) -> bool:
    return place.endswith(("/", os.sep))


def _save(result: Result[object], place: str | None, deadline: Deadline, progress: Progress) -> list[Path]:
    if place is None:
        return []
    files = [*result.files.values()]
    progress.show(f"saving {len(files)} file{'' if len(files) == 1 else 's'}")
    if not files and not _is_folder(place):
        Path(place).write_text("".join(f"{line}\n" for line in output_lines(result)), "utf-8")
        return [Path(place)]
    if len(files) != 1 or _is_folder(place):
        return list(result.save_all(place, timeout=deadline.remaining))
    return [files[0].save(place, timeout=deadline.remaining)]


def _report_cost(result: Result[object], currency: str) -> None:
    cost, left = result.cost, result.credits_remaining
    parts = [f"cost {amount_text(cost, currency)}"] if cost is not None else []
    parts += [f"{left:g} left"] if left is not None else []
    if parts:
        sys.stderr.write(f"{', '.join(parts)}\n")


def _json(result: Result[object], saved: list[Path]) -> str:
    facts = {
        "job_id": result.job_id,
        "cost": result.cost,
        "credits_remaining": result.credits_remaining,
        "expires_at": result.expires_at and result.expires_at.isoformat(),
        "outputs": output_lines(result),
        "saved": [str(path) for path in saved],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
