"""A text gateway on this machine in the shape of Twilio's API, which behaves badly when it is told to."""

from __future__ import annotations

import json
import socket
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from urllib.parse import parse_qs, urlsplit

from config import TextGateway

ACCOUNT, TOKEN = "AC0123", "secret-token"
FAULTS = ("timeout after accept", "5xx", "5xx after accept", "429", "half-closed", "half-closed after accept",
          "dripping", "wrong 200", "no sid", "refused")


@dataclass(frozen=True)
class Kept:
    """One text that the gateway has taken over."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    made: datetime

    @property
    def reference(self) -> str:
        """Our key, out of the callback's address."""
        return parse_qs(urlsplit(self.callback).query)["reference"][0]


class FakeGateway:
    """`kept` are the texts it has; `fault(to)` names what goes wrong with one (see FAULTS), None for nothing."""

    def __init__(self, fault: Callable[[str], str | None] = lambda to: None, *, retry_after: str = "120",
                 now: Callable[[], datetime] = lambda: datetime.now(UTC)):
        self.kept: list[Kept] = []
        self.asked, self.answers_asking = 0, 200
        self.fault, self.retry_after, self.now = fault, retry_after, now
        self.stopped, self.lock = Event(), Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gateway = self
        self.port = self._server.server_address[1]
        self.url = f"http://{ACCOUNT}:{TOKEN}@127.0.0.1:{self.port}"
        self.settings = TextGateway(base_url=f"http://127.0.0.1:{self.port}", account=ACCOUNT, token=TOKEN)

    def keep(self, form: dict[str, str]) -> Kept:
        """Take one text over."""
        with self.lock:
            kept = Kept(f"SM{len(self.kept):032d}", form["To"], form["From"], form["Body"], form["StatusCallback"],
                        self.now())
            self.kept.append(kept)
            return kept

    def __enter__(self) -> FakeGateway:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    gateway: FakeGateway
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.server.gateway.asked += 1
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        rows = [{"sid": one.sid, "to": one.to, "from": one.sender, "body": one.body, "status": "sent",
                 "date_created": format_datetime(one.made)} for one in reversed(self.server.gateway.kept)
                if one.to == asked["To"] and one.sender == asked["From"]]
        rows = rows[:int(asked["PageSize"])]
        self._say(self.server.gateway.answers_asking, {"messages": rows, "next_page_uri": None})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(raw).items()}
        user = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        if user != f"{ACCOUNT}:{TOKEN}" or not self.path.startswith(f"/2010-04-01/Accounts/{ACCOUNT}/"):
            return self._say(401, {"code": 20003})
        fault = self.server.gateway.fault(form["To"])
        takes = fault is None or "after accept" in fault or fault == "no sid"
        kept = self.server.gateway.keep(form) if takes else None
        if fault is None and kept is not None:
            return self._say(201, {"sid": kept.sid, "status": "queued"})
        return self._misbehave(fault or "")

    def _misbehave(self, fault: str) -> None:
        if fault.startswith("timeout"):
            self.server.gateway.stopped.wait(60)
        elif fault.startswith("5xx"):
            self._say(503, {"code": 20503})
        elif fault == "429":
            self._say(429, {"code": 20429}, self.server.gateway.retry_after)
        elif fault.startswith("half-closed"):
            self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 400\r\n\r\n{\"sid\"")
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
        elif fault == "dripping":
            self._drip()
        elif fault == "wrong 200":
            self._send(200, b"<html>please sign in to this network</html>")
        elif fault == "no sid":
            self._say(200, {"status": "queued"})
        else:
            self._say(400, {"code": 21610, "message": "opted out"})

    def _drip(self) -> None:
        answer = b"HTTP/1.1 201 Created\r\nContent-Length: 4000\r\n\r\n" + b" " * 4000
        for at in range(len(answer)):
            if self.server.gateway.stopped.wait(0.02):
                return
            try:
                self.wfile.write(answer[at:at + 1])
            except OSError:
                return

    def _say(self, code: int, body: dict, retry_after: str | None = None) -> None:
        self._send(code, json.dumps(body).encode(), retry_after)

    def _send(self, code: int, body: bytes, retry_after: str | None = None) -> None:
        self.send_response(code)
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
