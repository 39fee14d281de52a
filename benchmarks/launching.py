"""A small process that starts programs, one after the other, and reports the time and memory of each.

Linux counts to a program's peak memory what the process that started it held at that moment, so
nothing larger than a bare interpreter may start what is to be measured.  A task comes on stdin, a
line of JSON each; its answer goes to stdout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

SHOWN = 2000


def main() -> None:
    """Serve until stdin ends."""
    for line in sys.stdin:
        task = json.loads(line)
        start = time.perf_counter()
        process = subprocess.Popen(
            task["command"],
            cwd=task["folder"],
            env={**os.environ, **task["environment"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        complaint = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        answer = {
            "seconds": seconds,
            "peak": usage.ru_maxrss,
            "code": process.returncode,
            "complaint": complaint[-SHOWN:].decode(errors="replace"),
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
