"""The MCP server, asked by a client of the official SDK."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

mcp = pytest.importorskip("mcp")

from pixeldojo_sdk import catalogue  # noqa: E402
from pixeldojo_sdk._runtime.agents.mcp_server import make_server  # noqa: E402
from pixeldojo_sdk._runtime.agents.paid_calls import LEDGER, PaidCalls  # noqa: E402
from pixeldojo_sdk._runtime.agents.tools import CallError, Tools  # noqa: E402

from schemaloom.emulator.server import RunningEmulator  # noqa: E402
from tests.paths import GENERATED  # noqa: E402

from .conftest import KEY, AsyncPixelDojo  # noqa: E402

EDIT = {"prompt": "make it snow", "image": "https://example.com/a.png"}


class Agent:
    """A client that keeps everything that it was sent."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.received: list[str] = []

    async def ask(self, tool: str, **arguments: Any) -> tuple[bool, str]:
        answer = await self._client.call_tool(tool, arguments)
        (content,) = answer.content
        self.received.append(content.text)
        return not answer.is_error, content.text


@asynccontextmanager
async def serving(tools: Tools, folder: Path, budget: float) -> AsyncIterator[Any]:
    """A client of a server in this process."""
    async with (
        AsyncPixelDojo(max_credits=budget, ledger=folder / LEDGER) as connected,
        mcp.Client(make_server(tools, PaidCalls(tools, connected, folder, budget))) as client,
    ):
        yield client


async def opening(client: Any) -> str:
    """Everything that is in a model's context before the first question."""
    listed = await client.list_tools()
    tools = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed.tools]
    return json.dumps(tools) + (client.instructions or "")


def test_a_client_over_stdio_finds_describes_estimates_runs_and_reads_changes(
    emulator: RunningEmulator, tmp_path: Path
) -> None:
    async def main() -> list[str]:
        command = mcp.StdioServerParameters(
            command=sys.executable,
            args=["-m", "pixeldojo_sdk", "mcp", "--max-credits", "3", "--folder", str(tmp_path / "results")],
            env={**os.environ, "PYTHONPATH": str(GENERATED / "pixeldojo-sdk" / "src")},
        )
        async with mcp.Client(command) as client:
            agent = Agent(client)
            names = [tool.name for tool in (await client.list_tools()).tools]
            assert names == ["find", "describe", "estimate", "changes", "run"]
            agent.received.append(await opening(client))

            _, found = await agent.ask("find", query="edit a picture by instruction, at most 1 credit")
            assert "boogu-image-edit (Boogu Image Edit): image, 1 credit per image" in found
            _, shown = await agent.ask("describe", model="boogu-image-edit")
            assert "guidance_scale?: number 1..8 = 4" in shown
            assert await agent.ask("estimate", model="boogu-image-edit", parameters=EDIT) == (
                True,
                "1 credit (1 per image, times 1)",
            )
            good, text = await agent.ask("run", model="boogu-image-edit", parameters=EDIT)
            assert good, text
            answer = json.loads(text)
            (path,) = map(Path, answer["files"])
            assert path.is_relative_to(tmp_path / "results")
            assert path.read_bytes()[:4] == b"\x89PNG"
            assert (answer["cost"], answer["budget"]) == (1, "1 of 3 spent")
            assert await agent.ask("changes") == (True, "0.1.0: First release: 70 models.")
            return agent.received

    before = len(emulator.log.of("submit"))
    received = asyncio.run(main())
    assert 1 == len(emulator.log.of("submit")) - before
    assert KEY not in "".join(received)


def test_what_an_agent_reads_before_the_first_question_does_not_grow_with_the_catalogue(
    large: Any, large_client: Any, emulator: RunningEmulator, tmp_path: Path
) -> None:
    async def size(tools: Tools) -> float:
        async with serving(tools, tmp_path, 3) as client:
            return len(await opening(client)) / 4

    small, big = (asyncio.run(size(tools)) for tools in (Tools(catalogue, AsyncPixelDojo), Tools(large, large_client)))
    assert small <= 1500
    assert big - small <= 1


def test_without_a_budget_no_tool_costs_money() -> None:
    async def main() -> str:
        async with mcp.Client(make_server(Tools(catalogue, AsyncPixelDojo), None)) as client:
            assert "without a budget" in (client.instructions or "")
            assert "run" not in [tool.name for tool in (await client.list_tools()).tools]
            answer = await client.call_tool("run", {"model": "boogu-image-edit", "parameters": EDIT})
            assert answer.is_error
            return answer.content[0].text

    assert asyncio.run(main()) == "Unknown tool: run"


def charged_since(emulator: RunningEmulator, known: set[str]) -> Counter[str]:
    """How often each prompt was charged, by the emulator's own books: a job whose answer was lost is there, too."""
    jobs = emulator._application.api.jobs._jobs
    return Counter(job.parameters["prompt"] for name, job in jobs.items() if name not in known)


def paid(emulator: RunningEmulator, faults: tuple[str, ...], budget: float, folder: Path) -> tuple[float, Counter[str]]:
    """What an agent that repeats every call until it is tired spends, and how often each call was charged."""
    rng = random.Random(budget)
    calls = [{"prompt": f"fox {number}", "image": "https://example.com/a.png"} for number in range(6)]

    async def repeat(agent: Agent, parameters: dict[str, Any]) -> None:
        for _ in range(4):
            await agent.ask("run", model="boogu-image-edit", parameters=parameters)
            await asyncio.sleep(rng.random() * 0.05)

    async def main() -> list[str]:
        async with serving(Tools(catalogue, AsyncPixelDojo), folder, budget) as client:
            agent = Agent(client)
            await asyncio.gather(*(repeat(agent, each) for each in [*calls, *calls]))
            return agent.received

    for fault in faults:
        emulator.faults.add(fault)
    before, known = emulator.credits, set(emulator._application.api.jobs._jobs)
    received = asyncio.run(main())
    assert KEY not in "".join(received)
    return float(before - emulator.credits), charged_since(emulator, known)


@pytest.mark.parametrize(
    "faults",
    [
        (),
        ("job-failed:2@submit",),
        ("lost-response:1@submit",),
        ("error=503:3@submit", "rate-limit=0.01:2@submit"),
        ("error=500:0.3@job", "error=404:0.5@files"),
        ("cut-body:1@submit", "reset:0.2"),
    ],
    ids=lambda faults: ", ".join(faults) or "no fault",
)
def test_an_agent_that_repeats_everything_spends_three_at_most_and_pays_no_call_twice(
    emulator: RunningEmulator, tmp_path: Path, faults: tuple[str, ...]
) -> None:
    for budget in (3, 30):  # one that ends the calls, and one that does not
        emulator.faults.clear()
        folder = tmp_path / str(budget)
        folder.mkdir()
        spent, charged = paid(emulator, faults, budget, folder)
        assert spent <= min(budget, 6)
        assert all(times == 1 for times in charged.values()), charged
        assert faults or len(charged) == min(budget, 6)


def test_after_a_restart_the_same_call_is_still_not_paid_again(emulator: RunningEmulator, tmp_path: Path) -> None:
    async def main() -> dict[str, Any]:
        tools = Tools(catalogue, AsyncPixelDojo)
        async with AsyncPixelDojo(max_credits=3, ledger=tmp_path / LEDGER) as connected:
            answer: dict[str, Any] = json.loads(
                await PaidCalls(tools, connected, tmp_path, 3).run("boogu-image-edit", {**EDIT, "seed": 7})
            )
            return answer

    before = len(emulator.log.of("submit"))
    first, second = asyncio.run(main()), asyncio.run(main())
    assert 1 == len(emulator.log.of("submit")) - before
    assert first["job_id"] == second["job_id"]
    assert first["job_id"] not in first["files"][0]  # an id of the provider's may be any path
    assert [Path(path).read_bytes() for path in first["files"]] == [Path(path).read_bytes() for path in second["files"]]


def test_a_call_that_is_cancelled_goes_on_and_is_joined(emulator: RunningEmulator, tmp_path: Path) -> None:
    async def main() -> str:
        tools = Tools(catalogue, AsyncPixelDojo)
        async with AsyncPixelDojo(max_credits=3, ledger=tmp_path / LEDGER) as connected:
            calls = PaidCalls(tools, connected, tmp_path, 3)
            first = asyncio.create_task(calls.run("boogu-image-edit", {**EDIT, "seed": 8}))
            await asyncio.sleep(0.02)
            first.cancel()
            return await calls.run("boogu-image-edit", {**EDIT, "seed": 8})

    before = len(emulator.log.of("submit"))
    assert json.loads(asyncio.run(main()))["budget"] == "1 of 3 spent"
    assert 1 == len(emulator.log.of("submit")) - before


def test_a_job_that_failed_is_not_paid_again_after_a_restart(emulator: RunningEmulator, tmp_path: Path) -> None:
    async def main(variant: int) -> str:
        tools = Tools(catalogue, AsyncPixelDojo)
        async with AsyncPixelDojo(max_credits=3, ledger=tmp_path / LEDGER) as connected:
            return await PaidCalls(tools, connected, tmp_path, 3).run("boogu-image-edit", {**EDIT, "seed": 9}, variant)

    emulator.faults.add("job-failed:1@submit")
    before = len(emulator.log.of("submit"))
    messages: list[str] = []
    for _ in range(2):
        with pytest.raises(CallError) as raised:
            asyncio.run(main(1))
        messages.append(str(raised.value))
    assert messages[1] == f"{messages[0]}; another variant is another call"
    assert 1 == len(emulator.log.of("submit")) - before
    assert json.loads(asyncio.run(main(2)))["cost"] == 1


async def ask_all(folder: Path, prompts: range, budget: float = 3) -> list[str]:
    """A new server, and an agent that makes a call for each prompt at once; returns the answers."""
    async with serving(Tools(catalogue, AsyncPixelDojo), folder, budget) as client:
        agent = Agent(client)
        calls = ({**EDIT, "prompt": f"owl {number}"} for number in prompts)
        await asyncio.gather(*(agent.ask("run", model="boogu-image-edit", parameters=call) for call in calls))
        return agent.received


@pytest.mark.parametrize("fault", ["", "job-failed:1@submit", "lost-response:1@submit", "error=503:2@submit"])
def test_a_budget_outlives_the_server_and_is_shared_by_servers(
    emulator: RunningEmulator, tmp_path: Path, fault: str
) -> None:
    async def at_once() -> None:
        await asyncio.gather(*(ask_all(tmp_path, range(start, start + 4)) for start in (2, 4)))

    if fault:
        emulator.faults.add(fault)
    known = set(emulator._application.api.jobs._jobs)
    asyncio.run(ask_all(tmp_path, range(2)))
    asyncio.run(at_once())
    refused = asyncio.run(ask_all(tmp_path, range(8)))

    charged = charged_since(emulator, known)
    assert sum(charged.values()) <= 3
    assert set(charged.values()) == {1}
    assert any("3 of 3 spent" in answer for answer in refused) or fault == "error=503:2@submit"
    if not fault:
        assert len(charged) == 3
        asyncio.run(ask_all(tmp_path, range(8), budget=4))
        assert sum(charged_since(emulator, known).values()) == 4


def test_what_was_refused_does_not_use_up_the_budget(emulator: RunningEmulator, tmp_path: Path) -> None:
    emulator.faults.add("error=422:3@submit")
    known = set(emulator._application.api.jobs._jobs)
    for _ in range(2):
        asyncio.run(ask_all(tmp_path, range(3)))
    assert len(charged_since(emulator, known)) == 3
