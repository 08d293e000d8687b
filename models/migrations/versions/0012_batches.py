"""Batches: many courses re-planned together after a closure or an absence.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _keys(table: str, *pairs: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in pairs]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batch",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("command", sa.JSON(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False), sa.Column("made_by", KEY, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True), sa.Column("undone_at", INSTANT, nullable=True),
        sa.Column("undone_by", KEY, nullable=True),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *_keys("batch", ("clinic_id", "clinic"), ("made_by", "staff_member"), ("undone_by", "staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")), sqlite_autoincrement=True)
    op.create_index("ix_batch_clinic_id_made_at", "batch", ["clinic_id", "made_at"])
    op.create_table(
        "batch_part",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("batch_id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False), sa.Column("series_id", KEY, nullable=True),
        sa.Column("appointment_id", KEY, nullable=True), sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False), sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False), sa.Column("state", sa.String(40), nullable=False),
        sa.Column("why", sa.String(400), nullable=False), sa.Column("hold_id", KEY, nullable=True),
        sa.Column("message_id", KEY, nullable=True), sa.Column("change_id", KEY, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True), sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("(series_id is null) <> (appointment_id is null)", name=op.f("ck_batch_part_one_thing")),
        *_keys("batch_part", ("clinic_id", "clinic"), ("batch_id", "batch"), ("patient_id", "patient"),
               ("series_id", "series"), ("appointment_id", "appointment"), ("hold_id", "hold"),
               ("message_id", "message"), ("change_id", "visit_change")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_part")), sqlite_autoincrement=True)
    for column in ("clinic_id", "batch_id", "message_id"):
        op.create_index(f"ix_batch_part_{column}", "batch_part", [column])
    op.create_index("ix_batch_part_state_expires_at", "batch_part", ["state", "expires_at"])
    for name, column in (("series", "series_id"), ("appointment", "appointment_id")):
        op.create_index(f"uq_batch_part_open_{name}", "batch_part", [column], unique=True,
                        postgresql_where=sa.text("state = 'open'"), sqlite_where=sa.text("state = 'open'"))


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("batch_part")
    op.drop_table("batch")
