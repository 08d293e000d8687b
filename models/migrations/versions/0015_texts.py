"""Texts: a clinic's number, what they may say, what comes in, what is owed in answer, who is on call.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
LIVE = "staff_id is null and state <> 'superseded'"
CRISIS_TEXT = ("If you are in crisis, call or text 988 or chat at 988lifeline.org, 24/7. "
               "If you are in immediate danger call 911. Veterans: press 1.")


def _keys(table: str, *pairs: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in pairs]


def _id() -> sa.Column:
    return sa.Column("id", KEY, sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    """Add the columns and make the tables."""
    op.add_column("clinic", sa.Column("text_number", sa.String(20), nullable=True))
    op.create_index("ix_clinic_text_number", "clinic", ["text_number"])
    op.add_column("clinic", sa.Column("crisis_text", sa.String(320), nullable=False, server_default=CRISIS_TEXT))
    op.add_column("clinic", sa.Column("answer_minutes", sa.Integer(), nullable=False, server_default="60"))
    op.add_column("clinic", sa.Column("on_call_minutes", sa.Integer(), nullable=False, server_default="10"))
    op.add_column("patient", sa.Column("discretion", sa.String(40), nullable=False, server_default="clinic and time"))
    op.add_column("message", sa.Column("gateway_reference", sa.String(64), nullable=True))
    op.create_index("ix_message_gateway_reference", "message", ["gateway_reference"])
    _inbound()
    _notices()


def _inbound() -> None:
    op.create_table(
        "inbound_text",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("patient_id", KEY, nullable=True),
        sa.Column("message_id", KEY, nullable=True), sa.Column("reference", sa.String(64), nullable=False),
        sa.Column("number", sa.String(20), nullable=False), sa.Column("body", sa.String(1600), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False), sa.Column("meaning", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False), sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("taken_by", KEY, nullable=True), sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("answered_by", KEY, nullable=True), sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("note", sa.String(400), nullable=False), sa.Column("alerted", sa.Integer(), nullable=False),
        sa.Column("alert_again_at", INSTANT, nullable=True), _id(),
        *_keys("inbound_text", ("clinic_id", "clinic"), ("patient_id", "patient"), ("message_id", "message"),
               ("taken_by", "staff_member"), ("answered_by", "staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_text")),
        sa.UniqueConstraint("clinic_id", "reference", name=op.f("uq_inbound_text_clinic_id_reference")))
    op.create_index("ix_inbound_text_clinic_id_state_due_at", "inbound_text", ["clinic_id", "state", "due_at"])
    op.create_index("ix_inbound_text_number", "inbound_text", ["number"])
    op.create_index("ix_inbound_text_patient_id", "inbound_text", ["patient_id"])
    op.create_table(
        "on_call",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("staff_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False), sa.Column("by_email", sa.Boolean(), nullable=False),
        sa.Column("telephone", sa.String(20), nullable=True), _id(),
        sa.CheckConstraint("by_email or telephone is not null", name=op.f("ck_on_call_reachable")),
        *_keys("on_call", ("clinic_id", "clinic"), ("staff_id", "staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call")),
        sa.UniqueConstraint("clinic_id", "staff_id", name=op.f("uq_on_call_clinic_id_staff_id")))


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("inbound_text_id", KEY, nullable=False),
        sa.Column("appointment_id", KEY, nullable=True), sa.Column("staff_id", KEY, nullable=True),
        sa.Column("kind", sa.String(40), nullable=False), sa.Column("address", sa.String(254), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False), sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False), sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False), sa.Column("claimed_by", sa.String(64), nullable=True),
        sa.Column("claimed_until", INSTANT, nullable=True), sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True), sa.Column("key", sa.String(64), nullable=False),
        sa.Column("gateway_reference", sa.String(64), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False), _id(),
        sa.CheckConstraint("(kind = 'alert') = (staff_id is not null)", name=op.f("ck_notice_alerts_go_to_staff")),
        *_keys("notice", ("clinic_id", "clinic"), ("inbound_text_id", "inbound_text"),
               ("appointment_id", "appointment"), ("staff_id", "staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")), sa.UniqueConstraint("key", name=op.f("uq_notice_key")))
    for column in ("clinic_id", "inbound_text_id", "gateway_reference"):
        op.create_index(f"ix_notice_{column}", "notice", [column])
    op.create_index("ix_notice_state_due_at", "notice", ["state", "due_at"])
    op.create_index("uq_notice_live_answer", "notice", ["inbound_text_id", "kind"], unique=True,
                    postgresql_where=sa.text(LIVE), sqlite_where=sa.text(LIVE))


def downgrade() -> None:
    """Take them away again."""
    for table in ("notice", "on_call", "inbound_text"):
        op.drop_table(table)
    op.drop_index("ix_message_gateway_reference", "message")
    op.drop_column("message", "gateway_reference")
    op.drop_column("patient", "discretion")
    op.drop_index("ix_clinic_text_number", "clinic")
    for column in ("on_call_minutes", "answer_minutes", "crisis_text", "text_number"):
        op.drop_column("clinic", column)
