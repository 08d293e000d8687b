"""The two doors to the database: one for reading, one for writing, each a single transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

PATIENCE = 30.0
"""Seconds that a writer waits for its turn."""


class DatabaseBusy(Exception):
    """The turn to write did not come in time; nothing was done, and the same may be tried again."""


class Database:
    """A database by its URL; SQLite (WAL) and PostgreSQL are the two engines that the house runs on.

    A bare `postgresql://` URL is read with the psycopg driver.
    """

    def __init__(self, url: str, *, pool_size: int = 10):
        self.engine = _engine(url, pool_size)
        self._reading = sessionmaker(_of_one_moment(self.engine), autoflush=False)
        self._writing = sessionmaker(self.engine.execution_options(writes=True))
        self._lock = Lock() if self.engine.dialect.name == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries alone, which all see the book of one moment; whatever was changed in it is dropped."""
        with self._reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work is one transaction: kept on a normal end, undone by an exception.

        On SQLite it begins IMMEDIATE: a deferred begin fails at once when it must turn from reading to writing. Its
        writers of one process take turns before they ask for the file: SQLite polls, and lets some wait for very long.
        Raises DatabaseBusy, nothing done, where the turn does not come in time.
        """
        with _one_after_another(self._lock) if self._lock else nullcontext(), self._writing.begin() as session:
            _begin(session)
            yield session

    @contextmanager
    def keeping(self, *, writes: bool) -> Iterator[Callable[[], AbstractContextManager[Connection]]]:
        """`reading()` or `writing()` without a session, on a connection that is kept: for many small transactions.

        Fetching a connection from the pool and looking it over takes as long as a small transaction itself. It is not
        for several threads at once, and one that has broken is not mended: its next use raises.
        """
        lock = self._lock if writes else None

        @contextmanager
        def transaction() -> Iterator[Connection]:
            with _one_after_another(lock) if lock else nullcontext(), kept.begin():
                yield kept

        with self.engine.connect() as connection:
            kept = connection.execution_options(writes=writes)
            yield transaction

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


@contextmanager
def _one_after_another(lock: Lock) -> Iterator[None]:
    """Wait for one's turn, but not for ever: then SQLite's own lock says what is wrong."""
    mine = lock.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if mine:
            lock.release()


def _begin(session: Session) -> None:
    try:
        session.connection()
    except OperationalError as wrong:
        if "database is locked" in str(wrong.orig):
            raise DatabaseBusy from wrong
        raise


def _engine(url: str, pool_size: int) -> Engine:
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": PATIENCE}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        parsed, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, hide_parameters=True)


def _of_one_moment(engine: Engine) -> Engine:
    """The engine whose transactions see one state throughout: on SQLite (WAL) all do, on PostgreSQL it is asked for."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", f"busy_timeout={PATIENCE * 1000:.0f}"):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("begin immediate" if immediate else "begin")
