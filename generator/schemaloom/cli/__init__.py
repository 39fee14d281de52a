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
        # A character that the terminal's encoding lacks is escaped: it is no reason to fail after the work was done.
        sys.stdout.reconfigure(errors="backslashreplace")  # pyright: ignore[reportUnknownMemberType]  of what it wraps
    try:
        from schemaloom.cli.commands import run  # imported here, so that Ctrl-C during the import is one line too
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; nothing was half written\n")
        sys.exit(130)
    run()
