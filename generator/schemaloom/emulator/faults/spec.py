"""Faults on request: the kind of each, how often it occurs, and on which route.

    KIND[=VALUE][:TIMES][@ROUTE[/MODEL]]

    error=503:3@submit        the next three submissions are refused with 503
    lost-response:1           the next request is processed but not answered
    reset:0.25                every fourth request loses its connection
    error=404@schema/flux     one model's schema is gone until the fault is cleared

TIMES is a whole number (the first so many matching requests) or a share below 1, spread
evenly and not by chance; without it every matching request is affected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from http import HTTPStatus
from threading import Lock
from typing import Literal, TypeAlias, cast, get_args

from schemaloom.emulator.routes import RouteName
from schemaloom.errors import UsageError

FaultKind: TypeAlias = Literal[
    "latency", "error", "rate-limit", "reset", "redirect-foreign", "lost-response", "truncated-json", "cut-body",
    "wrong-content-type", "not-json", "not-object", "job-failed", "job-status",
]  # fmt: skip

KINDS: dict[FaultKind, str] = {
    "latency": "=SECONDS: answer later",
    "error": "=STATUS: refuse with this HTTP status, without processing",
    "rate-limit": "[=SECONDS]: 429 with Retry-After (1), without processing",
    "reset": "reset the connection, without processing",
    "redirect-foreign": "302 to another origin, without processing",
    "lost-response": "process, then close the connection without an answer",
    "truncated-json": "process; the first half of the body as a whole answer",
    "cut-body": "process; close the connection halfway through the body",
    "wrong-content-type": "process; the right body labelled text/html",
    "not-json": "process; a page of HTML with status 200 instead",
    "not-object": "process; an empty JSON array instead",
    "job-failed": "[=TEXT]: the submitted job ends failed, with this status text",
    "job-status": "=TEXT: the submitted job reports this status text until it ends",
}
"""Each kind of fault, as ``--help`` lists it."""

UNPROCESSED: frozenset[FaultKind] = frozenset({"error", "rate-limit", "reset", "redirect-foreign"})
"""Faults that apply before the request is processed."""
DAMAGE: frozenset[FaultKind] = frozenset(
    {"lost-response", "truncated-json", "cut-body", "wrong-content-type", "not-json", "not-object"}
)
"""Faults that spoil the answer to a processed request."""

_SUBMIT_ONLY = frozenset({"job-failed", "job-status"})
_ROUTES: tuple[str, ...] = get_args(RouteName)
_GRAMMAR = re.compile(
    r"(?P<kind>[a-z-]+)(=(?P<value>[^:@]+))?(:(?P<times>[0-9.]+))?(@(?P<route>[a-z]+)(/(?P<model>.+))?)?"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, parsed."""

    text: str
    """As it was spelled."""
    kind: FaultKind
    value: str | None = None
    count: int | None = None
    """How many matching requests it affects; None for all."""
    share: Fraction = Fraction(1)
    """The share of matching requests it affects."""
    route: str | None = None
    """None: every route of the API, which the output files are not."""
    model: str | None = None

    @property
    def number(self) -> float:
        """The value as a number; a kind whose value may be left out means 1."""
        return float(self.value or 1)

    def matches(self, route: str | None, model: str | None) -> bool:
        """Whether a request is one that this fault is about.

        A detail response holds the schema too, so ``@schema`` means both routes.
        """
        if self.model is not None and self.model != model:
            return False
        if self.route is None:
            return route != "files"
        return route == self.route or (self.route == "schema" and route == "detail")


def parse_fault(text: str) -> Fault:
    """Read one fault.  Raises `UsageError` naming what is wrong with it."""
    found = _GRAMMAR.fullmatch(text)
    if found is None or found["kind"] not in KINDS:
        raise UsageError(f"not a fault: {text}", hint=f"KIND[=VALUE][:TIMES][@ROUTE], with KIND of {', '.join(KINDS)}")
    kind = cast("FaultKind", found["kind"])
    route: str | None = found["route"] or ("submit" if kind in _SUBMIT_ONLY else None)
    if (route is not None and route not in _ROUTES) or (kind in _SUBMIT_ONLY and route != "submit"):
        allowed = "submit" if kind in _SUBMIT_ONLY else ", ".join(_ROUTES)
        raise UsageError(f"fault {text} is for another route", hint=f"allowed: {allowed}")
    _check_value(text, kind, found["value"])
    count, share = _times(text, found["times"])
    return Fault(text, kind, found["value"], count, share, route, found["model"])


class FaultPlan:
    """The faults in force; they can be added and cleared while the server runs."""

    def __init__(self, faults: Sequence[str] = ()) -> None:
        self._lock = Lock()
        self._seen: list[tuple[Fault, int]] = []
        for fault in faults:
            self.add(fault)

    def add(self, fault: str) -> None:
        """Put a fault in force from the next request on.  Raises `UsageError` when it is none."""
        with self._lock:
            self._seen.append((parse_fault(fault), 0))

    def clear(self) -> None:
        """End every fault."""
        with self._lock:
            self._seen.clear()

    def strike(self, route: str | None, model: str | None) -> list[Fault]:
        """Return the faults that affect one request, and count it against each fault that matches."""
        struck: list[Fault] = []
        with self._lock:
            for index, (fault, seen) in enumerate(self._seen):
                if not fault.matches(route, model):
                    continue
                self._seen[index] = (fault, seen + 1)
                within = fault.count is None or seen < fault.count
                if within and math.floor((seen + 1) * fault.share) > math.floor(seen * fault.share):
                    struck.append(fault)
        return struck


def _check_value(text: str, kind: FaultKind, value: str | None) -> None:
    usage = KINDS[kind]
    if value is None and usage.startswith("="):
        raise UsageError(f"fault {text} needs a value", hint=f"{kind}{usage}")
    if value is not None and not usage.startswith(("=", "[=")):
        raise UsageError(f"fault {text} takes no value", hint=f"{kind}: {usage}")
    if value is None or kind in _SUBMIT_ONLY:
        return
    if kind == "error":
        good = value.isdecimal() and int(value) in {status.value for status in HTTPStatus if status >= 400}
    else:
        good = re.fullmatch(r"\d+(\.\d+)?", value) is not None
    if not good:
        raise UsageError(f"fault {text} has a wrong value", hint=f"{kind}{usage}")


def _times(text: str, times: str | None) -> tuple[int | None, Fraction]:
    if times is None:
        return None, Fraction(1)
    if times.isdecimal() and int(times) > 0:
        return int(times), Fraction(1)
    if re.fullmatch(r"0?\.\d+", times) and 0 < Fraction(times) < 1:
        return None, Fraction(times)
    raise UsageError(f"fault {text} has a wrong number of times", hint="a whole number above 0, or a share below 1")
