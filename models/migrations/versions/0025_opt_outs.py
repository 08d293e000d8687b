"""Consents that patients took back on their own page.

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "opt_out",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("patient_id", KEY, nullable=False),
        sa.Column("channels", sa.String(60), nullable=False), sa.Column("opted_out_at", INSTANT, nullable=False),
        sa.Column("taken_back_at", INSTANT, nullable=True), sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by", KEY, nullable=True), sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_opt_out_{column}_{other}"))
          for column, other in (("clinic_id", "clinic"), ("patient_id", "patient"), ("done_by", "staff_member"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")))
    op.create_index("ix_opt_out_patient_id", "opt_out", ["patient_id"])
    op.create_index("ix_opt_out_clinic_id_done_at", "opt_out", ["clinic_id", "done_at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("opt_out")
