"""Patients act by themselves: a date of birth that is asked for and counted, rides home, and what a clinic allows.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and make the table."""
    op.add_column("clinic", sa.Column("own_change_hours", sa.Integer(), nullable=False, server_default="24"))
    op.add_column("clinic", sa.Column("aftercare_text", sa.String(4000), nullable=False, server_default=""))
    op.add_column("patient_link", sa.Column("wrong_tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("patient_link", sa.Column("locked_at", INSTANT, nullable=True))
    op.create_table(
        "ride_home",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("appointment_id", KEY, nullable=False),
        sa.Column("name", sa.String(80), nullable=False), sa.Column("telephone", sa.String(40), nullable=False),
        sa.Column("named_at", INSTANT, nullable=False), sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_ride_home_clinic_id_clinic")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"],
                                name=op.f("fk_ride_home_appointment_id_appointment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride_home")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_ride_home_appointment_id")))
    op.create_index("ix_ride_home_clinic_id", "ride_home", ["clinic_id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("ride_home")
    for table, column in (("patient_link", "locked_at"), ("patient_link", "wrong_tries"),
                          ("clinic", "aftercare_text"), ("clinic", "own_change_hours")):
        op.drop_column(table, column)
