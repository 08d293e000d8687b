"""The clinic's own words and link about privacy, on its public page.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COLUMNS = (("privacy_link", 300), ("privacy_words", 600), ("privacy_words_es", 600))


def upgrade() -> None:
    """Add the columns."""
    for name, length in COLUMNS:
        op.add_column("request_page", sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away again."""
    for name, _ in reversed(COLUMNS):
        op.drop_column("request_page", name)
