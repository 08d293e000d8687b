"""Numbers of rows in addresses: one that no table can have is an address that leads nowhere, not a fault."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
"""The largest id of a row: PostgreSQL's integer."""


class RowNumber(IntegerConverter):
    """`<int:…>` in a rule: 0 up to the largest id; a larger number is a 404 before any database is asked."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


def hang(app: Flask) -> None:
    """Let every `<int:…>` of the application be the number of a row."""
    app.url_map.converters["int"] = RowNumber
