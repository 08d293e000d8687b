"""Calls that the desk made, and which message says a merged one too

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'call',
        sa.Column('clinic_id', KEY, nullable=False),
        sa.Column('patient_id', KEY, nullable=False),
        sa.Column('result', sa.String(length=40), nullable=False),
        sa.Column('note', sa.String(length=500), nullable=False),
        sa.Column('called_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('called_by', KEY, nullable=True),
        sa.Column('id', KEY, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(['called_by'], ['staff_member.id'], name=op.f('fk_call_called_by_staff_member')),
        sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_call_clinic_id_clinic')),
        sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_call_patient_id_patient')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_call')))
    op.create_index('ix_call_clinic_id', 'call', ['clinic_id'])
    op.create_index('ix_call_patient_id_called_at', 'call', ['patient_id', 'called_at'])
    number = 'integer' if op.get_bind().dialect.name == 'sqlite' else 'bigint'
    op.execute(f'alter table message add column merged_into_id {number} '
               'constraint fk_message_merged_into_id_message references message (id)')
    op.create_index('ix_message_merged_into_id', 'message', ['merged_into_id'])


def downgrade() -> None:
    op.drop_index('ix_message_merged_into_id', 'message')
    op.drop_column('message', 'merged_into_id')
    op.drop_table('call')
