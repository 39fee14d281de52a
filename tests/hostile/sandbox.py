"""Running the real command line in a fork that is watched and bounded.

The fork's entry is the console script's own; an audit hook sees every file that is opened, every
process that is started and every connection, and what is none of the tool's business is a violation.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMORY = 2 * 1024**3
"""Most bytes of address space that a case may add."""
SECONDS = 60
"""Longest that a case may run, by the wall clock; most take a tenth of a second."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CHANGING = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.utime",
}
_STARTING = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn", "os.forkpty"}
_SCRATCH = "/dev/shm/schemaloom-"  # where there is memory for it, sources are formatted there
_SECRETS = ("/etc/passwd", "/secret", "/.netrc")


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    code: int
    """Exit code; negative the signal that ended it, -9 too when it took too long."""
    printed: str
    """Standard output and error."""
    violations: tuple[str, ...]
    seconds: float
    megabytes: float
    """Most memory that was resident."""


@dataclass(frozen=True)
class Bounds:
    """Where a run may write and whom it may ask."""

    writable: tuple[Path, ...]
    programs: Collection[str] = ("ruff", "git")
    ports: Collection[int] = ()


def run(task: Callable[[], object], folder: Path, bounds: Bounds, log: Path) -> Outcome:
    """Run `task` in a fork whose current folder is `folder`; its output goes to `log`."""
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 99
        try:
            code = _inside(task, folder, bounds, log, writing)
        finally:
            os._exit(code)
    os.close(writing)
    violations = _listen(reading, child, began + SECONDS)
    _, status, usage = os.wait4(child, 0)
    return Outcome(
        code=os.waitstatus_to_exitcode(status),
        printed=log.read_bytes().decode("utf-8", "backslashreplace"),
        violations=violations,
        seconds=time.monotonic() - began,
        megabytes=usage.ru_maxrss / 1024,
    )


def command(arguments: Sequence[str]) -> Callable[[], object]:
    """The console script with these arguments."""

    def start() -> object:
        from schemaloom.cli import main

        sys.argv = ["schemaloom", *arguments]
        return main()

    return start


def _listen(reading: int, child: int, deadline: float) -> tuple[str, ...]:
    reported = bytearray()
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            os.kill(child, signal.SIGKILL)
            reported += b"took too long\n"
            break
        chunk = os.read(reading, 65_536)
        if not chunk:
            break
        reported += chunk
    os.close(reading)
    return tuple(reported.decode(errors="replace").splitlines())


def _inside(task: Callable[[], object], folder: Path, bounds: Bounds, log: Path, writing: int) -> int:
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(words, 1)
    os.dup2(words, 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  it lives as long as the fork
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.chdir(folder)
    sys.dont_write_bytecode = True
    here = _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (here + MEMORY, here + MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(_Watch(bounds, writing))
    code = 0
    try:
        task()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1 if end.code else 0
    except BaseException:  # noqa: BLE001  a fork must not run its parent's life
        traceback.print_exc()
        code = 98
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _address_space() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 1024**3


class _Watch:
    def __init__(self, bounds: Bounds, writing: int) -> None:
        self._writable = tuple(str(path) for path in bounds.writable)
        self._programs = frozenset(bounds.programs)
        self._ports = frozenset(bounds.ports)
        self._writing = writing

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            changing = isinstance(flags, int) and bool(flags & _WRITING)
            if not isinstance(path, int) and ((changing and not self._may_write(path)) or self._is_secret(path)):
                self._tell(event, path)
        elif event in _CHANGING:
            places = (
                arguments[1:2]
                if event == "os.symlink"
                else arguments[:2]
                if event in {"os.rename", "os.link"}
                else arguments[:1]
            )
            for path in places:
                if not isinstance(path, int) and not self._may_write(path):
                    self._tell(event, path)
        elif event in _STARTING:
            self._tell(event, arguments)
        elif event == "subprocess.Popen":
            if not self._is_ours(*arguments[:2]):
                self._tell(event, arguments[:2])
        elif event == "socket.connect":
            address = arguments[1]
            if not (isinstance(address, tuple) and address[0] == "127.0.0.1" and address[1] in self._ports):
                self._tell(event, address)
        elif event == "socket.getaddrinfo" and arguments[0] not in {"127.0.0.1", b"127.0.0.1", None}:
            self._tell(event, arguments[0])

    def _is_ours(self, program: object, arguments: object) -> bool:
        if isinstance(arguments, list | tuple) and arguments[:2] == [sys.executable, "-c"]:
            return str(arguments[2]).startswith("from schemaloom.")  # the type engine has a process of its own
        return Path(os.fsdecode(program) if isinstance(program, str | bytes) else "").name in self._programs

    def _may_write(self, path: object) -> bool:
        text = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        if "/" not in text and text not in {"", ".", ".."}:
            return text != "canary"  # a name within an open folder, as `shutil.rmtree` counts
        full = os.path.normpath(Path.cwd() / text)  # not resolved: a link that leads out is caught by what it changes
        if full == "/dev/null" or full.startswith(_SCRATCH):
            return True
        return any(full == folder or full.startswith(f"{folder}/") for folder in self._writable)

    def _is_secret(self, path: object) -> bool:
        text = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        return text.endswith(_SECRETS)

    def _tell(self, event: str, what: object) -> None:
        os.write(self._writing, f"{event}: {ascii(what)[:300]}\n".encode())
