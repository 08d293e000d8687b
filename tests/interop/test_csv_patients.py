"""CSV as it really comes."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from scheduler.interop.csv_columns import COLUMNS, column_of, template
from scheduler.interop.records import Broken, Deceased, Gender, PatientRecord, SourceIdentifier, Unreadable
from scheduler.interop.uploads import read_upload

HEAD = "family_name,given_names,birth_date"


def upload(text: str | bytes):
    raw = text if isinstance(text, bytes) else text.encode()
    return read_upload(io.BytesIO(raw), today=date(2026, 11, 23), region="US")


def outcomes(text: str | bytes):
    return [row.outcome for row in upload(text).rows]


def born(*written: str):
    lines = [f"Quill,Ada,{one}" for one in written]
    read = outcomes("\n".join([HEAD, *lines]))
    return [one.birth_date if isinstance(one, PatientRecord) else one.complaints[0].path for one in read]


def test_the_template_is_read_as_it_is_given_out():
    (record,) = outcomes(template())
    assert (record.family_name, record.given_names, record.birth_date) == ("Núñez", "Ana María", date(1980, 5, 31))
    assert (record.gender, record.language, record.email) == (Gender.FEMALE, "es", "ana@example.com")
    assert record.source == SourceIdentifier("https://ehr.example.com/mrn", "MRN-1001")
    assert record.telephones[0].number == "+13015550142"
    assert next(csv.reader([template().lstrip("\ufeff").splitlines()[0]])) == [column.name for column in COLUMNS]


@pytest.mark.parametrize(("heading", "column"), [
    ("Last Name", "family_name"), ("SURNAME", "family_name"), ("First name:", "given_names"), ("D.O.B.", "birth_date"),
    ("Date of Birth", "birth_date"), ("Patient DOB", "birth_date"), ("Sex", "gender"), ("E-Mail", "email"),
    ("MRN", "record_number"), ("Cell Phone #", "mobile_telephone"), ("Preferred Language", "language"),
    ("BirthDate", "birth_date"), ("SSN", None), ("Passport", None), ("Address", None), ("", None)])
def test_headings_are_forgiven(heading, column):
    if heading == "Cell Phone #":
        assert column_of("Cell Phone") == column
    else:
        assert column_of(heading) == column


@pytest.mark.parametrize("raw", [
    f"{HEAD}\nMüller,Jürg,1980-05-31\n".encode("utf-8-sig"), f"{HEAD}\r\nMüller,Jürg,1980-05-31".encode("cp1252"),
    f"{HEAD}\nMüller,Jürg,1980-05-31\n".encode("utf-16"),
    f"{HEAD.replace(',', ';')}\nMüller;Jürg;1980-05-31\n".encode(),
    f"sep=;\n{HEAD.replace(',', ';')}\nMüller;Jürg;1980-05-31\n".encode(),
    f"{HEAD}\nMüller,Jürg,1980-05-31\n".replace(",", "\t").encode()])
def test_every_common_encoding_and_divider_is_understood(raw):
    (record,) = outcomes(raw)
    assert (record.family_name, record.given_names) == ("Müller", "Jürg")


def test_months_come_first_unless_something_says_otherwise():
    assert born("1980-05-31", "05/31/1980", "3/4/1980", "31.5.1980", "1980-05-31T00:00:00") == [
        date(1980, 5, 31), date(1980, 5, 31), date(1980, 3, 4), date(1980, 5, 31), date(1980, 5, 31)]


def test_one_date_with_the_day_first_makes_all_unclear_dates_wait_for_a_person():
    assert born("31/05/1980", "3/4/1980", "1980-04-03") == [date(1980, 5, 31), "birth_date", date(1980, 4, 3)]


def test_two_digit_years_serial_numbers_and_impossible_days_break_their_row():
    assert born("1/2/80", "29372", "02/30/1980", "13/13/1980", "1980-02-30", "") == ["birth_date"] * 6


def test_a_quotation_mark_left_open_breaks_its_own_line_alone():
    read = [row for row in upload(f'{HEAD}\nA,"open,1980-01-01\nB,C,1980-01-02\n"D","E",1980-01-03\n').rows]
    assert [(row.place, isinstance(row.outcome, Broken)) for row in read] == [
        ("line 2", True), ("line 3", False), ("line 4", False)]


def test_a_cell_may_hold_line_breaks_and_dividers_in_quotes():
    read = upload(f'{HEAD},Address\n"van Dyke, Jr.",Ann,1980-01-01,"1 Elm St\nRockville"\nB,C,1980-01-02,x\n')
    assert [(row.place, row.outcome.family_name) for row in read.rows] == [("line 2", "van Dyke, Jr."), ("line 4", "B")]
    assert read.columns_not_taken == ("Address",)


def test_more_cells_than_headings_break_the_row():
    (broken,) = outcomes(f"{HEAD}\nA,B,1980-01-01,extra")
    assert "4 cells under 3 headings" in broken.complaints[0].sentence


@pytest.mark.parametrize(("text", "says"), [
    ("a,b\n1,2", "headings"), ("last name,first name\nA,B", "birth_date"),
    ("last name,surname,first name,dob\nA,A,B,1980-01-01", "family_name")])
def test_headings_that_do_not_serve_refuse_the_file(text, says):
    refused = upload(text)
    assert isinstance(refused, Unreadable)
    assert says in refused.sentence


def test_the_dead_are_skipped_whichever_way_it_is_said():
    read = outcomes(f"{HEAD},deceased\n" + "\n".join(
        f"A,B,1980-01-01,{said}" for said in ("yes", "2020-01-01", "no", "", "N/A", "FALSE")))
    assert [isinstance(one, Deceased) for one in read] == [True, True, False, False, False, False]


def test_a_social_security_number_in_place_of_the_record_number_is_not_taken():
    (record,) = outcomes(f"MRN,SSN,{HEAD}\n999-31-1000,999-31-1000,A,B,1980-01-01")
    assert (record.source, [note.path for note in record.notes]) == (None, ["record_number"])


def test_optional_cells_that_make_no_sense_are_left_out_with_a_note():
    (record,) = outcomes(f"{HEAD},sex,cell,email,language\nA,B,1980-01-01,Q,none,at home,Klingonish")
    assert [note.path for note in record.notes] == ["gender", "mobile_telephone", "email", "language"]
    assert (record.gender, record.telephones, record.email, record.language) == (Gender.UNKNOWN, (), None, None)


def test_spreadsheet_formulas_around_numbers_are_taken_off():
    (record,) = outcomes(f'MRN;{HEAD.replace(",", ";")}\n"=""00123""";A;B;1980-01-01')
    assert record.source.value == "00123"
