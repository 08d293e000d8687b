"""A step of a course may be put off, left out or broken off.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing was set aside before."""
    op.add_column("appointment", sa.Column("departure", sa.String(40), nullable=True))
    op.add_column("appointment", sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("appointment", sa.Column("not_before", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    for column in ("not_before", "departed_at", "departure"):
        op.drop_column("appointment", column)
