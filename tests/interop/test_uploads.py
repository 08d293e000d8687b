"""Whole files: what they are taken for, and the rows that come out."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.interop.records import Broken, Deceased, PatientRecord, Unreadable
from scheduler.interop.stored_records import from_json, to_json
from scheduler.interop.uploads import read_upload
from scheduler.planning.imports import UploadKind

DATA = Path(__file__).parent / "data"
PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1980-05-31", "name": [{"family": "Quill"}]}


def upload(raw: bytes):
    return read_upload(io.BytesIO(raw), today=date(2026, 11, 23), region="US")


def rows(raw: bytes):
    return list(upload(raw).rows)


def test_real_lines_are_read():
    found = upload((DATA / "patients.ndjson").read_bytes())
    read = list(found.rows)
    assert found.kind is UploadKind.NDJSON
    assert [row.outcome.family_name for row in read if isinstance(row.outcome, PatientRecord)] == [
        "Acuña", "Feest", "Considine", "Moen", "Gómez"]
    assert [row.place for row in read if isinstance(row.outcome, Deceased)] == ["line 2"]
    acuna = read[0].outcome
    assert (acuna.given_names, acuna.birth_date, acuna.gender, acuna.language) == (
        "Mariana", date(1988, 7, 23), "female", "es")
    assert (acuna.source.system, acuna.source.value) == (
        "http://hospital.smarthealthit.org", "788b0163-5674-4344-9b36-2bd260c84204")
    assert [(one.number, one.use, one.can_be_texted) for one in acuna.telephones] == [("555-641-8587", "home", False)]


def test_the_patient_is_picked_out_of_a_real_bundle_and_the_rest_is_counted():
    found = upload((DATA / "bundle.json").read_bytes())
    (row,) = found.rows
    assert (found.kind, row.place, row.outcome.family_name) == (UploadKind.BUNDLE, "entry 2", "Casper")
    assert dict(found.passed_over) == {"Organization": 1, "Encounter": 1, "Observation": 1, "MedicationRequest": 1}


def test_one_patient_pretty_printed_or_on_a_line_is_read():
    for indent in (None, 2):
        found = upload(json.dumps(PATIENT, indent=indent).encode())
        assert (found.kind, len(list(found.rows))) == (UploadKind.PATIENT, 1)


def test_bundles_may_stand_in_lines_and_resources_in_a_list():
    bundle = {"resourceType": "Bundle", "entry": [{"resource": PATIENT}, {}, None]}
    lines = "\n".join([json.dumps(bundle), json.dumps(PATIENT), ""]).encode()
    assert [row.place for row in rows(lines)] == ["line 1, entry 1", "line 2"]
    assert [row.place for row in rows(json.dumps([PATIENT, {"resourceType": "Goal"}, PATIENT]).encode())] == [
        "item 1", "item 3"]


def test_a_damaged_line_breaks_alone_wherever_it_stands():
    good = json.dumps(PATIENT).encode()
    damaged = b"\n".join([b'{"resourceType": "Patient", "name', good, b"\xff\xfe{", b"", good, b"[" * 5000, good])
    found = rows(damaged)
    assert [(row.place, isinstance(row.outcome, Broken)) for row in found] == [
        ("line 1", True), ("line 2", False), ("line 3", True), ("line 5", False), ("line 6", True), ("line 7", False)]
    assert found[0].outcome.complaints[0].path == "line 1"
    assert "column" in found[0].outcome.complaints[0].sentence


def test_a_line_too_long_to_be_a_patient_breaks_alone(monkeypatch):
    monkeypatch.setattr("scheduler.interop.fhir_files.LONGEST_LINE", 1000)
    good = json.dumps(PATIENT).encode()
    found = rows(b"\n".join([good, b'{"x": "' + b"y" * 3500 + b'"}', good]))
    assert [isinstance(row.outcome, Broken) for row in found] == [False, True, False]


@pytest.mark.parametrize(("raw", "says"), [
    (b"", "empty"), (b" \r\n\n", "empty"), (b"%PDF-1.7", "PDF"), (b"PK\x03\x04rest", "Excel workbook"),
    (b"\xd0\xcf\x11\xe0rest", "old Excel"), (b"\x1f\x8brest", "compressed"), (b"<Bundle/>", "XML"),
    (b"\x89PNG\r\n", "picture"), (b"MSH|^~\\&|", "HL7"), (b"\x00\x01\x02", "not a text file"),
    (b'{"resourceType": "Patient"', "line 1, column 27"), (b"[" * 100_000, "nested too deep"),
    (b"hello world", "headings"), (b'{"resourceType": "Patient", "x": "\xff"}', "UTF-8")])
def test_a_file_that_is_no_list_of_patients_is_refused_with_a_sentence(raw, says):
    refused = upload(raw)
    assert isinstance(refused, Unreadable)
    assert says in refused.sentence


def test_a_document_over_the_limit_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr("scheduler.interop.uploads.LARGEST_DOCUMENT", 2 * 1024 * 1024)
    refused = upload(json.dumps({**PATIENT, "text": "x" * 3_000_000}, indent=1).encode())
    assert "larger than 2 MB" in refused.sentence
    assert "import-patients" in refused.sentence


def test_a_mark_at_the_start_of_json_does_no_harm():
    assert len(rows(b"\xef\xbb\xbf" + json.dumps(PATIENT).encode())) == 1
    assert len(rows(b"\xef\xbb\xbf" + b"\n".join([json.dumps(PATIENT).encode()] * 2))) == 2


def test_resources_that_are_no_patients_make_no_rows():
    found = upload(b'{"resourceType":"Observation"}\n{"resourceType":"Observation"}\n{"a":1}')
    assert (list(found.rows), dict(found.passed_over)) == ([], {"Observation": 2, "not a resource": 1})


WHOLE = [(DATA / "patients.ndjson").read_bytes()[:4000], (DATA / "bundle.json").read_bytes()[:4000],
         b'family_name,given_names,birth_date,email\n"Qu\xc3\xadll",Ada,1980-05-31,a@example.com\nB,C,31/05/1980,x\n']


@settings(max_examples=300, deadline=None, database=None)
@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=4)), max_size=12))
def test_no_file_however_damaged_raises(raw, damage):
    for place, scrap in damage:
        raw = raw[:place] + scrap + raw[place + len(scrap):]
    found = upload(raw)
    if not isinstance(found, Unreadable):
        for row in found.rows:
            json.dumps(row.place)
            if isinstance(row.outcome, PatientRecord):
                stored = json.dumps(to_json(row.outcome), ensure_ascii=False)
                assert stored.encode() and from_json(json.loads(stored)).birth_date == row.outcome.birth_date
