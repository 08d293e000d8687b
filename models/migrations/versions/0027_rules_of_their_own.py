"""A clinic's own rules may send a visit two messages of one kind: live messages are unique by rule.

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NAME, LIVE = "uq_message_live_appointment", sa.text("appointment_id is not null and state <> 'superseded'")


def upgrade() -> None:
    """Widen the index by the rule."""
    op.drop_index(NAME, "message")
    op.create_index(NAME, "message", ["appointment_id", "kind", "rule", "channel"], unique=True,
                    postgresql_where=LIVE, sqlite_where=LIVE)


def downgrade() -> None:
    """By kind alone again; what a rule of the clinic's own owes beside another one of its kind steps aside."""
    op.execute("update message set state = 'superseded' where rule like 'own-%' and state <> 'superseded'")
    op.drop_index(NAME, "message")
    op.create_index(NAME, "message", ["appointment_id", "kind", "channel"], unique=True,
                    postgresql_where=LIVE, sqlite_where=LIVE)
