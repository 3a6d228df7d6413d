"""Where the command line begins. Checking a bundle loads what it needs and nothing else: no database, no web."""

from __future__ import annotations

import signal
import sys
from io import TextIOWrapper


def main() -> None:
    """Run one command. An order to end is taken like Ctrl-C: whatever was started is stopped first."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # ✓ on a terminal that knows GBK only
    if sys.argv[1:2] == ["verify"]:
        from api.cli.verify import app  # noqa: PLC0415  # the rest would load the database
    else:
        from api.cli.main import app  # noqa: PLC0415  # see above
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # not before: until here nothing was started, so just end
    app()
