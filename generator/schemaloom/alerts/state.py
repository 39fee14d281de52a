"""The state file: which alerts were sent, so that none is sent twice.

    {"schema_version": 1,
     "providers": {"pixeldojo": {"subjects": {"flux-dev#/properties/seed": {…}}, "health": {…}}},
     "pending": [{"target": "9f86d081884c7d65", "message": {…}, "since": "2026-01-31T04:37:00Z"}]}

Without it every change is new: losing the file sends an alert twice, and never loses one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from schemaloom.alerts.heartbeat import SyncHealth
from schemaloom.alerts.message import Message
from schemaloom.alerts.state_machine import Record
from schemaloom.errors import UsageError
from schemaloom.files.replace_file import replace_file
from schemaloom.json.codec import canonical_bytes

FOLDER = ".schemaloom"
"""A folder of this name gets a ``.gitignore`` when it is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """Recorded state of one provider."""

    subjects: dict[str, Record] = field(default_factory=dict[str, Record])
    health: SyncHealth | None = None
    held: str = ""
    """What the last alert about changes that are held back was about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A message that a target did not accept; each later run sends it again."""

    target: str
    """Key of the target, see `Target`."""
    message: Message
    since: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFile:
    """Content of the file."""

    schema_version: Literal[1] = 1
    providers: dict[str, AlertState] = field(default_factory=dict[str, AlertState])
    pending: tuple[Pending, ...] = ()


_ADAPTER = TypeAdapter(StateFile)


def read_state(path: Path) -> StateFile:
    """Return the recorded state; empty if there is no file.

    Raises `UsageError` when the file cannot be read, or is not one of ours.
    """
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError:
        return StateFile()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=str(path)) from None
    except ValidationError:
        raise UsageError("not a file of alerts", where=str(path)) from None


def write_state(path: Path, state: StateFile) -> None:
    """Replace the file in one step; its folder is made.  Raises `UsageError` when that fails."""
    content = canonical_bytes(_ADAPTER.dump_python(state, mode="json"))
    try:
        make_folder(path.parent)
        replace_file(path, content)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", where=str(path)) from None


def set_aside(path: Path) -> None:
    """Rename a damaged file to ``….damaged``, so that the next write begins anew."""
    with suppress(OSError):
        path.replace(path.with_name(f"{path.name}.damaged"))


def make_folder(folder: Path) -> None:
    """Make the folder of a state file, which git ignores if it is ours.  Raises `OSError`."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if folder.name == FOLDER:
            (folder / ".gitignore").write_text("*\n", "utf-8")
