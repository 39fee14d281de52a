"""Thousands of paid requests over a bad line, by programs that are killed: what was paid, and who knows of it.

    PYTHONPATH=generated/pixeldojo-sdk/src python tests/sdk/chaos.py 10000 --seed 1

The API answers 5xx and 429 and half documents; the line resets at every stage, or falls silent;
every other program is killed with SIGKILL at some moment.  Between two programs, what the ledger
calls uncertain is resolved by somebody who knows the truth, but who may name only a job that the
ledger has listed as a candidate.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from chaos_client import Quick
from pixeldojo_sdk import SDKError
from pixeldojo_sdk._runtime.files.outputs import Output
from pixeldojo_sdk._runtime.jobs.handles import Job
from pixeldojo_sdk._runtime.jobs.ledger_recording import fingerprint
from pixeldojo_sdk._runtime.jobs.recovery import Recovery
from pixeldojo_sdk._runtime.jobs.submit import parameters_of, submission
from pixeldojo_sdk.models.flux_dev import FluxDev
from sdk_bad_line import BadLine, bad_line

from schemaloom.emulator.options import Options
from schemaloom.emulator.request_log import RequestLog
from schemaloom.emulator.server import running_emulator
from schemaloom.settings.provider import load_provider
from schemaloom.snapshot.layout import read_snapshot

ROOT = Path(__file__).parents[2]
FAULTS = (
    "error=503:0.03@submit", "error=502:0.02@submit", "error=500:0.02@submit", "rate-limit=0.02:0.03@submit",
    "truncated-json:0.02@submit", "not-json:0.01@submit", "error=503:0.03@job", "rate-limit=0.02:0.02@jobs",
    "cut-body:0.02@job",
)  # fmt: skip
KINDS = ("sync", "async", "fork", "preload", "spawn") if hasattr(os, "fork") else ("sync", "async", "spawn")
"""How a program runs its requests: threads, tasks, or processes made in one of three ways."""
PER_PROGRAM = 90  # the list of jobs shows a hundred


@dataclass
class Tally:
    """What happened."""

    requests: int
    programs: int = 0
    killed: int = 0
    exchanges: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    paid: dict[str, str] = field(default_factory=dict)
    """Prompt of each job."""
    uncertain: int = 0
    """Listed by the ledger."""
    started: int = 0
    """Of these, with a job, which was among the candidates."""
    denied: list[str] = field(default_factory=list)
    """Outcomes that deny a job of a request that had one: without its id, and not uncertain."""
    unraised: int = 0
    """Uncertain in the ledger, though its program was not killed and raised nothing."""
    needless: list[str] = field(default_factory=list)
    """Raised as uncertain, though nothing of the request came in, or the API's refusal went back to the program."""
    unjudged: int = 0
    """The same, where the client could not know: a reset came late enough for the whole request to have come in unseen,
    or an event loop took the end of a body whose connection was reset after its beginning."""
    lost: list[str] = field(default_factory=list)
    """Jobs that neither the ledger nor its candidates name."""
    swapped: list[str] = field(default_factory=list)
    """Jobs that were given to another request."""
    collected: dict[int, str] = field(default_factory=dict)

    @property
    def twice(self) -> list[str]:
        return [prompt for prompt, count in Counter(self.paid.values()).items() if count > 1]


class Truth:
    """What the API was asked; the emulator numbers jobs in the order in which it writes them down."""

    def __init__(self, log: RequestLog, tally: Tally) -> None:
        self._log = log._exchanges
        self._tally = tally
        self._lock = threading.Lock()

    def read(self) -> dict[str, str]:
        with self._lock:
            while self._log:
                entry = self._log.popleft()
                self._tally.exchanges += 1
                if entry.route == "submit" and entry.status in {200, 202}:
                    self._tally.paid[f"job_{len(self._tally.paid) + 1:06d}"] = json.loads(entry.body)["prompt"]
        return self._tally.paid


def run(requests: int, *, seed: int = 1, share: float = 0.02) -> Tally:
    """Have `requests` distinct requests made, each until its result is there."""
    chance = random.Random(seed)
    tally = Tally(requests)
    folder = ROOT / "specs" / "pixeldojo"
    options = Options(rate_limit=0, job_seconds=0.1, credits=1e9, faults=FAULTS)
    with (
        tempfile.TemporaryDirectory() as place,
        running_emulator(load_provider(folder / "provider.toml"), read_snapshot(folder), options) as server,
        bad_line(("127.0.0.1", urlsplit(server.base_url).port or 0), share=share, seed=seed) as (line, port),
    ):
        truth = Truth(server.log, tally)
        ledger = str(Path(place) / "jobs.sqlite")
        url = f"http://127.0.0.1:{port}{urlsplit(server.base_url).path}"
        for first in range(0, requests, PER_PROGRAM):
            wanted = set(range(first, min(first + PER_PROGRAM, requests)))
            lives = 0
            while not wanted <= tally.collected.keys():
                lives += 1
                assert lives < 50, f"no progress with {sorted(wanted - tally.collected.keys())}"
                kind = KINDS[tally.programs % len(KINDS)]
                kill_after = chance.uniform(0.4, 1.6) if lives < 4 and chance.random() < 0.6 else None
                line.answered.clear()
                line.unseen = 0
                line.begun.clear()
                raised, rejected = live(tally, [url, ledger, str(first), str(len(wanted)), kind], kill_after)
                line.wait_until_served(port)
                paid = set(truth.read().values())
                tally.denied += [f"{kind} of {prompt}" for prompt, kind in rejected.items() if prompt in paid]
                resolve(tally, truth, url, ledger, raised, wanted, line, kind)
        tally.broken = line.broken
        known = set(tally.collected.values())
        tally.swapped = [job for number, job in tally.collected.items() if truth.read().get(job) != f"request {number}"]
        tally.lost += [job for job in truth.read() if job not in known]
    return tally


def documented_refusals() -> set[tuple[int, str]]:
    errors = tomllib.loads((ROOT / "specs" / "pixeldojo" / "provider.toml").read_text())["errors"]["table"]
    return {(error["status"], error["code"]) for error in errors.values()}


def is_certain(line: BadLine, prompt: str) -> bool:
    """Whether the last attempt of this life at a request did not come in, or was answered with a refusal."""
    if prompt not in line.answered:
        return True
    status, body = line.answered[prompt] or (0, b"")
    if status < 500:
        return status >= 400
    with suppress(ValueError):
        error = json.loads(body).get("error")
        return isinstance(error, dict) and (status, error.get("code")) in documented_refusals()
    return False


def live(tally: Tally, arguments: list[str], kill_after: float | None) -> tuple[dict[str, str] | None, dict[str, str]]:
    """One life of the program: the reason of each uncertain request that it raised, by fingerprint (None if it was
    killed), and other errors by prompt.
    """
    command = [sys.executable, str(Path(__file__).with_name("chaos_client.py")), *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    tally.programs += 1
    timer = threading.Timer(kill_after or 60, program.kill)
    timer.start()
    output, errors = program.communicate()
    timer.cancel()
    assert program.returncode in {0, -9}, errors
    killed = program.returncode == -9
    assert not killed or kill_after, "a program hangs"
    tally.killed += killed
    raised: dict[str, str] = {}
    rejected: dict[str, str] = {}
    for line in output.splitlines():
        if not line.endswith("}"):
            continue  # cut by the kill
        entry = json.loads(line)
        tally.outcomes[entry["outcome"]] += 1
        if entry["outcome"] == "Result":
            tally.collected[entry["request"]] = entry["job"]
        elif entry["outcome"] == "SubmissionUncertain":
            raised[entry["fingerprint"]] = entry["reason"]
        elif not entry["job"]:
            rejected[f"request {entry['request']}"] = entry["outcome"]
    return None if killed else raised, rejected


def resolve(
    tally: Tally,
    truth: Truth,
    url: str,
    ledger: str,
    raised: dict[str, str] | None,
    numbers: set[int],
    line: BadLine,
    kind: str,
) -> None:
    """Resolve what the ledger calls uncertain by the truth, as far as the candidates show it."""
    with Quick(api_key="demo-key", base_url=url, ledger=ledger) as client:
        prompts = {fingerprint_of(client, prompt): prompt for prompt in (f"request {number}" for number in numbers)}
        recovery = patiently(client.jobs.recover)
        for uncertain in recovery.uncertain:
            tally.uncertain += 1
            tally.unraised += raised is not None and uncertain.fingerprint not in raised
            prompt = prompts[uncertain.fingerprint]
            if raised is None or not is_certain(line, prompt):
                pass
            elif prompt not in line.answered and line.unseen:
                line.unseen -= 1
                tally.unjudged += 1
            elif prompt not in line.answered and line.begun and kind == "async":
                line.begun.pop()
                tally.unjudged += 1
            else:
                reason, begun = raised.get(uncertain.fingerprint), [came[-40:] for came in line.begun]
                tally.needless.append(f"{prompt} ({kind}): {line.answered.get(prompt)}; {reason}; {begun}")
            jobs = [job for job, paid_for in truth.read().items() if paid_for == prompt]
            tally.started += len(jobs)
            tally.lost += [job for job in jobs if job not in {info.id for info in uncertain.candidates}]
            client.jobs.resolve(uncertain.fingerprint, jobs[0] if jobs else None)


def patiently(recover: Callable[[], Recovery[Job[Output]]]) -> Recovery[Job[Output]]:
    """The line is bad for this, too."""
    while True:
        try:
            return recover()
        except SDKError as error:
            if not error.retryable:
                raise


def fingerprint_of(client: Quick, prompt: str) -> str:
    context, request = client._context, FluxDev(prompt=prompt)
    call = submission(context, request, webhook_url=None)
    return fingerprint(call, parameters_of(context, request), "chaos", 0)


def report(tally: Tally, seconds: float) -> str:
    broken = ", ".join(f"{count} {stage}" for stage, count in sorted(tally.broken.items()))
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in tally.outcomes.most_common())
    return f"""{tally.requests} requests by {tally.programs} programs, {tally.killed} of them killed, in {seconds:.0f} s
lines broken: {broken}
reported to the programs: {outcomes}
exchanges: {tally.exchanges}; jobs paid: {len(tally.paid)}; results collected: {len(tally.collected)}
uncertain: {tally.uncertain}, of which {tally.started} had started a job
paid twice: {len(tally.twice)}; paid and lost: {len(tally.lost)}; swapped: {len(tally.swapped)}
a job denied that was paid for: {len(tally.denied)}
uncertain and not raised: {tally.unraised}; uncertain though certain: {len(tally.needless)} {tally.needless}
uncertain, and the judge cannot tell: {tally.unjudged}"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("requests", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.02, help="of exchanges that break at each stage")
    asked = parser.parse_args()
    began = time.monotonic()
    print(report(run(asked.requests, seed=asked.seed, share=asked.share), time.monotonic() - began))
