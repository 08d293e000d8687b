#!/usr/bin/env python3
"""Leafout's command line: `python3 run.py` sets everything up and starts; `python3 run.py --help` lists the rest.

This file must parse on any Python, however old, so that it can say which one it needs.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (the one place that meets older Pythons)
    sys.exit("Leafout needs Python 3.11 or newer; this is Python %d.%d. Try: python3.11 run.py" % sys.version_info[:2])  # noqa: UP031

from scheduler.commands.registry import main  # noqa: E402 (an older Python could not read it)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
