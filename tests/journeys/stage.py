"""One server and one browser for all the journeys of a test process: a new window costs more than most pages do.

The address stays the same, so style sheets and scripts are fetched once. Nothing else outlives a journey: cookies, what
pages keep in the browser, further pages and the place of the mouse are wiped away when a page is given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page
from werkzeug.serving import make_server

EMPTY = "/an-empty-page-between-two-journeys"
BLANK = b'<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>between two journeys</title></html>'
PATIENCE = 30_000
"""Milliseconds that a page waits for what a journey expects, unless the journey says otherwise."""


class Stage:
    """A server that shows one application after another."""

    def __init__(self) -> None:
        self.app: Flask | None = None
        self.server = make_server("127.0.0.1", 0, self, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application that is shown now; between two of them with an empty page."""
        if self.app is None or environ["PATH_INFO"] == EMPTY:
            start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Control", "no-store")])
            return [BLANK]
        return self.app(environ, start_response)

    @contextmanager
    def showing(self, app: Flask) -> Iterator[None]:
        """Show this application meanwhile."""
        before, self.app = self.app, app
        try:
            yield
        finally:
            self.app = before

    def close(self) -> None:
        """Stop the server."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Windows:
    """The windows of the browser that nobody looks at now, by what makes them special (touch, another time zone)."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.free: dict[tuple, list[Page]] = {}

    def take(self, kind: tuple) -> Page:
        """A page with nothing in it, in a window of its own."""
        if self.free.get(kind):
            return self.free[kind].pop()
        context: BrowserContext = self.browser.new_context(base_url=self.address, locale="en-US", **dict(kind))
        return context.new_page()

    def put_back(self, kind: tuple, page: Page) -> None:
        """Wipe a page and keep it for the next journey; one that cannot be wiped is closed."""
        try:
            for other in page.context.pages:
                if other is not page:
                    other.close()
            page.goto(EMPTY)
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
            page.context.clear_cookies()
            page.mouse.move(-1, -1)
            page.emulate_media(media="null", color_scheme="light", reduced_motion="null")
        except Error:
            page.context.close()
            return
        self.free.setdefault(kind, []).append(page)


class Tabs:
    """The pages that one journey has open, and what the browser complained about on them."""

    def __init__(self, windows: Windows) -> None:
        self.windows, self.complaints = windows, []
        self.taken: list[tuple[tuple, Page]] = []

    def open(self, size: dict[str, int], cookie: str | None = None, patience: int = PATIENCE, **more: Any) -> Page:
        """A page of that size in a window of its own, with the cookie of somebody who is signed in."""
        kind = tuple(sorted(more.items()))
        page = self.windows.take(kind)
        self.taken.append((kind, page))
        page.set_viewport_size(size)
        page.set_default_timeout(patience)
        if cookie is not None:
            page.context.add_cookies([{"name": "leafout", "value": cookie, "url": self.windows.address}])
        page.on("pageerror", self._failed)
        page.on("console", self._said)
        return page

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def close(self) -> None:
        """Give all pages back."""
        for kind, page in self.taken:
            page.remove_listener("pageerror", self._failed)
            page.remove_listener("console", self._said)
            self.windows.put_back(kind, page)
