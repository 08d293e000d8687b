"""Importing patients in the browser's words: upload, dry run, import, report, decide."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from models import Patient
from scheduler.interop.csv_columns import COLUMNS
from scheduler.planning.words import Role
from tests.builders import build_patient

DATA = Path(__file__).parent.parent / "interop" / "data"
HEAD = "record_number,family_name,given_names,birth_date,telephone,SSN\n"


def send(client, raw, **more):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    return client.post("/patients/import", data={"file": (io.BytesIO(raw), "list")}, **more)


def looked_at(client, raw):
    """The address of an import whose dry run is over."""
    url = send(client, raw).location
    assert go_on(client, url).headers["HX-Redirect"] == url
    return url


def go_on(client, url):
    return client.post(f"{url}/go-on", headers={"HX-Request": "true"})


def bring_in(client, raw):
    url = looked_at(client, raw)
    client.post(f"{url}/start")
    go_on(client, url)
    return url


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def patients(database, kit):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Patient).where(Patient.clinic_id == kit.clinic_id))


def test_a_list_is_looked_at_first_and_imported_when_told(database, kit, client_for):
    client = client_for(Role.FRONT_DESK)
    url = looked_at(client, (DATA / "patients.ndjson").read_bytes())
    before = text_of(client.get(url))
    assert "What would happen" in before and "5 to be added, 1 deceased, skipped." in before
    assert "Add 5 patients" in before and "Acuña, Mariana" in before and "23 Jul 1988" in before
    assert patients(database, kit) == 0
    assert client.post(f"{url}/start").status_code == 303
    assert "Importing" in client.get(url).text
    assert go_on(client, url).headers["HX-Redirect"] == url
    after = text_of(client.get(url))
    assert "5 added, 1 deceased, skipped." in after and "1 under 18 today" in after
    assert patients(database, kit) == 5


def test_progress_is_shown_while_there_is_more_to_do(kit, client_for, monkeypatch):
    monkeypatch.setattr("scheduler.services.patients.import_patients.go_on.__kwdefaults__", {"portion": 2})
    client = client_for(Role.FRONT_DESK)
    url = send(client, (DATA / "patients.ndjson").read_bytes()).location
    page = client.get(url)
    assert 'hx-trigger="load' in page.text and 'max="6"' in page.text
    part = go_on(client, url)
    assert part.status_code == 200 and 'value="2"' in part.text and "<html" not in part.text


def test_without_scripts_a_button_goes_on(kit, client_for):
    client = client_for(Role.FRONT_DESK)
    url = send(client, HEAD + "1,Quill,Ada,1980-05-17,,").location
    assert client.post(f"{url}/go-on").location == url
    assert "What would happen" in client.get(url).text


@pytest.mark.parametrize(("raw", "says"), [
    (b"%PDF-1.7", "This is a PDF"), (b"PK\x03\x04", "Excel workbook"), (b"", "The file is empty"),
    (b"a,b\n1,2", "Download the template"), (b'{"resourceType":"Goal"}', "it holds 1 Goal")])
def test_a_file_that_is_no_list_is_refused_on_the_page_with_what_to_do(kit, client_for, raw, says):
    answer = send(client_for(Role.FRONT_DESK), raw)
    assert answer.status_code == 422
    assert says in text_of(answer)


def test_no_file_is_asked_for(kit, client_for):
    answer = client_for(Role.FRONT_DESK).post("/patients/import", data={})
    assert answer.status_code == 422 and "Choose a file first." in answer.text


def test_a_file_over_the_limit_is_refused_with_its_limit(app, kit, client_for):
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    client = client_for(Role.FRONT_DESK)
    answer = send(client, b"x" * (1024 * 1024 + 1))
    assert answer.location == "/patients/import"
    assert "larger than 1 MB" in text_of(client.get("/patients/import"))


def test_an_upload_is_never_written_to_a_temporary_file(kit, client_for, monkeypatch):
    def spool(*_, **__):
        raise AssertionError("a temporary file")
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", spool)
    monkeypatch.setattr("tempfile.SpooledTemporaryFile", spool)
    large = HEAD + "".join(f"{n},Quill,Ada{n},1980-05-17,,{'9' * 700}\n" for n in range(1200))
    assert len(large) > 600_000
    assert send(client_for(Role.FRONT_DESK), large).status_code == 303


def test_no_page_shows_what_is_never_taken(kit, client_for):
    client = client_for(Role.FRONT_DESK)
    url = bring_in(client, HEAD + "1,Quill,Ada,1980-05-17,,999-31-1000\n2,Stone,Eve,999-31-1000,,\n")
    shown = client.get(url).text + client.get(f"{url}/report.csv").text
    assert "999-31" not in shown
    assert "Columns not taken: SSN." in shown


def test_the_report_tells_every_row_and_no_name(kit, client_for):
    client = client_for(Role.FRONT_DESK)
    url = bring_in(client, HEAD + "1,Quill,Ada,2012-05-17,555-698-7873,\n2,Stone,Eve,soon,,\n")
    report = client.get(f"{url}/report.csv")
    assert report.text.splitlines()[1:] == [
        '1,line 2,created,"minor, cannot be texted",',
        '2,line 3,broken,,"birth_date: The birth date is not whole. '
        'Write it as year-month-day, for example 1980-05-31."']
    assert "Quill" not in report.text


def test_rows_are_narrowed_by_fate_and_paged_by_row(kit, client_for):
    client = client_for(Role.FRONT_DESK)
    rows = "".join(f"{n},Quill,Ada{n:02},1980-05-17,,\n" for n in range(1, 61))
    url = looked_at(client, HEAD + rows + "99,Stone,Eve,soon,,\n")
    first = client.get(url).text
    assert "Ada50" in first and "Ada51" not in first and "after=50" in first
    assert "Ada51" in client.get(f"{url}?after=50").text
    narrowed = client.get(f"{url}?fate=broken").text
    assert "line 62" in narrowed and "Ada01" not in narrowed


def test_a_possible_duplicate_is_decided_on_the_page(database, kit, client_for):
    with database.writing() as session:
        ada = build_patient(session, kit, "Ada", "Quill")
    client = client_for(Role.FRONT_DESK)
    url = bring_in(client, HEAD + "1,Quil,Ada,1980-05-17,,\n2,Quilll,Ada,1980-05-17,,\n")
    assert "2 rows wait for you" in text_of(client.get(url))
    assert client.post(f"{url}/rows/1/decide", data={"who": "same", "patient_id": ada}).status_code == 303
    assert client.post(f"{url}/rows/2/decide", data={"who": "other"}).status_code == 303
    assert "wait for you" not in client.get(url).text
    assert patients(database, kit) == 2


@pytest.mark.parametrize("data", [{}, {"who": "maybe"}, {"who": "same"}, {"who": "same", "patient_id": "x"}])
def test_a_decision_that_says_nothing_is_refused(database, kit, client_for, data):
    client = client_for(Role.FRONT_DESK)
    url = bring_in(client, HEAD + "1,Quill,Ada,1980-05-17,,\n")
    assert client.post(f"{url}/rows/1/decide", data=data).status_code == 400


def test_a_list_can_be_discarded_until_it_is_imported(kit, client_for):
    client = client_for(Role.FRONT_DESK)
    url = looked_at(client, HEAD + "1,Quill,Ada,1980-05-17,,\n")
    assert client.post(f"{url}/discard").location == "/patients/import"
    assert "Nothing of this list was kept." in client.get(url).text
    done = bring_in(client, HEAD + "1,Quill,Ada,1980-05-17,,\n")
    client.post(f"{done}/discard")
    assert "This import is done" in text_of(client.get(done))


def test_the_template_holds_every_documented_column(kit, client_for):
    client = client_for(Role.ADMINISTRATOR)
    template = client.get("/patients/import/template.csv")
    page = client.get("/patients/import").text
    assert template.mimetype == "text/csv"
    for column in COLUMNS:
        assert column.name in template.text and column.name in page


def test_a_full_page_asks_as_many_queries_as_a_short_one(database, kit, client_for):
    client = client_for(Role.FRONT_DESK)
    with database.writing() as session:
        build_patient(session, kit, "Ada", "Quill")

    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def queries(rows: int) -> int:
        lines = "".join(f",Quill,Ada,19{n:02}-01-01,,\n,Quil{n},Ada,1980-05-17,,\n" for n in range(50, 50 + rows))
        url = bring_in(client, HEAD + lines)
        asked.clear()
        assert "wait" in client.get(url).text
        return len(asked)

    assert queries(1) == queries(20)
