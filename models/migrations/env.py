"""Alembic's entry: migrate the database whose connection `models.migrations` hands over."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from models import Base
from models.types import UtcDateTime, WallDateTime, Word


def _write_type(kind: str, item: Any, writing: Any) -> str | bool:
    """Write the house's own types into a new revision in a form that outlives them."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, WallDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Word):
        return "sa.String(length=40)"
    return False


def run(connection: Connection) -> None:
    """Run the migrations on one connection; SQLite tables are rebuilt in batches."""
    context.configure(connection=connection, target_metadata=Base.metadata, render_item=_write_type,
                      render_as_batch=connection.dialect.name == "sqlite")
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
