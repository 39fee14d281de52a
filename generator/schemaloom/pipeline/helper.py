"""`Helper`: a second process that makes the parts of every other model, where a processor is free for it.

Models meet in two places only: where modules and classes get names that nobody else has, and where
the type engine is asked for each shape once.  So the helper says which models it has read, is told
what they are called, asks for shapes through the process that it helps, and gives back finished
parts.  Whatever ends it early is no failure: its share is then done without it, where an error
has words for the user.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Pipe
from typing import Protocol, Self, cast

from schemaloom.json.values import JsonText
from schemaloom.parse.model import parse_model
from schemaloom.render.annotating import Annotator, parsed
from schemaloom.render.model_files import ModelPart, model_parts
from schemaloom.render.names.table import NameTable, name_members
from schemaloom.snapshot.layout import model_documents

FEWEST = 500
"""Fewest models that are shared; the helper takes as long to start as fifteen take to render."""
_TOGETHER = 100
"""Shapes that are asked for at once."""


class _Channel(Protocol):
    """What is used of either kind of ``multiprocessing`` connection."""

    def send(self, obj: object, /) -> None: ...
    def recv(self) -> object: ...
    def fileno(self) -> int: ...


class HelperLost(Exception):
    """The helper ended before its work did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made of the models that the helper has read."""

    names: NameTable
    """What it is to call them; see `name_ids`."""
    renamed: Mapping[str, Mapping[str, str]]
    currency: str
    header: str


class Helper:
    """The process, its share of the models, and the shapes it asks for; used as a context, it leaves nothing behind."""

    def __init__(self, documents: Sequence[tuple[str, bytes]], *, where: str, annotator: Annotator) -> None:
        """Start on `documents`: ``(path, bytes)`` pairs of models below the folder `where`."""
        self._annotator = annotator
        self._asked: list[JsonText] = []
        self._asks = True
        self._connection, theirs = Pipe()
        try:
            self._process = os.fork()
        except OSError:  # no room for another process
            raise HelperLost from None
        if not self._process:
            _serve(theirs, documents, where)
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def digests(self) -> dict[str, str]:
        """The models it has read: id to digest."""
        return cast("dict[str, str]", self._received())

    def order(self, order: Order) -> None:
        """Let it go on."""
        self._send(order)

    def ask(self, keys: Iterable[JsonText]) -> None:
        """`Annotator.ask`, for this process and for the helper."""
        self._annotator.ask(keys)
        while self._asks and self._connection.poll():
            self._pass_on()

    def answer(self) -> Mapping[JsonText, ast.expr | None]:
        """`Annotator.answer`, for this process and for the helper."""
        while self._asks:
            self._pass_on()
        table = self._annotator.answer()
        self._send(self._annotator.sources(self._asked))
        return table

    def finished(self) -> tuple[list[ModelPart], NameTable]:
        """The parts of its models, and their names."""
        return cast("tuple[list[ModelPart], NameTable]", self._received())

    def _pass_on(self) -> None:
        keys = cast("list[JsonText]", self._received())
        self._annotator.ask(keys)
        self._asked += keys
        self._asks = bool(keys)

    def _send(self, content: object) -> None:
        try:
            self._connection.send(content)
        except OSError:
            raise HelperLost from None

    def _received(self) -> object:
        try:
            return cast("object", self._connection.recv())
        except (EOFError, OSError):
            raise HelperLost from None


def is_worth_it(models: int) -> bool:
    """Whether a helper would save time.

    Only Linux can start one that has everything in memory already, and only while no thread runs
    that could hold a lock for good.
    """
    if sys.platform != "linux" or models < FEWEST:
        return False
    return len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


def _serve(connection: _Channel, documents: Sequence[tuple[str, bytes]], where: str) -> None:
    """Be the helper's process, and end it."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whom it helps is interrupted too, and ends it
        own = connection.fileno()
        os.closerange(3, own)  # the engine would wait for both holders of its pipe
        os.closerange(own + 1, os.sysconf("SC_OPEN_MAX"))
        models = [parse_model(document) for document in model_documents(documents, where=where)]
        connection.send({model.id: model.digest for model in models})
        order = cast("Order", connection.recv())
        names = name_members(models, order.names, order.renamed)
        parts = model_parts(
            models, names, _Asking(connection), currency=order.currency, renamed=order.renamed, header=order.header
        )
        connection.send((list(parts), names))
    finally:
        os._exit(0)


class _Asking:
    """The annotator of the process that is helped, seen from the helper."""

    def __init__(self, connection: _Channel) -> None:
        self._connection = connection
        self._known: set[JsonText] = set()
        self._waiting: list[JsonText] = []

    def ask(self, keys: Iterable[JsonText]) -> None:
        fresh = set(keys) - self._known
        self._known |= fresh
        self._waiting += sorted(fresh)
        if len(self._waiting) >= _TOGETHER:
            self._send()

    def answer(self) -> Mapping[JsonText, ast.expr | None]:
        if self._waiting:
            self._send()
        self._send()  # of nothing: these were all
        sources = cast("dict[JsonText, str]", self._connection.recv())
        return {key: parsed(sources.get(key)) for key in self._known}

    def _send(self) -> None:
        self._connection.send(self._waiting)
        self._waiting = []
