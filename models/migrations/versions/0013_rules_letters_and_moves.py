"""Rules of sending and letters as a clinic has changed them; every move of a message; consent to more texts.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
WORD = sa.String(40)


def _keys(table: str, *columns: tuple[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
            for column, other in columns]


def upgrade() -> None:
    """Make the tables and columns; a message that is there begins its life with the state it is in."""
    op.add_column("clinic", sa.Column("agreed_texts_a_day", sa.Integer(), nullable=True))
    op.add_column("clinic", sa.Column("agreed_texts_a_week", sa.Integer(), nullable=True))
    op.add_column("consent", sa.Column("beyond_caps", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("message", sa.Column("condition", WORD, nullable=False, server_default="always"))
    op.create_table(
        "message_move",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("message_id", KEY, nullable=False),
        sa.Column("state", WORD, nullable=False), sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("at", INSTANT, nullable=False), sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *_keys("message_move", ("clinic_id", "clinic"), ("message_id", "message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_move")), sqlite_autoincrement=True)
    op.create_index("ix_message_move_message_id", "message_move", ["message_id"])
    op.execute("insert into message_move (clinic_id, message_id, state, reason, at) "
               "select clinic_id, id, state, reason, created_at from message order by id")
    op.create_table(
        "message_rule",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("rule", WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False), sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False), sa.Column("made_by", KEY, nullable=True),
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *_keys("message_rule", ("clinic_id", "clinic"), ("made_by", "staff_member")),
        sa.UniqueConstraint("clinic_id", "rule", "version", name=op.f("uq_message_rule_clinic_id_rule_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_rule")), sqlite_autoincrement=True)
    op.create_table(
        "letter_version",
        sa.Column("clinic_id", KEY, nullable=False), sa.Column("kind", WORD, nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False), sa.Column("language", sa.String(16), nullable=False),
        sa.Column("channel", WORD, nullable=False), sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False), sa.Column("body", sa.String(4000), nullable=True),
        sa.Column("button", sa.String(60), nullable=False), sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", KEY, nullable=True), sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *_keys("letter_version", ("clinic_id", "clinic"), ("made_by", "staff_member")),
        sa.UniqueConstraint("clinic_id", "kind", "several", "language", "channel", "version",
                            name=op.f("uq_letter_version_clinic_id_kind_several_language_channel_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_version")), sqlite_autoincrement=True)


def downgrade() -> None:
    """Take them away again."""
    for table in ("letter_version", "message_rule", "message_move"):
        op.drop_table(table)
    op.drop_column("message", "condition")
    op.drop_column("consent", "beyond_caps")
    op.drop_column("clinic", "agreed_texts_a_week")
    op.drop_column("clinic", "agreed_texts_a_day")
