"""A freed time is an interval of resources, an offer one start in it, and an accepted offer names its change.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NEVER_REUSED = {"sqlite_autoincrement": True}
"""Where SQLite rebuilds a table."""
HOUR = timedelta(hours=1)
"""How long a time that was freed before this revision counts as: its length was not kept."""


def upgrade() -> None:
    """Add the columns; what was freed before counts as one hour, an offer as its opening's own start."""
    op.add_column("opening", sa.Column("wall_end", sa.DateTime(), nullable=True))
    op.add_column("opening", sa.Column("resources", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("offer", sa.Column("starts_at", INSTANT, nullable=True))
    op.add_column("offer", sa.Column("wall_start", sa.DateTime(), nullable=True))
    with op.batch_alter_table("offer", table_kwargs=NEVER_REUSED) as offer:
        offer.add_column(sa.Column("change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        offer.create_foreign_key(op.f("fk_offer_change_id_visit_change"), "visit_change", ["change_id"], ["id"])
    opening, offers = sa.table("opening", *map(sa.column, ("id", "wall_start", "wall_end"))), "offer"
    opening.c.wall_start.type = opening.c.wall_end.type = sa.DateTime()
    connection = op.get_bind()
    for id_, start in connection.execute(sa.select(opening.c.id, opening.c.wall_start)).all():
        assert isinstance(start, datetime)
        connection.execute(sa.update(opening).where(opening.c.id == id_).values(wall_end=start + HOUR))
    op.execute(f"update {offers} set starts_at = (select o.starts_at from opening o where o.id = opening_id), "
               "wall_start = (select o.wall_start from opening o where o.id = opening_id)")
    with op.batch_alter_table("opening", table_kwargs=NEVER_REUSED) as table:
        table.alter_column("wall_end", existing_type=sa.DateTime(), nullable=False)
        table.alter_column("resources", existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("offer", table_kwargs=NEVER_REUSED) as table:
        table.alter_column("starts_at", existing_type=INSTANT, nullable=False)
        table.alter_column("wall_start", existing_type=sa.DateTime(), nullable=False)


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("offer", table_kwargs=NEVER_REUSED) as offer:
        offer.drop_constraint("fk_offer_change_id_visit_change", type_="foreignkey")
        for column in ("change_id", "wall_start", "starts_at"):
            offer.drop_column(column)
    with op.batch_alter_table("opening", table_kwargs=NEVER_REUSED) as opening:
        opening.drop_column("resources")
        opening.drop_column("wall_end")
