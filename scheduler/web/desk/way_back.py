"""Where a button leads back to: the page it was pressed on."""

from __future__ import annotations

from flask import request


def then_or(otherwise: str) -> str:
    """The page that the form (or the address) names in `then`, if that is a page of ours."""
    then = request.values.get("then", "")
    ours = then.startswith("/") and not then.startswith(("//", "/\\")) and "\n" not in then
    return then if ours else otherwise
