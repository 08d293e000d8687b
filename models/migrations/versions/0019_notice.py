"""How soon from now a visit may be given a new time.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the hours: three, as batches kept until now."""
    op.add_column("clinic", sa.Column("notice_hours", sa.Integer(), nullable=False, server_default="3"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("clinic", "notice_hours")
