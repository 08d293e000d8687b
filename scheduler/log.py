"""Where log lines go and how they look: standard error, one line each, ids and never names."""

from __future__ import annotations

import logging
import sys


def write_log(level: str) -> None:
    """Log from `level` on; the libraries' chatter about every tick, migration and refused claim is left out."""
    logging.basicConfig(
        level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel("WARNING")
    logging.getLogger("psycopg").setLevel("ERROR")
