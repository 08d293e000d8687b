"""The web: gunicorn with one worker and a few threads, because live pages share one process's memory."""

from __future__ import annotations

import argparse
from typing import Any

from gunicorn.app.base import BaseApplication

from config import Settings
from scheduler.app import create_app
from scheduler.commands import parent
from scheduler.commands.opening import open_database, open_settings
from scheduler.commands.ports import port_is_free
from scheduler.commands.setup import CannotRun
from scheduler.log import write_log

SUMMARY = "Serve the web pages alone"
THREADS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options for people: HOST and PORT are settings."""
    parent.add_option(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    settings = open_settings()
    if not port_is_free(settings.host, settings.port):
        raise CannotRun(f"PORT {settings.port} is taken on {settings.host}: set PORT to a free one.", status=2)
    open_database(settings).dispose()
    parent.watch(args)
    _Server(settings).run()
    return 0


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told by our settings and by nothing else."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        options: dict[str, Any] = {
            "bind": f"{host}:{self._settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": 5,
            "control_socket_disable": True,
            "loglevel": self._settings.log_level.lower(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        write_log(self._settings.log_level)
        return create_app(self._settings)
