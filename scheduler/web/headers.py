"""What every response says to the browser: a strict content policy, no framing, no caching of pages."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "manifest-src 'self'",
))


LETTER = "; ".join((
    "default-src 'none'", "style-src 'unsafe-inline'", "form-action 'none'", "base-uri 'none'",
    "frame-ancestors 'self'", "sandbox",
))
"""For a letter as it looks, which carries its own styles as mail does: it may do nothing, and stands in our frame."""
WITH_A_LETTER = f"{POLICY}; frame-src 'self'"
"""For a page with such a frame."""


def hang(app: Flask) -> None:
    """Add the headers after every request."""
    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint not in ("static", "assets.vendor"):
            response.headers["Cache-Control"] = "no-store"
        return response
