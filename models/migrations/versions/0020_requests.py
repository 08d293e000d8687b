"""Requests for an appointment, their public page, and consents that keep the words agreed to.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
NEVER_REUSED = {"sqlite_autoincrement": True}
"""Where SQLite rebuilds a table."""
ONE_THING = "(inbound_text_id is null) <> (request_id is null)"


def _keys(table: str, *pairs: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in pairs]


def _id() -> sa.Column:
    return sa.Column("id", KEY, sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    """Make the tables; let a consent and a notice name a request."""
    _page()
    _requests()
    with op.batch_alter_table("consent", table_kwargs=NEVER_REUSED) as consent:
        consent.add_column(sa.Column("wording", sa.String(1000), nullable=False, server_default=""))
        consent.add_column(sa.Column("request_id", KEY, nullable=True))
        consent.create_foreign_key(
            op.f("fk_consent_request_id_appointment_request"), "appointment_request", ["request_id"], ["id"])
        consent.create_index("ix_consent_request_id", ["request_id"])
    with op.batch_alter_table("notice", table_kwargs=NEVER_REUSED) as notice:
        notice.alter_column("inbound_text_id", existing_type=KEY, nullable=True)
        notice.add_column(sa.Column("request_id", KEY, nullable=True))
        notice.create_foreign_key(
            op.f("fk_notice_request_id_appointment_request"), "appointment_request", ["request_id"], ["id"])
        notice.create_check_constraint(op.f("ck_notice_answers_one_thing"), ONE_THING)
        notice.create_index("uq_notice_request_id", ["request_id"], unique=True)


def _page() -> None:
    op.create_table(
        "request_page",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False), sa.Column("headline", sa.String(200), nullable=False),
        sa.Column("headline_es", sa.String(200), nullable=False), sa.Column("answer_days", sa.Integer(), nullable=True),
        sa.Column("keep_days", sa.Integer(), nullable=False), _id(),
        sa.CheckConstraint("answer_days between 1 and 30", name=op.f("ck_request_page_answer_days")),
        sa.CheckConstraint("keep_days between 1 and 3650", name=op.f("ck_request_page_keep_days")),
        *_keys("request_page", ("clinic_id", "clinic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_page")),
        sa.UniqueConstraint("clinic_id", name=op.f("uq_request_page_clinic_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_request_page_slug")))


def _requests() -> None:
    table = "appointment_request"
    op.create_table(
        table,
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("form_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False), sa.Column("given_name", sa.String(120), nullable=False),
        sa.Column("family_name", sa.String(120), nullable=False), sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("email", sa.String(254), nullable=True), sa.Column("telephone", sa.String(40), nullable=True),
        sa.Column("can_be_texted", sa.Boolean(), nullable=False), sa.Column("language", sa.String(16), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False), sa.Column("heard", sa.String(40), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False), sa.Column("day_parts", sa.JSON(), nullable=False),
        sa.Column("call_parts", sa.JSON(), nullable=False), sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False), sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("patient_id", KEY, nullable=True), sa.Column("same_as_id", KEY, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True), _id(),
        *_keys(table, ("clinic_id", "clinic"), ("patient_id", "patient"), ("same_as_id", table)),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("clinic_id", "form_key", name=op.f(f"uq_{table}_clinic_id_form_key")))
    op.create_index(f"ix_{table}_clinic_id_state", table, ["clinic_id", "state", "received_at"])
    for column in ("patient_id", "same_as_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_table(
        "request_move",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("request_id", KEY, nullable=False),
        sa.Column("before", sa.String(40), nullable=False), sa.Column("state", sa.String(40), nullable=False),
        sa.Column("result", sa.String(40), nullable=True), sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False), sa.Column("at", INSTANT, nullable=False),
        sa.Column("staff_id", KEY, nullable=True), _id(),
        *_keys("request_move", ("clinic_id", "clinic"), ("request_id", table), ("staff_id", "staff_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_move")))
    for column in ("clinic_id", "request_id"):
        op.create_index(f"ix_request_move_{column}", "request_move", [column])


def downgrade() -> None:
    """Take them away again."""
    op.execute("delete from notice where request_id is not null")
    with op.batch_alter_table("notice", table_kwargs=NEVER_REUSED) as notice:
        notice.drop_index("uq_notice_request_id")
        notice.drop_constraint(op.f("ck_notice_answers_one_thing"), type_="check")
        notice.drop_constraint(op.f("fk_notice_request_id_appointment_request"), type_="foreignkey")
        notice.drop_column("request_id")
        notice.alter_column("inbound_text_id", existing_type=KEY, nullable=False)
    with op.batch_alter_table("consent", table_kwargs=NEVER_REUSED) as consent:
        consent.drop_index("ix_consent_request_id")
        consent.drop_constraint(op.f("fk_consent_request_id_appointment_request"), type_="foreignkey")
        consent.drop_column("request_id")
        consent.drop_column("wording")
    for table in ("request_move", "appointment_request", "request_page"):
        op.drop_table(table)
