"""The history of a catalogue, read from git without a checkout.

    from schemaloom.history import open_history

    history = open_history("specs/pixeldojo")
    model = history.model("boogu-image-edit")
    model.document("2026-01-31")                        # its file at the end of that day
    for entry, change in model.changes("seed", since="2026-02-01"):
        print(entry.date, entry.version, change.message)
    model.parameters()["seed"].version                  # since when the parameter is there

The index of a folder is one ``git log``; it is cached and read again when the current commit is
another one.  Times are those of the commits, along the first parents of the current branch.
"""

from schemaloom.history.index import Commit
from schemaloom.history.read import History, ModelHistory, open_history

__all__ = ["Commit", "History", "ModelHistory", "open_history"]
