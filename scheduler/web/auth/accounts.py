"""The accounts as the sign-in library sees them, and the store through which it reads and writes them."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_security import RoleMixin, UserMixin
from flask_security.datastore import Datastore, UserDatastore
from sqlalchemy import func, select

from models import Account
from models.base import Base
from scheduler.database import Database


class SignInAccount(UserMixin, Base):
    """The `account` table with what Flask-Security and Flask-Login ask of a user; it has no relationships."""

    __table__ = Account.__table__

    def __repr__(self) -> str:
        """Ids only."""
        return f"<SignInAccount {self.id}>"


class AccountStore(Datastore, UserDatastore):
    """Reads in a short transaction of its own and hands out detached rows; `commit` writes what was put.

    No transaction stays open while a password is hashed or a page is made: on SQLite none would have to turn from
    reading to writing, on PostgreSQL none lies idle. An update names only the columns that were changed.
    """

    def __init__(self, database: Database) -> None:
        Datastore.__init__(self, database)
        UserDatastore.__init__(self, SignInAccount, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> SignInAccount | None:
        """The one account whose column has this value."""
        name, value = kwargs.popitem()
        column = getattr(SignInAccount, name)
        matches = func.lower(column) == str(value).lower() if case_insensitive else column == value
        with self.db.reading() as reading:
            account = reading.scalar(select(SignInAccount).where(matches))
            reading.expunge_all()
        return account

    def find_role(self, role: str) -> None:
        """No roles here: `scheduler.access` says who may do what."""

    def put(self, model: SignInAccount) -> SignInAccount:
        """Remember a changed account until `commit`."""
        if not any(model is each for each in _changed()):
            _changed().append(model)
        return model

    def commit(self) -> None:
        """Write every account that was put, in one transaction."""
        if not _changed():
            return
        with self.db.writing() as writing:
            writing.add_all(_changed())
            writing.flush()
            writing.expunge_all()
        _changed().clear()


def _changed() -> list[SignInAccount]:
    if "changed_accounts" not in g:
        g.changed_accounts = []
    return g.changed_accounts
