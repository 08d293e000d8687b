"""One FHIR Patient: what is taken, what is left, what breaks a row."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.interop.fhir_patients import read_patient
from scheduler.interop.records import Broken, Deceased, Gender, Inactive, PatientRecord, SourceIdentifier
from scheduler.interop.telephones import TelephoneUse

TODAY = date(2026, 11, 23)
PLAIN = {"resourceType": "Patient", "id": "p1", "birthDate": "1980-05-31",
         "name": [{"use": "official", "family": "Nu\u0301n\u0303ez", "given": ["Ana", "Mari\u0301a"]}]}
SSN = {"type": {"coding": [{"code": "SS"}]}, "system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-31-1000"}


def mrn(value, **more):
    return {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
            "system": "https://ehr.example.com/mrn", "value": value, **more}


def read(**changes):
    return read_patient({**PLAIN, **changes}, today=TODAY, region="US")


def test_a_name_keeps_its_accents_in_nfc():
    record = read()
    assert (record.family_name, record.given_names) == ("Núñez", "Ana María")
    assert record.birth_date == date(1980, 5, 31)


def test_the_official_name_comes_before_the_usual_one_and_the_maiden_name_is_never_taken():
    record = read(name=[{"use": "maiden", "family": "Old"}, {"use": "usual", "family": "Nick"},
                        {"use": "official", "family": "True", "given": ["Ann"]}])
    assert record.family_name == "True"
    broken = read(name=[{"use": "maiden", "family": "Old"}])
    assert broken.complaints[0].path == "Patient.name"


def test_a_broken_name_gives_way_to_the_next_one_with_a_note():
    record = read(name=[{"use": "official", "family": 7}, {"use": "usual", "family": "Good"}])
    assert record.family_name == "Good"
    assert [note.path for note in record.notes] == ["Patient.name[0].family"]


def test_unknown_fields_never_fail_a_row():
    record = read(favouriteColour="green", name=[{"family": "A", "mood": 3}], birthDate="1980-05-31", _birthDate={},
                  telecom=[{"system": "phone", "value": "301-496-4000", "colour": "red"}], contact=[{"name": 1}])
    assert isinstance(record, PatientRecord)
    assert record.notes == ()
    assert record.telephones[0].e164 == "+13014964000"


@pytest.mark.parametrize(("written", "path"), [
    (None, "Patient.birthDate"), ("", "Patient.birthDate"), ("1975", "Patient.birthDate"),
    ("1975-05", "Patient.birthDate"), ("1975-02-30", "Patient.birthDate"), (19750531, "Patient.birthDate"),
    ("2026-11-24", "Patient.birthDate"), ("1880-01-01", "Patient.birthDate"), ("999-31-1000", "Patient.birthDate")])
def test_a_birth_date_that_is_not_a_whole_possible_day_breaks_the_row(written, path):
    broken = read(birthDate=written)
    assert isinstance(broken, Broken)
    assert [complaint.path for complaint in broken.complaints] == [path]
    assert str(written) not in broken.complaints[0].sentence or not written


def test_every_complaint_is_made_at_once():
    broken = read(name=[], birthDate="soon")
    assert [complaint.path for complaint in broken.complaints] == ["Patient.name", "Patient.birthDate"]


@pytest.mark.parametrize("name", [[{"family": "A\u0000B"}], [{"text": "  "}], [{"family": "x" * 121}], "Ann", [None]])
def test_a_name_that_cannot_be_kept_breaks_the_row(name):
    assert isinstance(read(name=name), Broken)


def test_a_name_in_one_piece_is_kept_with_a_note():
    record = read(name=[{"text": "Suharto"}])
    assert (record.family_name, record.given_names) == ("Suharto", "")
    assert [note.path for note in record.notes] == ["Patient.name[0]"]


def test_the_dead_and_records_out_of_use_are_told_apart_before_anything_is_validated():
    assert isinstance(read(deceasedBoolean=True, name="broken"), Deceased)
    assert read(deceasedDateTime="2001").source == SourceIdentifier("urn:leafout:logical-id", "p1")
    assert isinstance(read(deceasedBoolean=False), PatientRecord)
    assert isinstance(read(active=False), Inactive)


def test_the_record_number_is_taken_and_the_state_numbers_never():
    record = read(identifier=[SSN, mrn("A-1")])
    assert record.source == SourceIdentifier("https://ehr.example.com/mrn", "A-1")
    assert "999" not in repr(record)


@pytest.mark.parametrize("identifiers", [
    [SSN], [mrn("999-31-1000")], [SSN, mrn("999311000")], [mrn("A-1", use="old")], [mrn("x" * 200)], [mrn(None)]])
def test_without_a_record_number_that_may_be_kept_the_logical_id_serves(identifiers):
    assert read(identifier=identifiers).source == SourceIdentifier("urn:leafout:logical-id", "p1")


def test_a_state_number_hidden_in_another_field_is_not_taken():
    record = read(id="999311000", identifier=[SSN], telecom=[
        {"system": "phone", "value": "999-31-1000"}, {"system": "email", "value": "999311000@example.com"}])
    assert (record.source, record.telephones, record.email) == (None, (), None)
    assert isinstance(read(identifier=[SSN], name=[{"family": "Quill 999-31-1000"}]), Broken)


def test_a_bundles_address_is_the_system_of_a_logical_id():
    url = "https://fhir.example.com/r4/Patient/p1"
    assert read_patient(PLAIN, today=TODAY, region="US", full_url=url).source == SourceIdentifier(
        "https://fhir.example.com/r4/Patient", "p1")
    urn = "urn:uuid:d421c808-2605-41a4-9aaf-9d786528dc13"
    assert read_patient(PLAIN, today=TODAY, region="US", full_url=urn).source.value == urn


def test_telephones_come_by_rank_without_the_old_the_ended_and_the_doubled():
    record = read(telecom=[
        {"system": "phone", "value": "555-698-7873", "use": "home", "rank": 3},
        {"system": "phone", "value": "(301) 496-4000", "use": "mobile", "rank": 1},
        {"system": "phone", "value": "301.496.4000", "use": "work"},
        {"system": "phone", "value": "301-496-4001", "use": "old"},
        {"system": "phone", "value": "301-496-4002", "period": {"end": "2020-01-01"}},
        {"system": "fax", "value": "301-496-4003"}, {"system": "email", "value": "not mail"},
        {"system": "email", "value": "Ana@example.com"}])
    assert [(one.number, one.use, one.can_be_texted) for one in record.telephones] == [
        ("+13014964000", TelephoneUse.MOBILE, True), ("555-698-7873", TelephoneUse.HOME, False)]
    assert record.email == "Ana@example.com"
    assert [note.path for note in record.notes] == ["Patient.telecom[6]"]


def test_the_preferred_language_wins_and_an_unknown_one_is_noted():
    def spoken(code, **more):
        return {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}, **more}

    assert read(communication=[spoken("en-US"), spoken("es", preferred=True)]).language == "es"
    assert read(communication=[{"language": {"text": "Portuguese"}}]).language == "pt"
    unknown = read(communication=[spoken("qqq")])
    assert (unknown.language, unknown.notes[0].path) == (None, "Patient.communication")


def test_a_gender_that_is_no_fhir_word_is_unknown_with_a_note():
    assert read(gender="female").gender is Gender.FEMALE
    odd = read(gender="banana")
    assert (odd.gender, [note.path for note in odd.notes]) == (Gender.UNKNOWN, ["Patient.gender"])


SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(
        ["MR", "official", "phone", "email", "1980-05-31", "999-31-1000", "\ud800", "en-US"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["use", "family", "given", "text", "system", "value", "type", "coding", "code", "language", "period", "end",
         "rank", "preferred"]), inner, max_size=5), max_leaves=25)


@settings(max_examples=400, deadline=None, database=None)
@given(st.dictionaries(st.sampled_from(
    ["id", "name", "birthDate", "gender", "telecom", "communication", "identifier", "deceasedBoolean",
     "deceasedDateTime", "active"]), SCRAPS))
def test_no_resource_however_strange_raises(changes):
    outcome = read_patient({**PLAIN, **changes}, today=TODAY, region="US")
    assert isinstance(outcome, PatientRecord | Broken | Deceased | Inactive)
