"""A clinic remembers whose public holidays it keeps.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no clinic has chosen yet."""
    op.add_column("clinic", sa.Column("subdivision", sa.String(8), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("clinic", "subdivision")
