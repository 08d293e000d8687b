"""A visit that is booked by itself has an idempotency key of its own.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and its index."""
    op.add_column("appointment", sa.Column("idempotency_key", sa.String(64), nullable=True))
    op.create_index("uq_appointment_idempotency_key", "appointment", ["patient_id", "idempotency_key"], unique=True)


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("uq_appointment_idempotency_key", "appointment")
    op.drop_column("appointment", "idempotency_key")
