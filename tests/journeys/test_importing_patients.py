"""A list comes in: looked at, imported with its progress, a doubtful row decided; on a desk and on a telephone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.builders import build_patient
from tests.house.source import ROOT
from tests.journeys.axe import barriers
from tests.journeys.conftest import DESKTOP, ON_SQLITE, TELEPHONE

pytestmark = ON_SQLITE
LINES = (ROOT / "tests" / "interop" / "data" / "patients.ndjson").read_bytes()
DOUBTFUL = (
    "record_number,family_name,given_names,birth_date,telephone\n7,Quil,Ada,1980-05-17,301-555-0142\n8,Bell,Io,soon,\n")


def choose(page, name: str, raw: bytes) -> None:
    page.get_by_label("File").set_input_files(files=[{"name": name, "mimeType": "text/plain", "buffer": raw}])
    page.get_by_role("button", name="Look at the list").click()


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desktop", "telephone"])
def test_a_list_is_looked_at_imported_and_its_doubtful_row_decided(open_page, database, kit, size, monkeypatch):
    monkeypatch.setattr("scheduler.services.patients.import_patients.go_on.__kwdefaults__", {"portion": 2})
    with database.writing() as session:
        build_patient(session, kit, "Ada", "Quill")
    page = open_page(size=size)
    page.goto("/patients")
    page.get_by_role("link", name="Import").click()
    page.locator("summary", has_text="Columns of a CSV list").click()
    assert barriers(page) == [] and fits(page)

    choose(page, "list.pdf", b"%PDF-1.7")
    expect(page.get_by_role("alert")).to_contain_text("This is a PDF")
    assert barriers(page) == []

    choose(page, "patients.ndjson", LINES)
    expect(page.get_by_role("heading", level=1)).to_have_text("What would happen")
    expect(page.get_by_text("5 to be added, 1 deceased, skipped.")).to_be_visible()
    assert barriers(page) == [] and fits(page)
    page.get_by_role("button", name="Add 5 patients").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
    page.get_by_role("link", name="Acuña, Mariana").click()
    expect(page).to_have_url(re.compile(r"/patients/\d+$"))

    page.goto("/patients/import")
    choose(page, "list.csv", DOUBTFUL.encode())
    page.get_by_role("button", name="Go on: 1 to decide").click()
    expect(page.get_by_text("1 row waits for you")).to_be_visible()
    assert barriers(page) == [] and fits(page)
    page.get_by_role("button", name="The same person: row 1").click()
    expect(page.get_by_text("Linked", exact=False)).to_be_visible()
    expect(page.get_by_text("waits for you")).to_have_count(0)
    assert page.title().startswith("Import patients")
