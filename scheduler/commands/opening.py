"""How a command gets at the settings and the database: ready to use, or a sentence for the person at the terminal."""

from __future__ import annotations

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from config import BadSetting, Settings
from models.migrations import upgrade
from scheduler.commands.setup import CannotRun
from scheduler.database import Database


def open_settings() -> Settings:
    """The settings of the environment; raises CannotRun with the sentence about the wrong one."""
    try:
        return Settings.from_environment()
    except BadSetting as wrong:
        raise CannotRun(str(wrong), status=2) from None


def open_database(settings: Settings) -> Database:
    """The database, brought up to date (two processes that start together wait for each other); or CannotRun."""
    database = Database(settings.database_url)
    try:
        upgrade(database.engine)
    except SQLAlchemyError as wrong:
        name = database.engine.url.render_as_string(hide_password=True)
        cause = str(getattr(wrong, "orig", None) or wrong).strip().splitlines()[0]
        raise CannotRun(f"DATABASE_URL {name} cannot be used ({cause}).") from wrong
    except CommandError as wrong:
        raise CannotRun(
            f"the database was written by a newer version of Leafout than this one ({wrong}): update the program."
        ) from wrong
    return database
