"""The first tables. Numbers are never used again (SQLite too: AUTOINCREMENT)."""

import sqlalchemy as sa
from alembic import op

from models import guards

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('clinic',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('short_name', sa.String(length=40), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('telephone', sa.String(length=32), nullable=False),
    sa.Column('address', sa.String(length=400), nullable=False),
    sa.Column('locale', sa.String(length=16), nullable=False),
    sa.Column('region', sa.String(length=2), nullable=False),
    sa.Column('grid_minutes', sa.Integer(), nullable=False),
    sa.Column('hold_minutes', sa.Integer(), nullable=False),
    sa.Column('latest_days', sa.Integer(), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('clinical_settings', sa.JSON(), nullable=False),
    sa.Column('messages_from', sa.Time(), nullable=False),
    sa.Column('messages_until', sa.Time(), nullable=False),
    sa.Column('texts_a_day', sa.Integer(), nullable=False),
    sa.Column('texts_a_week', sa.Integer(), nullable=False),
    sa.Column('preparation_text', sa.String(length=4000), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('grid_minutes between 1 and 1440', name=op.f('ck_clinic_grid_minutes')),
    sa.CheckConstraint('hold_minutes between 1 and 240', name=op.f('ck_clinic_hold_minutes')),
    sa.CheckConstraint('latest_days between 7 and 730', name=op.f('ck_clinic_latest_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clinic')),
    sa.UniqueConstraint('name', name=op.f('uq_clinic_name')),
    sqlite_autoincrement=True,
    )
    op.create_table('heartbeat',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('beat_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeat'))
    )
    op.create_table('staff_member',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('initials', sa.String(length=8), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_member')),
    sa.UniqueConstraint('email', name=op.f('uq_staff_member_email')),
    sqlite_autoincrement=True,
    )
    op.create_table('closure',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('last_on >= starts_on', name=op.f('ck_closure_in_order')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_closure_clinic_id_clinic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closure')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('closure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_closure_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('membership',
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_membership_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_membership_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sa.UniqueConstraint('staff_id', 'clinic_id', 'role', name=op.f('uq_membership_staff_id_clinic_id_role')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('opening_hours',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=False),
    sa.Column('closes', sa.Time(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('weekday between 0 and 6', name=op.f('ck_opening_hours_weekday')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_opening_hours_clinic_id_clinic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening_hours')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('opening_hours', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opening_hours_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('patient',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('given_name', sa.String(length=120), nullable=False),
    sa.Column('family_name', sa.String(length=120), nullable=False),
    sa.Column('search_name', sa.String(length=260), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=False),
    sa.Column('gender', sa.String(length=16), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('telephone', sa.String(length=40), nullable=True),
    sa.Column('telephone_use', sa.String(length=16), nullable=True),
    sa.Column('can_be_texted', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=True),
    sa.Column('preferred_channel', sa.String(length=40), nullable=False),
    sa.Column('quiet_from', sa.Time(), nullable=True),
    sa.Column('quiet_until', sa.Time(), nullable=True),
    sa.Column('source_system', sa.String(length=200), nullable=True),
    sa.Column('source_identifier', sa.String(length=120), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_patient_clinic_id_clinic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('patient', schema=None) as batch_op:
        batch_op.create_index('ix_patient_clinic_id_birth_date', ['clinic_id', 'birth_date'], unique=False)
        batch_op.create_index('ix_patient_clinic_id_search_name', ['clinic_id', 'search_name'], unique=False)
        batch_op.create_index('uq_patient_source', ['clinic_id', 'source_system', 'source_identifier'], unique=True, postgresql_where=sa.text('source_identifier is not null'), sqlite_where=sa.text('source_identifier is not null'))

    op.create_table('protocol',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('catalogue_id', sa.String(length=80), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_protocol_clinic_id_clinic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_protocol')),
    sa.UniqueConstraint('clinic_id', 'name', name=op.f('uq_protocol_clinic_id_name')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('protocol', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_protocol_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('resource',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('own_hours', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('units between 1 and 1000', name=op.f('ck_resource_units')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_resource_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_resource_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource')),
    sa.UniqueConstraint('clinic_id', 'kind', 'name', name=op.f('uq_resource_clinic_id_kind_name')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('resource', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resource_clinic_id'), ['clinic_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_resource_staff_id'), ['staff_id'], unique=False)

    op.create_table('visit_type',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('public_name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_visit_type_clinic_id_clinic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_type')),
    sa.UniqueConstraint('clinic_id', 'code', name=op.f('uq_visit_type_clinic_id_code')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('visit_type', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_type_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('audit_entry',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=40), nullable=False),
    sa.Column('staff_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_audit_entry_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_audit_entry_patient_id_patient')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_member.id'], name=op.f('fk_audit_entry_staff_id_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_at', ['clinic_id', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entry_patient_id'), ['patient_id'], unique=False)
        batch_op.create_index('ix_audit_entry_subject', ['clinic_id', 'subject_type', 'subject_id'], unique=False)

    op.create_table('consent',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('granted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('how', sa.String(length=200), nullable=False),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('withdrawn_at is null or withdrawn_at >= granted_at', name=op.f('ck_consent_in_order')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_consent_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_consent_patient_id_patient')),
    sa.ForeignKeyConstraint(['recorded_by'], ['staff_member.id'], name=op.f('fk_consent_recorded_by_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('patient_id', 'channel', 'granted_at', name=op.f('uq_consent_patient_id_channel_granted_at')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('hold',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('held_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_hold_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['held_by'], ['staff_member.id'], name=op.f('fk_hold_held_by_staff_member')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_hold_patient_id_patient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hold_clinic_id'), ['clinic_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hold_expires_at'), ['expires_at'], unique=False)

    op.create_table('phase',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('visit_type_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('with_patient', sa.Boolean(), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('minutes between 1 and 1440', name=op.f('ck_phase_minutes')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_phase_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['visit_type_id'], ['visit_type.id'], name=op.f('fk_phase_visit_type_id_visit_type')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phase')),
    sa.UniqueConstraint('visit_type_id', 'position', name=op.f('uq_phase_visit_type_id_position')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('phase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phase_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('protocol_version',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('protocol_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_protocol_version_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['protocol_id'], ['protocol.id'], name=op.f('fk_protocol_version_protocol_id_protocol')),
    sa.ForeignKeyConstraint(['published_by'], ['staff_member.id'], name=op.f('fk_protocol_version_published_by_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_protocol_version')),
    sa.UniqueConstraint('protocol_id', 'version', name=op.f('uq_protocol_version_protocol_id_version')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('protocol_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_protocol_version_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('resource_hours',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resource_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('opens', sa.Time(), nullable=False),
    sa.Column('closes', sa.Time(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('weekday between 0 and 6', name=op.f('ck_resource_hours_weekday')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_resource_hours_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_resource_hours_resource_id_resource')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource_hours')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('resource_hours', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resource_hours_clinic_id'), ['clinic_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_resource_hours_resource_id'), ['resource_id'], unique=False)

    op.create_table('time_off',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resource_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('ends_at', sa.DateTime(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_time_off_in_order')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_time_off_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_time_off_resource_id_resource')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_off')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('time_off', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_time_off_clinic_id'), ['clinic_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_time_off_resource_id'), ['resource_id'], unique=False)

    op.create_table('treatment_order',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordered_on', sa.Date(), nullable=False),
    sa.Column('infusions', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('infusions between 1 and 60', name=op.f('ck_treatment_order_infusions')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_treatment_order_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['ordered_by'], ['staff_member.id'], name=op.f('fk_treatment_order_ordered_by_staff_member')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_treatment_order_patient_id_patient')),
    sa.ForeignKeyConstraint(['recorded_by'], ['staff_member.id'], name=op.f('fk_treatment_order_recorded_by_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_treatment_order')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('treatment_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_treatment_order_clinic_id'), ['clinic_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_treatment_order_patient_id'), ['patient_id'], unique=False)

    op.create_table('series',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('protocol_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('infusions', sa.Integer(), nullable=False),
    sa.Column('earliest_on', sa.Date(), nullable=False),
    sa.Column('latest_on', sa.Date(), nullable=False),
    sa.Column('wishes', sa.JSON(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('idempotency_key', sa.String(length=64), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('booked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', sa.String(length=400), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('latest_on >= earliest_on', name=op.f('ck_series_in_order')),
    sa.ForeignKeyConstraint(['booked_by'], ['staff_member.id'], name=op.f('fk_series_booked_by_staff_member')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_series_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['order_id'], ['treatment_order.id'], name=op.f('fk_series_order_id_treatment_order')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_series_patient_id_patient')),
    sa.ForeignKeyConstraint(['protocol_version_id'], ['protocol_version.id'], name=op.f('fk_series_protocol_version_id_protocol_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('clinic_id', 'idempotency_key', name=op.f('uq_series_clinic_id_idempotency_key')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.create_index('ix_series_clinic_id_status', ['clinic_id', 'status'], unique=False)
        batch_op.create_index(batch_op.f('ix_series_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_series_patient_id'), ['patient_id'], unique=False)

    op.create_table('appointment',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('series_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('visit_type_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=True),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('patient_leaves_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wall_start', sa.DateTime(), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('hold_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('booked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cannot_come_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', sa.String(length=400), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint("(status = 'held') = (hold_id is not null)", name=op.f('ck_appointment_held_by_a_hold')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_appointment_in_order')),
    sa.ForeignKeyConstraint(['booked_by'], ['staff_member.id'], name=op.f('fk_appointment_booked_by_staff_member')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_appointment_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['hold_id'], ['hold.id'], name=op.f('fk_appointment_hold_id_hold')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_appointment_patient_id_patient')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_appointment_series_id_series')),
    sa.ForeignKeyConstraint(['visit_type_id'], ['visit_type.id'], name=op.f('fk_appointment_visit_type_id_visit_type')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment')),
    sa.UniqueConstraint('series_id', 'step', name=op.f('uq_appointment_series_id_step')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.create_index('ix_appointment_clinic_id_starts_at', ['clinic_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_appointment_hold_id'), ['hold_id'], unique=False)
        batch_op.create_index('ix_appointment_patient_id_starts_at', ['patient_id', 'starts_at'], unique=False)

    op.create_table('claim',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appointment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resource_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.CheckConstraint('(resource_id is null) <> (patient_id is null)', name=op.f('ck_claim_one_thing')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_claim_in_order')),
    sa.CheckConstraint('units between 1 and 1000', name=op.f('ck_claim_units')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_claim_appointment_id_appointment')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_claim_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_claim_patient_id_patient')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_claim_resource_id_resource')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_appointment_id'), ['appointment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_clinic_id'), ['clinic_id'], unique=False)
        batch_op.create_index('ix_claim_patient_id_starts_at', ['patient_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_claim_resource_id_starts_at', ['resource_id', 'starts_at'], unique=False)

    op.create_table('infusion_record',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appointment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_infusion_record_appointment_id_appointment')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_infusion_record_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['recorded_by'], ['staff_member.id'], name=op.f('fk_infusion_record_recorded_by_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_infusion_record')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_infusion_record_appointment_id')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('infusion_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_infusion_record_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('message',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('series_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('appointment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('appointment_version', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_by', sa.String(length=64), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_message_appointment_id_appointment')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_message_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_message_patient_id_patient')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_message_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('key', name=op.f('uq_message_key')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_clinic_id'), ['clinic_id'], unique=False)
        batch_op.create_index('ix_message_patient_id_due_at', ['patient_id', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_series_id'), ['series_id'], unique=False)
        batch_op.create_index('ix_message_state_due_at', ['state', 'due_at'], unique=False)
        batch_op.create_index('uq_message_live_appointment', ['appointment_id', 'kind', 'channel'], unique=True, postgresql_where=sa.text("appointment_id is not null and state <> 'superseded'"), sqlite_where=sa.text("appointment_id is not null and state <> 'superseded'"))
        batch_op.create_index('uq_message_live_series', ['series_id', 'kind', 'channel'], unique=True, postgresql_where=sa.text("appointment_id is null and series_id is not null and state <> 'superseded'"), sqlite_where=sa.text("appointment_id is null and series_id is not null and state <> 'superseded'"))

    op.create_table('therapy_session',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appointment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note', sa.String(length=2000), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_therapy_session_appointment_id_appointment')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_therapy_session_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['recorded_by'], ['staff_member.id'], name=op.f('fk_therapy_session_recorded_by_staff_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_therapy_session')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_therapy_session_appointment_id')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('therapy_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_therapy_session_clinic_id'), ['clinic_id'], unique=False)

    op.create_table('patient_link',
    sa.Column('clinic_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('patient_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('appointment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('series_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.Identity(always=False), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_patient_link_appointment_id_appointment')),
    sa.ForeignKeyConstraint(['clinic_id'], ['clinic.id'], name=op.f('fk_patient_link_clinic_id_clinic')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_patient_link_message_id_message')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_patient_link_patient_id_patient')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_patient_link_series_id_series')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_patient_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_patient_link_token_hash')),
    sqlite_autoincrement=True,
    )
    with op.batch_alter_table('patient_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_patient_link_clinic_id'), ['clinic_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_patient_link_patient_id'), ['patient_id'], unique=False)


    for statement in guards.statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    for statement in guards.statements(op.get_bind().dialect.name, up=False):
        op.execute(sa.text(statement))

    with op.batch_alter_table('patient_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_patient_link_patient_id'))
        batch_op.drop_index(batch_op.f('ix_patient_link_clinic_id'))

    op.drop_table('patient_link')
    with op.batch_alter_table('therapy_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_therapy_session_clinic_id'))

    op.drop_table('therapy_session')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('uq_message_live_series', postgresql_where=sa.text("appointment_id is null and series_id is not null and state <> 'superseded'"), sqlite_where=sa.text("appointment_id is null and series_id is not null and state <> 'superseded'"))
        batch_op.drop_index('uq_message_live_appointment', postgresql_where=sa.text("appointment_id is not null and state <> 'superseded'"), sqlite_where=sa.text("appointment_id is not null and state <> 'superseded'"))
        batch_op.drop_index('ix_message_state_due_at')
        batch_op.drop_index(batch_op.f('ix_message_series_id'))
        batch_op.drop_index('ix_message_patient_id_due_at')
        batch_op.drop_index(batch_op.f('ix_message_clinic_id'))

    op.drop_table('message')
    with op.batch_alter_table('infusion_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_infusion_record_clinic_id'))

    op.drop_table('infusion_record')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index('ix_claim_resource_id_starts_at')
        batch_op.drop_index('ix_claim_patient_id_starts_at')
        batch_op.drop_index(batch_op.f('ix_claim_clinic_id'))
        batch_op.drop_index(batch_op.f('ix_claim_appointment_id'))

    op.drop_table('claim')
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.drop_index('ix_appointment_patient_id_starts_at')
        batch_op.drop_index(batch_op.f('ix_appointment_hold_id'))
        batch_op.drop_index('ix_appointment_clinic_id_starts_at')

    op.drop_table('appointment')
    with op.batch_alter_table('series', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_series_patient_id'))
        batch_op.drop_index(batch_op.f('ix_series_order_id'))
        batch_op.drop_index('ix_series_clinic_id_status')

    op.drop_table('series')
    with op.batch_alter_table('treatment_order', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_treatment_order_patient_id'))
        batch_op.drop_index(batch_op.f('ix_treatment_order_clinic_id'))

    op.drop_table('treatment_order')
    with op.batch_alter_table('time_off', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_time_off_resource_id'))
        batch_op.drop_index(batch_op.f('ix_time_off_clinic_id'))

    op.drop_table('time_off')
    with op.batch_alter_table('resource_hours', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resource_hours_resource_id'))
        batch_op.drop_index(batch_op.f('ix_resource_hours_clinic_id'))

    op.drop_table('resource_hours')
    with op.batch_alter_table('protocol_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_protocol_version_clinic_id'))

    op.drop_table('protocol_version')
    with op.batch_alter_table('phase', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_phase_clinic_id'))

    op.drop_table('phase')
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hold_expires_at'))
        batch_op.drop_index(batch_op.f('ix_hold_clinic_id'))

    op.drop_table('hold')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consent_clinic_id'))

    op.drop_table('consent')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_subject')
        batch_op.drop_index(batch_op.f('ix_audit_entry_patient_id'))
        batch_op.drop_index('ix_audit_entry_at')

    op.drop_table('audit_entry')
    with op.batch_alter_table('visit_type', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_type_clinic_id'))

    op.drop_table('visit_type')
    with op.batch_alter_table('resource', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resource_staff_id'))
        batch_op.drop_index(batch_op.f('ix_resource_clinic_id'))

    op.drop_table('resource')
    with op.batch_alter_table('protocol', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_protocol_clinic_id'))

    op.drop_table('protocol')
    with op.batch_alter_table('patient', schema=None) as batch_op:
        batch_op.drop_index('uq_patient_source', postgresql_where=sa.text('source_identifier is not null'), sqlite_where=sa.text('source_identifier is not null'))
        batch_op.drop_index('ix_patient_clinic_id_search_name')
        batch_op.drop_index('ix_patient_clinic_id_birth_date')

    op.drop_table('patient')
    with op.batch_alter_table('opening_hours', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opening_hours_clinic_id'))

    op.drop_table('opening_hours')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_membership_clinic_id'))

    op.drop_table('membership')
    with op.batch_alter_table('closure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_closure_clinic_id'))

    op.drop_table('closure')
    op.drop_table('staff_member')
    op.drop_table('heartbeat')
    op.drop_table('clinic')

