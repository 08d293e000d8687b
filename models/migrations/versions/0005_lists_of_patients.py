"""Lists of patients on their way in"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

def upgrade() -> None:

    op.create_table('patient_import',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reached', sa.Integer(), nullable=False),
    sa.Column('passed_over', sa.JSON(), nullable=False),
    sa.Column('columns_not_taken', sa.JSON(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_patient_import_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['started_by'], ['staff_member.id'], name=op.f('fk_patient_import_started_by_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient_import')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('patient_import', schema=None) as batch_op:
        batch_op.create_index('ix_patient_import_clinic_id_started_at', ['clinic_id', 'started_at'], unique=False)

    op.create_table('patient_import_row',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('fate', sa.String(length=40), nullable=True),
    sa.Column('settled', sa.Boolean(), nullable=False),
    sa.Column('doubt', sa.String(length=40), nullable=True),
    sa.Column('minor', sa.Boolean(), nullable=False),
    sa.Column('no_texts', sa.Boolean(), nullable=False),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('same_as', sa.Integer(), nullable=True),
    sa.Column('record', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('source_system', sa.String(length=200), nullable=True),
    sa.Column('source_identifier', sa.String(length=120), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('not settled or fate is not null', name=op.f('ck_patient_import_row_settled_has_fate')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_patient_import_row_number')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_patient_import_row_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['import_id'], ['patient_import.id'], name=op.f('fk_patient_import_row_import_id_patient_import'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_patient_import_row_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient_import_row')),
    sa.UniqueConstraint('import_id', 'number', name=op.f('uq_patient_import_row_import_id_number')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('patient_import_row', schema=None) as batch_op:
        batch_op.create_index('ix_patient_import_row_birth_date', ['import_id', 'birth_date'], unique=False)
        batch_op.create_index('ix_patient_import_row_source', ['import_id', 'source_identifier'], unique=False)

    op.create_table('patient_source',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('system', sa.String(length=200), nullable=True),
    sa.Column('identifier', sa.String(length=120), nullable=True),
    sa.Column('said', sa.JSON(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_patient_source_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_patient_source_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient_source')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('patient_source', schema=None) as batch_op:
        batch_op.create_index('ix_patient_source_patient_id', ['patient_id'], unique=False)
        batch_op.create_index('uq_patient_source_identifier', ['clinic_id', 'system', 'identifier'], unique=True, postgresql_where=sa.text('identifier is not null'), sqlite_where=sa.text('identifier is not null'))
        batch_op.create_index('uq_patient_source_nameless', ['patient_id'], unique=True, postgresql_where=sa.text('identifier is null'), sqlite_where=sa.text('identifier is null'))

def downgrade() -> None:

    with op.batch_alter_table('patient_source', schema=None) as batch_op:
        batch_op.drop_index('uq_patient_source_nameless', postgresql_where=sa.text('identifier is null'), sqlite_where=sa.text('identifier is null'))
        batch_op.drop_index('uq_patient_source_identifier', postgresql_where=sa.text('identifier is not null'), sqlite_where=sa.text('identifier is not null'))
        batch_op.drop_index('ix_patient_source_patient_id')

    op.drop_table('patient_source')
    with op.batch_alter_table('patient_import_row', schema=None) as batch_op:
        batch_op.drop_index('ix_patient_import_row_source')
        batch_op.drop_index('ix_patient_import_row_birth_date')

    op.drop_table('patient_import_row')
    with op.batch_alter_table('patient_import', schema=None) as batch_op:
        batch_op.drop_index('ix_patient_import_clinic_id_started_at')

    op.drop_table('patient_import')

