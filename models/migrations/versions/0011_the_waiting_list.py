"""The waiting list: who would come earlier, freed times, and offers.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in columns]


def upgrade() -> None:
    """Make the tables, and give every clinic the settings."""
    op.add_column("clinic", sa.Column("offer_minutes", sa.Integer(), nullable=False, server_default="120"))
    op.add_column("clinic", sa.Column("offer_lead_hours", sa.Integer(), nullable=False, server_default="24"))
    op.create_table(
        "waitlist_entry",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("patient_id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=False), sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False), sa.Column("from_time", sa.Time(), nullable=True),
        sa.Column("to_time", sa.Time(), nullable=True), sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", KEY, nullable=True), sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_why", sa.String(40), nullable=False),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *_keys("waitlist_entry", ("clinic_id", "clinic"), ("patient_id", "patient"), ("appointment_id", "appointment"),
               ("added_by", "staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entry")), sqlite_autoincrement=True)
    _unique("uq_waitlist_entry_live", "waitlist_entry", "appointment_id", "ended_at is null")
    op.create_index("ix_waitlist_entry_clinic_id", "waitlist_entry", ["clinic_id", "ended_at"])
    op.create_table(
        "opening",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("visit_type_id", KEY, nullable=False),
        sa.Column("freed_by", KEY, nullable=False), sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("wall_start", sa.DateTime(), nullable=False), sa.Column("freed_at", INSTANT, nullable=False),
        sa.Column("tried_at", INSTANT, nullable=True), sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_why", sa.String(40), nullable=False),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *_keys("opening", ("clinic_id", "clinic"), ("visit_type_id", "visit_type"), ("freed_by", "appointment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")), sqlite_autoincrement=True)
    op.create_index("ix_opening_clinic_id_closed_at", "opening", ["clinic_id", "closed_at"])
    op.create_table(
        "offer",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("opening_id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False), sa.Column("appointment_id", KEY, nullable=False),
        sa.Column("appointment_version", sa.Integer(), nullable=False), sa.Column("hold_id", KEY, nullable=True),
        sa.Column("message_id", KEY, nullable=True), sa.Column("state", sa.String(40), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False), sa.Column("made_by", KEY, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False), sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("(state = 'open') = (ended_at is null)", name=op.f("ck_offer_ended")),
        *_keys("offer", ("clinic_id", "clinic"), ("opening_id", "opening"), ("patient_id", "patient"),
               ("appointment_id", "appointment"), ("hold_id", "hold"), ("message_id", "message"),
               ("made_by", "staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")), sqlite_autoincrement=True)
    op.create_index("ix_offer_clinic_id", "offer", ["clinic_id"])
    op.create_index("ix_offer_message_id", "offer", ["message_id"])
    _unique("uq_offer_open_appointment", "offer", "appointment_id", "state = 'open'")
    _unique("uq_offer_kept_opening", "offer", "opening_id", "state = 'open' and hold_id is not null")
    op.create_index("ix_offer_state_expires_at", "offer", ["state", "expires_at"])
    op.create_index("ix_offer_opening_id", "offer", ["opening_id"])


def _unique(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], unique=True, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def downgrade() -> None:
    """Take them away again."""
    for table in ("offer", "opening", "waitlist_entry"):
        op.drop_table(table)
    op.drop_column("clinic", "offer_lead_hours")
    op.drop_column("clinic", "offer_minutes")
