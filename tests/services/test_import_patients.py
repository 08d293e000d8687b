"""A list of patients from file to fate, on both engines."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models import AuditEntry, Consent, Patient, PatientImport, PatientImportRow
from scheduler.access import Viewer
from scheduler.planning.imports import Fate, ImportState
from scheduler.queries.patient_imports import import_rows, import_screen, undecided_rows
from scheduler.services.patients.import_patients import decide_duplicate, discard_import, go_on, start_import
from scheduler.services.patients.take_in_list import take_in_list
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW
from tests.services.import_steps import (
    DATA,
    HEAD,
    bring_in,
    count,
    doubtful,
    fates,
    patients,
    take_in,
    through,
    whole_database,
)


def test_real_rows_become_patients_and_the_dead_do_not(database, kit):
    import_id = bring_in(database, kit, (DATA / "patients.ndjson").read_bytes())
    assert fates(database, kit, import_id) == {
        1: Fate.CREATED, 2: Fate.DECEASED, 3: Fate.CREATED, 4: Fate.CREATED, 5: Fate.CREATED, 6: Fate.CREATED}
    acuna = patients(database, kit)[0]
    assert (acuna.family_name, acuna.given_name, acuna.search_name) == ("Acuña", "Mariana", "acuna mariana")
    assert (acuna.birth_date, acuna.gender, acuna.language) == (date(1988, 7, 23), "female", "es")
    assert (acuna.telephone, acuna.telephone_use, acuna.can_be_texted) == ("555-641-8587", "home", False)
    assert (acuna.source_system, acuna.source_identifier) == (
        "http://hospital.smarthealthit.org", "788b0163-5674-4344-9b36-2bd260c84204")
    with database.reading() as session:
        screen = import_screen(session, kit.clinic_id, import_id)
    assert (screen.minors, screen.no_texts, screen.rows, screen.state) == (1, 5, 6, ImportState.DONE)


def test_no_social_security_passport_or_licence_number_survives_anywhere(database, kit):
    raw = (DATA / "patients.ndjson").read_text(encoding="utf-8") + (DATA / "bundle.json").read_text(encoding="utf-8")
    lines = (DATA / "patients.ndjson").read_text(encoding="utf-8").splitlines()
    private = {
        number["value"] for line in lines for number in json.loads(line)["identifier"]
        if (number.get("type") or {}).get("coding", [{}])[0].get("code") in ("SS", "DL", "PPN")}
    private |= set(re.findall(r"999-\d\d-\d{4}", raw))
    assert len(private) > 12
    for name in ("patients.ndjson", "bundle.json"):
        import_id = take_in(database, kit, (DATA / name).read_bytes())
        through(database, kit, import_id, until=ImportState.READY)
        staged = whole_database(database)
        through(database, kit, import_id)
        kept = whole_database(database)
        assert [number for number in private if number in staged or number in kept] == []
        assert "Considine" in staged
        assert not [word for word in ("Northampton", "Hispanic", "Wunsch", "Westford", "maiden") if word in staged]


def test_a_dry_run_touches_no_patient_and_foretells_what_then_happens(database, kit):
    raw = (DATA / "patients.ndjson").read_bytes()
    import_id = take_in(database, kit, raw)
    through(database, kit, import_id, until=ImportState.READY)
    foretold = fates(database, kit, import_id)
    assert count(database, kit, Patient) == count(database, kit, AuditEntry) == 0
    through(database, kit, import_id)
    assert fates(database, kit, import_id) == foretold


def test_a_list_imported_again_changes_nothing(database, kit):
    raw = (DATA / "patients.ndjson").read_bytes()
    bring_in(database, kit, raw)
    before = [(one.id, one.changed_at, one.telephone) for one in patients(database, kit)]
    entries = count(database, kit, AuditEntry)
    again = bring_in(database, kit, raw)
    assert Counter(fates(database, kit, again).values()) == {Fate.UNCHANGED: 5, Fate.DECEASED: 1}
    assert [(one.id, one.changed_at, one.telephone) for one in patients(database, kit)] == before
    assert count(database, kit, AuditEntry) == entries + 1


def test_somebody_who_has_died_and_is_a_patient_here_is_pointed_out(database, kit):
    bring_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,,,")
    (ada,) = patients(database, kit)
    import_id = bring_in(database, kit, "deceased," + HEAD + "yes,1,Quill,Ada,1980-05-17,,,")
    with database.reading() as session:
        (row,) = import_rows(session, kit.clinic_id, import_id)
    assert (row.fate, row.patient_id) == (Fate.DECEASED, ada.id)
    assert "look at the coming visits" in row.notes[0][1]


def test_a_broken_row_stops_nothing_and_says_where_and_what_to_do(database, kit):
    rows = "1,Quill,Ada,soon,,,\n2,Stone,Eve,1990-01-01,,,\n\"3,x\n4,Bell,Io,1991-01-01,,,"
    import_id = bring_in(database, kit, HEAD + rows)
    assert fates(database, kit, import_id) == {
        1: Fate.BROKEN, 2: Fate.CREATED, 3: Fate.BROKEN, 4: Fate.CREATED}
    with database.reading() as session:
        first, _, third, _ = import_rows(session, kit.clinic_id, import_id)
    assert (first.place, first.notes[0][0]) == ("line 2", "birth_date")
    assert "1980-05-31" in first.notes[0][1]
    assert (third.place, third.notes[0][0]) == ("line 4", "line 4")


def test_a_settled_import_keeps_fates_and_no_persons(database, kit):
    _, import_id = doubtful(database, kit)
    bring_in(database, kit, (DATA / "patients.ndjson").read_bytes())
    with database.reading() as session:
        rows = session.scalars(select(PatientImportRow)).all()
    held = [row.number for row in rows if row.record or row.birth_date or row.source_identifier]
    assert (len(rows), held) == (7, [1])


def test_an_import_brings_no_consent_and_prefers_a_channel_that_can_reach(database, kit):
    bring_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,301-555-0142,,\n2,Stone,Eve,1990-01-01,,eve@example.com,")
    assert [one.preferred_channel for one in patients(database, kit)] == ["call", "email"]
    assert count(database, kit, Consent) == 0


def test_the_audit_trail_counts_the_import_and_names_each_change_without_names(database, kit):
    import_id = bring_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,,,\n2,Stone,Eve,bad,,,")
    bring_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,,ada@example.com,")
    with database.reading() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.clinic_id == kit.clinic_id).order_by(AuditEntry.id)).all()
    assert [(one.subject_type, one.detail) for one in entries] == [
        ("patient", {"fate": "created", "import": import_id}),
        ("patient import", {"kind": "csv", "fates": {"broken": 1, "created": 1}}),
        ("patient", {"fate": "updated", "import": import_id + 1, "changed": ["email"]}),
        ("patient import", {"kind": "csv", "fates": {"updated": 1}})]
    assert {one.verb for one in entries} == {"import"}


def test_work_is_done_in_portions_and_can_be_taken_up_by_anyone(database, kit):
    rows = "".join(f"{n},Quill{n},Ada{n},1980-05-17,,,\n" for n in range(1, 8))
    import_id = take_in(database, kit, HEAD + rows)
    assert through(database, kit, import_id, until=ImportState.READY, portion=3) == 3
    with database.writing() as session:
        assert isinstance(start_import(session, import_id, by=kit.viewer(), now=NOW), object)
        progress = go_on(session, import_id, by=kit.viewer(), now=NOW, portion=3)
        assert (progress.reached, progress.rows, progress.state) == (3, 7, ImportState.IMPORTING)
    assert count(database, kit, Patient) == 3
    through(database, kit, import_id, portion=3)
    assert count(database, kit, Patient) == 7
    with database.writing() as session:
        assert go_on(session, import_id, by=kit.viewer(), now=NOW).state is ImportState.DONE
    assert count(database, kit, Patient) == 7


def test_an_import_can_be_discarded_before_it_begins_and_not_after(database, kit):
    import_id = take_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,,,")
    through(database, kit, import_id, until=ImportState.READY)
    with database.writing() as session:
        assert discard_import(session, import_id, by=kit.viewer(), now=NOW) is None
        assert isinstance(start_import(session, import_id, by=kit.viewer(), now=NOW), Refused)
    assert count(database, kit, PatientImportRow) == 0
    done = bring_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,,,")
    with database.writing() as session:
        assert isinstance(discard_import(session, done, by=kit.viewer(), now=NOW), Refused)


def test_another_clinics_import_is_not_there(database, kit):
    import_id = take_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,,,")
    stranger = Viewer(clinic_id=kit.clinic_id - 1, actor="staff")
    with database.writing() as session:
        assert isinstance(go_on(session, import_id, by=stranger, now=NOW), NotFound)
        assert isinstance(start_import(session, import_id, by=stranger, now=NOW), NotFound)
        assert isinstance(discard_import(session, import_id, by=stranger, now=NOW), NotFound)
        assert isinstance(decide_duplicate(session, import_id, 1, same_as=None, by=stranger, now=NOW), NotFound)
        assert import_screen(session, stranger.clinic_id, import_id) is None
        assert import_rows(session, stranger.clinic_id, import_id) == ()


@pytest.mark.parametrize(("raw", "says"), [
    (b"%PDF", "PDF"), (b"", "empty"), (b'{"resourceType":"Observation"}', "it holds 1 Observation"),
    (HEAD.encode(), "no patient")])
def test_a_file_without_patients_is_refused_and_leaves_nothing_behind(database, kit, raw, says):
    refused = take_in(database, kit, raw)
    assert isinstance(refused, Refused)
    assert says in refused.sentence
    assert count(database, kit, PatientImport) == 0


def test_what_nobody_finished_is_forgotten_after_thirty_days(database, kit):
    stale = take_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,,,")
    _, waiting = doubtful(database, kit)
    later = NOW + timedelta(days=31)
    take_in_list(database, io.BytesIO((HEAD + "9,Bell,Io,1991-01-01,,,").encode()), by=kit.viewer(), now=later)
    with database.reading() as session:
        assert import_screen(session, kit.clinic_id, stale).state is ImportState.DISCARDED
        assert undecided_rows(session, kit.clinic_id, waiting) == ()
        assert import_rows(session, kit.clinic_id, waiting)[0].fate is Fate.POSSIBLE_DUPLICATE
    assert "five@example.com" not in whole_database(database)


def test_names_of_a_minor_are_flagged_on_the_day_of_import(database, kit):
    import_id = take_in(database, kit, HEAD + "1,Quill,Ada,2009-04-03,,,\n2,Stone,Eve,2009-04-02,,,")
    with database.reading() as session:
        assert [row.minor for row in import_rows(session, kit.clinic_id, import_id)] == [True, False]
