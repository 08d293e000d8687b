"""The declarative base: every constraint has a name, every relationship must be asked for."""

from __future__ import annotations

from sqlalchemy import BigInteger, Identity, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Key = BigInteger().with_variant(Integer, "sqlite")
"""The type of every primary and foreign key (SQLite numbers rows only in INTEGER)."""


class Base(DeclarativeBase):
    """The ancestor of every table."""

    metadata = MetaData(naming_convention=NAMES)

    def __repr__(self) -> str:
        """Ids only: a patient's name in a log is a disclosure."""
        return f"<{type(self).__name__} {getattr(self, 'id', None)}>"


class Numbered:
    """A row with a number of its own, never used again."""

    id: Mapped[int] = mapped_column(Key, Identity(always=False), primary_key=True)
