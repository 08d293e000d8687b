"""Gates: where a series waits for a clinician's decision.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table; no series had a gate before."""
    op.create_table(
        "gate",
        sa.Column("clinic_id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("series_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("decide_hours", sa.Integer(), nullable=True),
        sa.Column("warn_hours", sa.Integer(), nullable=True),
        sa.Column("hold_id", KEY, nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("order_id", KEY, nullable=True),
        sa.Column("protocol_id", KEY, nullable=True),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_gate_number")),
        sa.CheckConstraint("(decision is null) = (decided_at is null)", name=op.f("ck_gate_decided")),
        *(sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_gate_{column}_{table}"))
          for column, table in (("clinic_id", "clinic"), ("patient_id", "patient"), ("series_id", "series"),
                                ("hold_id", "hold"), ("decided_by", "staff_member"), ("order_id", "treatment_order"),
                                ("protocol_id", "protocol"))),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint("series_id", "number", name=op.f("uq_gate_series_id_number")),
        sqlite_autoincrement=True)
    op.create_index("ix_gate_clinic_id_decision", "gate", ["clinic_id", "decision"])
    op.create_index("ix_gate_hold_id", "gate", ["hold_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("gate")
