"""Messages that somebody at the desk wrote: their words, who wrote them, and the text that they answer.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "hand_written",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("message_id", KEY, nullable=False),
        sa.Column("words", sa.String(4000), nullable=False), sa.Column("written_by", KEY, nullable=True),
        sa.Column("answers_id", KEY, nullable=True), sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_hand_written_{column}_{other}"))
          for column, other in (("clinic_id", "clinic"), ("message_id", "message"), ("written_by", "staff_member"),
                                ("answers_id", "inbound_text"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_written")),
        sa.UniqueConstraint("message_id", name=op.f("uq_hand_written_message_id")))
    op.create_index("ix_hand_written_clinic_id", "hand_written", ["clinic_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("hand_written")
