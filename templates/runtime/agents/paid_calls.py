"""Calls that cost money: within a budget, and each at most once."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING

from ..core.errors import BudgetExceeded, JobExpired, JobFailed, SDKError, SubmissionUncertain
from ..core.plain_text import printable
from ..models.output_lines import output_lines
from ..models.request import to_wire
from .call_record import CallRecord
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
CALLS = "calls.sqlite"
"""The `CallRecord` in the same folder."""


class PaidCalls:
    """Runs models with one client, within the budget of all calls that ever saved in the same folder.

    A call is a model, its parameters and a variant.  However often it is made, it is paid once: a
    call that is under way is joined, one that ended is answered from memory, and after a restart
    the ledger finds its job, or the record of calls its failure.
    """

    def __init__(self, tools: Tools, client: AsyncClient, folder: Path, max_credits: float) -> None:
        self._tools = tools
        self._client = client
        self._folder = folder
        self.max_credits = max_credits
        self._calls: dict[str, asyncio.Task[str]] = {}
        self._results: dict[str, Result[object]] = {}
        self._record = CallRecord(folder / CALLS, tools.profile.package.distribution)

    async def run(self, model: str, parameters: Mapping[str, JsonValue], variant: int = 1) -> str:
        """Run a model, save its files, and return the facts as JSON; another `variant` is another call.

        Raises `CallError`; unless its message names a job, nothing was paid.
        """
        request, remarks = self._tools.request(model, parameters)
        facts: list[JsonValue] = [request.__model_id__, to_wire(request), variant]
        call = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
        if failure := self._record.failure(call):
            raise CallError(f"{failure}; another variant is another call")
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
                result = self._results[call] = await self._pay(call, request, variant)
            saved = await result.asave_all(self._folder / call[:16])  # an id of the provider's may be any path
        except BudgetExceeded as error:
            raise CallError(f"{text_of(error)}; {self._left()} in {self._folder}") from error
        except SDKError as error:
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

    async def _pay(self, call: str, request: Request[object], variant: int) -> Result[object]:
        """Run a call that is counted before it is sent, and count it no longer only if it provably started no job."""
        estimate = self._client.estimate(request)
        is_new = self._record.reserve(call, estimate, self.max_credits)
        try:
            result = await self._client.run(request, key=f"agent, variant {variant}")
        except JobFailed as error:
            self._record.fail(call, text_of(error))
            if error.charged is False:
                self._record.settle(call, 0)
            raise
        except JobExpired as error:
            self._record.fail(call, text_of(error))
            raise
        except SDKError as error:
            if is_new and error.job_id is None and not isinstance(error, SubmissionUncertain):
                self._record.release(call)
            raise
        cost = estimate.cost if result.cost is None else result.cost
        if cost is not None:
            self._record.settle(call, cost)
        return result

    @property
    def spent(self) -> float:
        """Return the cost of all calls of the folder, or the estimate where that is not known yet."""
        return self._record.spent()

    def _left(self) -> str:
        return f"{self.spent:g} of {self.max_credits:g} spent"
