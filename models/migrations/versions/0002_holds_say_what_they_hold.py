"""A hold says what it holds, an infusion on which order it was booked, and a series which step ends it.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; the foreign key is written inline, which both engines accept without rebuilding the table."""
    nothing = {"nullable": False, "server_default": ""}
    op.add_column("series", sa.Column("finish", sa.String(40), **nothing))
    op.add_column("series", sa.Column("same", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    number = "integer" if op.get_bind().dialect.name == "sqlite" else "bigint"
    op.add_column("hold", sa.Column("terms", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    op.execute(
        f"alter table appointment add column order_id {number} "
        "constraint fk_appointment_order_id_treatment_order references treatment_order (id)")
    op.create_index("ix_appointment_order_id", "appointment", ["order_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_appointment_order_id", "appointment")
    op.drop_column("appointment", "order_id")
    op.drop_column("hold", "terms")
    op.drop_column("series", "same")
    op.drop_column("series", "finish")
