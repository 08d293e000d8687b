"""People who are here already: recognised, brought up to date, or for a person to decide; on both engines."""

from __future__ import annotations

import pytest

from models import Patient, PatientSource
from scheduler.planning.imports import Fate, ImportState
from scheduler.queries.patient_imports import import_rows, import_screen, past_imports, undecided_rows
from scheduler.services.patients.import_patients import decide_duplicate
from scheduler.services.refusal import Refused
from tests.builders import NOW, build_patient
from tests.services.import_steps import HEAD, bring_in, count, doubtful, edit, fates, patients, take_in, through


def test_what_the_source_changes_is_taken_over_until_it_is_edited_here(database, kit):
    bring_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,301-555-0142,ada@example.com,en")
    (ada,) = patients(database, kit)
    second = bring_in(database, kit, HEAD + "1,Quill-Stone,Ada,1980-05-17,301-555-0143,ada@example.com,")
    assert fates(database, kit, second) == {1: Fate.UPDATED}
    (ada,) = patients(database, kit)
    assert (ada.family_name, ada.search_name, ada.telephone, ada.language) == (
        "Quill-Stone", "quill stone ada", "+13015550143", "en")
    edit(database, ada.id, telephone="+13015550199")
    third = bring_in(database, kit, HEAD + "1,Quill-Stone,Ada,1980-05-17,301-555-0144,new@example.com,")
    (ada,) = patients(database, kit)
    assert (ada.telephone, ada.email) == ("+13015550199", "new@example.com")
    with database.reading() as session:
        (row,) = import_rows(session, kit.clinic_id, third)
    assert row.notes == (("", "Edited here since, so kept as it stands: telephone."),)
    fourth = bring_in(database, kit, HEAD + "1,Quill-Stone,Ada,1980-05-17,301-555-0144,new@example.com,")
    assert fates(database, kit, fourth) == {1: Fate.UNCHANGED}


def test_somebody_entered_by_hand_is_recognised_and_only_what_is_empty_is_filled(database, kit):
    with database.writing() as session:
        patient_id = build_patient(session, kit, "José", "Núñez", email=None)
    import_id = bring_in(database, kit, HEAD + "77,NUNEZ,Jose,1980-05-17,301-555-0177,jose@example.com,es")
    (jose,) = patients(database, kit)
    assert (jose.id, jose.given_name, jose.email, jose.telephone) == (
        patient_id, "José", "jose@example.com", "+13015550123")
    assert jose.source_identifier == "77"
    assert fates(database, kit, import_id) == {1: Fate.UPDATED}
    assert fates(database, kit, bring_in(
        database, kit, HEAD + "77,NUNEZ,Jose,1980-05-17,301-555-0177,jose@example.com,es")) == {1: Fate.UNCHANGED}


def test_one_person_known_to_two_systems_is_not_torn_between_them(database, kit):
    head = "record_system," + HEAD
    one = head + "a,1,Quill,Ada,1980-05-17,301-555-0141,,"
    other = head + "b,9,Quill,Ada,1980-05-17,301-555-0149,,"
    for raw in (one, other, one, other):
        last = bring_in(database, kit, raw)
    assert fates(database, kit, last) == {1: Fate.UNCHANGED}
    assert [row.telephone for row in patients(database, kit)] == ["+13015550141"]
    assert count(database, kit, PatientSource) == 2


@pytest.mark.parametrize(("rows", "expected"), [
    ("1,Quill,Ada,1980-05-17,,,\n1,Quill,Ada,1980-05-17,,,", [Fate.CREATED, Fate.UNCHANGED]),
    ("1,Quill,Ada,1980-05-17,,,\n1,Quill,Ada,1980-05-17,,a@example.com,", [Fate.CREATED, Fate.UPDATED]),
    (",Quill,Ada,1980-05-17,,,\n,quill,ADA,1980-05-17,,,", [Fate.CREATED, Fate.UNCHANGED]),
    ("1,Quill,Ada,1980-05-17,,,\n2,Quill,Ada,1980-05-17,,,", [Fate.CREATED, Fate.POSSIBLE_DUPLICATE]),
    ("1,Quill,Ada,1980-05-17,,,\n2,Quil,Ada,1980-05-17,,,", [Fate.CREATED, Fate.POSSIBLE_DUPLICATE]),
    ("1,Quill,Ada,1980-05-17,,,\n2,Quill,Bea,1980-05-17,,,", [Fate.CREATED, Fate.CREATED])])
@pytest.mark.parametrize("portion", [1, 100])
def test_duplicates_inside_one_file_are_foretold_and_found(database, kit, rows, expected, portion):
    import_id = take_in(database, kit, HEAD + rows)
    through(database, kit, import_id, until=ImportState.READY, portion=portion)
    foretold = list(fates(database, kit, import_id).values())
    through(database, kit, import_id, portion=portion)
    if expected[1] is Fate.UPDATED and foretold[1] is Fate.UPDATED:
        assert patients(database, kit)[0].email == "a@example.com"
    assert (foretold, list(fates(database, kit, import_id).values())) == (expected, expected)


def test_a_possible_duplicate_waits_for_a_person_with_its_candidates(database, kit):
    patient_id, import_id = doubtful(database, kit)
    assert count(database, kit, Patient) == 1
    with database.reading() as session:
        (row,) = undecided_rows(session, kit.clinic_id, import_id)
        assert (row.name, row.doubt) == ("Quil, Ada", "Same birth date and a similar name.")
        assert [(one.patient_id, one.name) for one in row.candidates] == [(patient_id, "Quill, Ada")]
        assert import_screen(session, kit.clinic_id, import_id).undecided == 1
        assert past_imports(session, kit.clinic_id)[0].undecided == 1


def test_the_same_person_is_linked_and_known_from_then_on(database, kit):
    patient_id, import_id = doubtful(database, kit)
    with database.writing() as session:
        fate = decide_duplicate(session, import_id, 1, same_as=patient_id, by=kit.viewer(), now=NOW)
    assert fate is Fate.UNCHANGED
    again = bring_in(database, kit, HEAD + "5,Quil,Ada,1980-05-17,,five@example.com,")
    assert fates(database, kit, again) == {1: Fate.UNCHANGED}
    assert [(one.id, one.source_identifier) for one in patients(database, kit)] == [(patient_id, "5")]


def test_another_person_is_added_and_known_from_then_on(database, kit):
    patient_id, import_id = doubtful(database, kit)
    with database.writing() as session:
        assert decide_duplicate(session, import_id, 1, same_as=None, by=kit.viewer(), now=NOW) is Fate.CREATED
        assert isinstance(decide_duplicate(session, import_id, 1, same_as=None, by=kit.viewer(), now=NOW), Refused)
    again = bring_in(database, kit, HEAD + "5,Quil,Ada,1980-05-17,,five@example.com,")
    assert fates(database, kit, again) == {1: Fate.UNCHANGED}
    assert len(patients(database, kit)) == 2


def test_a_number_given_to_somebody_else_never_overwrites_a_person(database, kit):
    bring_in(database, kit, HEAD + "1,Quill,Ada,1980-05-17,,,")
    import_id = bring_in(database, kit, HEAD + "1,Stone,Eve,1990-01-01,,,")
    assert fates(database, kit, import_id) == {1: Fate.POSSIBLE_DUPLICATE}
    with database.writing() as session:
        other = build_patient(session, kit, "Una", "Other")
        refused = decide_duplicate(session, import_id, 1, same_as=other, by=kit.viewer(), now=NOW)
        assert "Another patient has this record number" in refused.sentence
        assert decide_duplicate(session, import_id, 1, same_as=None, by=kit.viewer(), now=NOW) is Fate.CREATED
    assert [(one.family_name, one.source_identifier) for one in patients(database, kit)] == [
        ("Quill", "1"), ("Other", None), ("Stone", None)]
