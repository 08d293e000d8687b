"""Accounts to sign in with"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'account',
        sa.Column('staff_id', KEY, nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('password', sa.String(length=255), nullable=True),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_login_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('current_login_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_login_ip', sa.String(length=64), nullable=True),
        sa.Column('current_login_ip', sa.String(length=64), nullable=True),
        sa.Column('login_count', sa.Integer(), nullable=False),
        sa.Column('tf_primary_method', sa.String(length=64), nullable=True),
        sa.Column('tf_totp_secret', sa.String(length=255), nullable=True),
        sa.Column('tf_phone_number', sa.String(length=128), nullable=True),
        sa.Column('mf_recovery_codes', sa.JSON(), nullable=False),
        sa.Column('id', KEY, sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_account_staff_id_staff_member')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
        sa.UniqueConstraint('email', name=op.f('uq_account_email')),
        sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_account_fs_uniquifier')),
        sa.UniqueConstraint('staff_id', name=op.f('uq_account_staff_id')),
    )


def downgrade() -> None:
    op.drop_table('account')
