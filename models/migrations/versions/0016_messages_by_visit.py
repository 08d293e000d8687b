"""Messages are found by their visit.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_message_appointment_id", "message", ["appointment_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_message_appointment_id", "message")
