"""How many clocks took a message and never came back, apart from the attempts that failed.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("message", "notice"):
        op.add_column(table, sa.Column("lapses", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take them away again."""
    for table in ("message", "notice"):
        op.drop_column(table, "lapses")
