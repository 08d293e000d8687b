"""Finding, adding and changing patients, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models import AuditEntry, Consent, Patient
from scheduler.database import Database
from scheduler.planning.words import Channel
from scheduler.queries.find_patients import find_patients
from scheduler.services.patients.edit_patient import (
    AlreadyHere,
    BornInTheFuture,
    PatientDetails,
    add_patient,
    edit_patient,
)
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, Kit, build_patient

ZOE = PatientDetails(
    given_name="Zoë Ana", family_name="O’Núñez-Day", birth_date=date(1984, 2, 29), email="zoe@example.com",
    telephone="(301) 555-0142", consents=frozenset({Channel.EMAIL}), consent_how="on paper")


@pytest.fixture
def zoe(database: Database, kit: Kit) -> int:
    with database.writing() as session:
        added = add_patient(session, ZOE, by=kit.viewer(), now=NOW)
    assert isinstance(added, int)
    return added


@pytest.mark.parametrize("typed", [
    "onunez", "zoe", "ana ONUN", "day zo", "1984-02-29", "2/29/1984", "02291984", "555-0142", "(301) 555", "+1 301 555",
])
def test_a_patient_is_found_by(database: Database, kit: Kit, zoe: int, typed: str) -> None:
    with database.reading() as session:
        assert [hit.id for hit in find_patients(session, kit.clinic_id, typed, now=NOW).patients] == [zoe]


def test_who_has_one_name_alone_is_listed_by_it(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        build_patient(session, kit, given="", family="Suharto")
    with database.reading() as session:
        assert [hit.name for hit in find_patients(session, kit.clinic_id, "suharto", now=NOW).patients] == ["Suharto"]


@pytest.mark.parametrize("typed", ["Stranger", "noisy", "nunez", "1984-02-28", "555-9999"])
def test_nobody_is_found_by(database: Database, kit: Kit, zoe: int, typed: str) -> None:
    """Neither the noise clinic's patients nor anybody by the middle of a name."""
    with database.reading() as session:
        assert find_patients(session, kit.clinic_id, typed, now=NOW).patients == ()


def test_a_number_is_kept_as_a_carrier_takes_it(database: Database, kit: Kit, zoe: int) -> None:
    with database.reading() as session:
        row = session.get(Patient, zoe)
        assert row is not None and row.telephone == "+13015550142" and row.search_name == "onunez day zoe ana"


def test_the_same_name_and_birth_date_is_refused_until_said_to_be_another(
        database: Database, kit: Kit, zoe: int) -> None:
    twin = replace(ZOE, given_name="ZOE ANA", family_name="ONunez Day")
    with database.writing() as session:
        assert add_patient(session, twin, by=kit.viewer(), now=NOW) == Refused((AlreadyHere(zoe),))
        assert isinstance(add_patient(session, replace(twin, although_alike=True), by=kit.viewer(), now=NOW), int)


def test_a_birth_date_ahead_is_refused(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        ahead = replace(ZOE, birth_date=NOW.date() + timedelta(days=2))
        assert add_patient(session, ahead, by=kit.viewer(), now=NOW) == Refused((BornInTheFuture(),))


def test_a_withdrawn_consent_keeps_its_row(database: Database, kit: Kit, zoe: int) -> None:
    later = NOW + timedelta(days=1)
    with database.writing() as session:
        edit_patient(session, zoe, replace(ZOE, consents=frozenset({Channel.TEXT})), by=kit.viewer(), now=later)
    with database.reading() as session:
        rows = {row.channel: row.withdrawn_at for row in session.scalars(
            select(Consent).where(Consent.patient_id == zoe))}
    assert rows == {Channel.EMAIL: later, Channel.TEXT: None}


def test_an_edit_is_written_down_by_field_and_never_by_what_it_says(database: Database, kit: Kit, zoe: int) -> None:
    with database.writing() as session:
        edit_patient(session, zoe, replace(ZOE, family_name="Newname"), by=kit.viewer(), now=NOW + timedelta(hours=1))
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "edit")).one()
    assert entry.detail == {"changed": ["family_name", "search_name"]} and entry.patient_id == zoe


def test_another_clinics_patient_cannot_be_edited(database: Database, kit: Kit) -> None:
    with database.writing() as session:
        stranger = session.scalars(select(Patient.id).where(Patient.given_name == "Noisy")).first()
        assert stranger is not None
        assert edit_patient(session, stranger, ZOE, by=kit.viewer(), now=NOW) == NotFound("patient")
