"""What letters have told patients' calendars, visit by visit.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "told_visit",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("message_id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=False), sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_told_visit_{column}_{other}"))
          for column, other in (("clinic_id", "clinic"), ("message_id", "message"), ("appointment_id", "appointment"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_visit")))
    op.create_index("ix_told_visit_message_id", "told_visit", ["message_id"])
    op.create_index("ix_told_visit_appointment_id", "told_visit", ["appointment_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("told_visit")
