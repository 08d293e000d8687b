"""What the database itself refuses, on both engines: the double booking, and a change of the audit trail.

A claim is (resource, units, interval). A trigger refuses one that would lift the peak of its resource above the
resource's units, or put a patient into two places. On PostgreSQL the trigger first locks the resource's (or the
patient's) row, so that two transactions cannot both look before either writes; services lock the same rows in id order
beforehand (`scheduler.services.booking.claims`), which keeps several claims free of deadlocks. On SQLite every writer
begins IMMEDIATE. A claim lasts a day at most, which bounds what the trigger reads.

The refusals carry these words, by which `scheduler.services.booking.claims` knows them.
"""

from __future__ import annotations

RESOURCE_FULL = "claim_above_capacity"
PATIENT_TWICE = "patient_in_two_places"
AUDIT_IS_APPEND_ONLY = "audit_is_append_only"

_PEAK = """
    select coalesce(max(load), 0) from (
        select (select coalesce(sum(other.units), 0) from claim as other
                where other.resource_id = new.resource_id and other.id <> new.id
                  and other.starts_at > {day_before} and other.starts_at <= mark.at and other.ends_at > mark.at) as load
        from (select new.starts_at as at
              union select c.starts_at from claim as c
              where c.resource_id = new.resource_id and c.id <> new.id
                and c.starts_at > new.starts_at and c.starts_at < new.ends_at) as mark) as peaks
"""
_ELSEWHERE = """
    select 1 from claim as other
    where other.patient_id = new.patient_id and other.appointment_id <> new.appointment_id
      and other.starts_at > {day_before} and other.starts_at < new.ends_at and other.ends_at > new.starts_at
"""
_PG_DAY = "new.starts_at - interval '1 day'"
_LITE_DAY = "datetime(new.starts_at, '-1 day')"
_WATCHED = "resource_id, patient_id, units, starts_at, ends_at"

POSTGRESQL_UP = (
    f"""
create function guard_claim() returns trigger language plpgsql as $guard$
declare capacity integer;
begin
    if new.ends_at - new.starts_at > interval '1 day' then
        raise exception 'claim_within_a_day' using errcode = 'check_violation';
    end if;
    if new.resource_id is not null then
        select units into capacity from resource where id = new.resource_id for no key update;
        if new.units + ({_PEAK.format(day_before=_PG_DAY)}) > capacity then
            raise exception '{RESOURCE_FULL}' using errcode = 'exclusion_violation', detail = new.resource_id::text;
        end if;
    else
        perform 1 from patient where id = new.patient_id for no key update;
        if exists ({_ELSEWHERE.format(day_before=_PG_DAY)}) then
            raise exception '{PATIENT_TWICE}' using errcode = 'exclusion_violation', detail = new.patient_id::text;
        end if;
    end if;
    return new;
end $guard$""",
    f"create trigger guard_claim before insert or update of {_WATCHED} on claim "
    "for each row execute function guard_claim()",
    f"""
create function guard_audit_entry() returns trigger language plpgsql as $guard$
begin raise exception '{AUDIT_IS_APPEND_ONLY}' using errcode = 'restrict_violation'; end $guard$""",
    "create trigger guard_audit_entry before update or delete on audit_entry "
    "for each row execute function guard_audit_entry()",
)
POSTGRESQL_DOWN = (
    "drop trigger guard_audit_entry on audit_entry", "drop function guard_audit_entry()",
    "drop trigger guard_claim on claim", "drop function guard_claim()",
)


def _sqlite_claim(act: str, when: str) -> str:
    return f"""
create trigger guard_claim_{act} after {when} on claim begin
    select raise(abort, 'claim_within_a_day')
    where julianday(new.ends_at) - julianday(new.starts_at) > 1.000001;
    select raise(abort, '{RESOURCE_FULL}') where new.resource_id is not null
      and new.units + ({_PEAK.format(day_before=_LITE_DAY)})
          > (select units from resource where id = new.resource_id);
    select raise(abort, '{PATIENT_TWICE}') where new.patient_id is not null
      and exists ({_ELSEWHERE.format(day_before=_LITE_DAY)});
end"""


SQLITE_UP = (
    _sqlite_claim("insert", "insert"),
    _sqlite_claim("update", f"update of {_WATCHED}"),
    f"create trigger guard_audit_entry_update before update on audit_entry "
    f"begin select raise(abort, '{AUDIT_IS_APPEND_ONLY}'); end",
    f"create trigger guard_audit_entry_delete before delete on audit_entry "
    f"begin select raise(abort, '{AUDIT_IS_APPEND_ONLY}'); end",
)
SQLITE_DOWN = (
    "drop trigger guard_audit_entry_delete", "drop trigger guard_audit_entry_update",
    "drop trigger guard_claim_update", "drop trigger guard_claim_insert",
)


def statements(dialect: str, *, up: bool = True) -> tuple[str, ...]:
    """The DDL that sets up (or takes down) the guards on "sqlite" or "postgresql"."""
    if dialect == "sqlite":
        return SQLITE_UP if up else SQLITE_DOWN
    return POSTGRESQL_UP if up else POSTGRESQL_DOWN
