"""A process of its own that is killed before each file system call of a write, in turn.

Arguments: an empty folder, and ``exchange`` or ``renames``.  Prints one JSON line per kill.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from schemaloom.files import atomic_tree as write

CALLS = ("open", "os.", "shutil.", "ctypes.dlsym")
OLD = {"a.json": b"1", "b.json": b"2", "sub/c.json": b"3", "mine/notes.txt": b"mine", "provider.toml": b"mine"}
NEW = {"a.json": b"one", "b.json": b"2", "new/d.json": b"4"}
FOREIGN = {"mine/notes.txt": b"mine", "provider.toml": b"mine"}


def fill(folder: Path) -> None:
    for path, content in OLD.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def state(folder: Path) -> str:
    if not folder.exists():
        return "missing"
    found = content(folder)
    return "old" if found == OLD else "new" if found == NEW | FOREIGN else f"mixed: {sorted(found)}"


def write_once(folder: Path) -> None:
    write.replace_tree(folder, NEW, lambda path: path.endswith(".json"))


def killed_at(step: int, folder: Path) -> bool:
    """Whether a child that writes met its end before call number `step`."""
    child = os.fork()
    if child == 0:
        left = [step]

        def watch(event: str, _: tuple[object, ...]) -> None:
            if event.startswith(CALLS) and event != "os.kill":
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            write_once(folder)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError("the write failed by itself")
    return os.WIFSIGNALED(status)


def main(parent: Path) -> None:
    folder = parent / "specs"
    step, killed = 0, True
    while killed:
        shutil.rmtree(parent)
        fill(folder)
        killed = killed_at(step, folder)
        seen = state(folder)
        write.recover_tree(folder)
        recovered = state(folder)
        write_once(folder)
        record = {
            "seen": seen,
            "recovered": recovered,
            "after": state(folder),
            "left": [path.name for path in parent.iterdir()],
        }
        sys.stdout.write(json.dumps(record) + "\n")
        step += 1


if __name__ == "__main__":
    if sys.argv[2] == "renames":
        write.exchange = lambda one, other: False
    main(Path(sys.argv[1]))
