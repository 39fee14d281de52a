"""The command line: options in, one pipeline call, a report, an exit code.

Exit codes: 0 clean · 1 stale or drifted · 2 usage or configuration · 3 source unhealthy or a
guard tripped · 4 internal error · 130 interrupted.
"""

from __future__ import annotations

import io
import sys


def main() -> None:
    """The console script's entry."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What the terminal's encoding lacks is shown as an escape; it is no reason to fail after the work was done.
        sys.stdout.reconfigure(errors="backslashreplace")  # pyright: ignore[reportUnknownMemberType]  of what it wraps
    from schemaloom.cli.unchanged import answered

    try:
        done = answered(sys.argv[1:])
    except Exception:  # noqa: BLE001  whatever is wrong, the whole command finds it too and has words for it
        done = False
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; nothing was half written\n")
        sys.exit(130)
    if not done:
        from schemaloom.cli.commands import run  # click takes longer to start than Python itself

        run()
