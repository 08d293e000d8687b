"""Changes that can be taken back in one step, rules that were set aside, and what the desk asks a clinician.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def _id(table: str) -> list[sa.schema.SchemaItem]:
    return [sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _link(table: str, column: str, to: str, nullable: bool = False) -> list[sa.schema.SchemaItem]:
    return [sa.Column(column, KEY, nullable=nullable),
            sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))]


def upgrade() -> None:
    """Make the tables."""
    table = "visit_change"
    op.create_table(
        table, *_id(table), *_link(table, "clinic_id", "clinic"), *_link(table, "patient_id", "patient"),
        *_link(table, "series_id", "series", True), sa.Column("made_at", AT, nullable=False),
        *_link(table, "made_by", "staff_member", True), sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False), sa.Column("superseded", sa.JSON(), nullable=False),
        sa.Column("undone_at", AT, nullable=True), *_link(table, "undone_by", "staff_member", True))
    op.create_index("ix_visit_change_clinic_id", table, ["clinic_id"])
    op.create_index("ix_visit_change_patient_id", table, ["patient_id"])
    op.create_index("ix_visit_change_series_id_made_at", table, ["series_id", "made_at"])
    table = "rule_override"
    op.create_table(
        table, *_id(table), *_link(table, "clinic_id", "clinic"), *_link(table, "series_id", "series"),
        *_link(table, "appointment_id", "appointment"), *_link(table, "change_id", "visit_change"),
        sa.Column("wall_start", sa.DateTime(timezone=False), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False), sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("made_at", AT, nullable=False), *_link(table, "made_by", "staff_member", True),
        sa.Column("taken_back_at", AT, nullable=True))
    for column in ("clinic_id", "series_id", "appointment_id", "change_id"):
        op.create_index(f"ix_rule_override_{column}", table, [column])
    table = "question"
    op.create_table(
        table, *_id(table), *_link(table, "clinic_id", "clinic"), *_link(table, "patient_id", "patient"),
        *_link(table, "appointment_id", "appointment"), sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False), sa.Column("note", sa.String(400), nullable=False),
        sa.Column("asked_at", AT, nullable=False), *_link(table, "asked_by", "staff_member", True),
        sa.Column("answered_at", AT, nullable=True), *_link(table, "answered_by", "staff_member", True),
        sa.Column("answer", sa.String(400), nullable=False))
    op.create_index("ix_question_appointment_id", table, ["appointment_id"])
    op.create_index("ix_question_clinic_id_state", table, ["clinic_id", "state"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("question")
    op.drop_table("rule_override")
    op.drop_table("visit_change")
