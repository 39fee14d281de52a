"""Calls that cost money: within a budget, and each at most once."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING, cast

from ..core.errors import BudgetExceeded, JobExpired, JobFailed, SDKError
from ..core.plain_text import printable
from ..models.output_lines import output_lines
from ..models.request import to_wire
from .tools import CallError, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic import JsonValue

    from ..async_client import AsyncClient
    from ..models.request import Request
    from ..models.result import Result
    from .tools import Tools

LEDGER = "jobs.sqlite"
"""The ledger in the folder of results."""
FAILURES = "failed-calls.jsonl"
"""Digests of the calls whose jobs failed, each with the message; in the same folder."""


class PaidCalls:
    """Runs models with one client, whose budget is that of all calls.

    A call is a model, its parameters and a variant.  However often it is made, it is paid once: a
    call that is under way is joined, one that ended is answered from memory, and after a restart
    the ledger finds its job, or the folder its failure.
    """

    def __init__(self, tools: Tools, client: AsyncClient, folder: Path, max_credits: float) -> None:
        self._tools = tools
        self._client = client
        self._folder = folder
        self.max_credits = max_credits
        self._calls: dict[str, asyncio.Task[str]] = {}
        self._results: dict[str, Result[object]] = {}
        self._failures = _read_failures(folder / FAILURES)

    async def run(self, model: str, parameters: Mapping[str, JsonValue], variant: int = 1) -> str:
        """Run a model, save its files, and return the facts as JSON; another `variant` is another call.

        Raises `CallError`; unless its message names a job, nothing was paid.
        """
        request, remarks = self._tools.request(model, parameters)
        facts: list[JsonValue] = [request.__model_id__, to_wire(request), variant]
        call = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        if call in self._failures:
            raise CallError(f"{self._failures[call]}; another variant is another call")
        task = self._calls.get(call)
        if task is None:
            task = self._calls[call] = asyncio.create_task(self._answer(call, request, variant, remarks))
            task.add_done_callback(lambda done: self._forget_failed(call, done))
        return await asyncio.shield(task)  # cancelling a call does not abandon a job that is paid for

    def _forget_failed(self, call: str, done: asyncio.Task[str]) -> None:
        """Forget a call without an answer: it may be made again, and the ledger resumes its job if there is one."""
        if done.cancelled() or done.exception() is not None:
            del self._calls[call]

    async def _answer(self, call: str, request: Request[object], variant: int, remarks: list[str]) -> str:
        try:
            result = self._results.get(call)
            if result is None:
                result = self._results[call] = await self._client.run(request, key=f"agent, variant {variant}")
            saved = await result.asave_all(self._folder / (result.job_id or "at-once"))
        except BudgetExceeded as error:
            raise CallError(f"{text_of(error)}; {self._left()}") from error
        except SDKError as error:
            if isinstance(error, JobFailed | JobExpired):  # paid for, and without a result
                self._add_failure(call, text_of(error))
            raise CallError(text_of(error)) from error
        except OSError as error:
            raise CallError(f"the files could not be saved: {error}; the same call saves them again") from error
        facts: dict[str, JsonValue] = {
            "model": request.__model_id__,
            "job_id": result.job_id,
            "files": [str(path.resolve()) for path in saved],
            **({} if saved else {"output": list[JsonValue](output_lines(result))}),
            "cost": result.cost,
            "budget": self._left(),
            **({"remarks": list[JsonValue](remarks)} if remarks else {}),
        }
        return printable(json.dumps(facts, ensure_ascii=False))

    def _add_failure(self, call: str, message: str) -> None:
        self._failures[call] = message
        with (self._folder / FAILURES).open("a", encoding="utf-8") as file:
            file.write(json.dumps([call, message]) + "\n")

    def _left(self) -> str:
        return f"{self._client.spent:g} of {self.max_credits:g} spent"


def _read_failures(path: Path) -> dict[str, str]:
    """Return the messages of failed calls by digest; a line that was cut short is left out."""
    found: dict[str, str] = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            call, message = cast("list[str]", json.loads(line))
        except ValueError:
            continue
        found[call] = message
    return found
