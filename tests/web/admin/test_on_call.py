"""The page of who is on call: empty, filled, put in order by buttons, and each act taken back."""

from __future__ import annotations

import re

import pytest

from models import Clinic, OnCall
from scheduler.planning.words import Role
from tests.web.admin.forms import fields_of


@pytest.fixture
def admin(client_for):
    return client_for(Role.ADMINISTRATOR)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def names(admin) -> list[str]:
    return re.findall(r'id="on-call-\d+" data-row>(\d\. \w+)', admin.get("/admin/on-call").text)


def undo(admin, page: str):
    """Press the undo of what was said."""
    form = re.search(r'<form method="post" action="([^"]+)"(?:(?!</form>).)*Undo', page, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group(0)))
    fields.pop("csrf_token", None)
    return admin.post(form.group(1), data=fields, follow_redirects=True)


def add(admin, kit, role: Role, **more):
    return admin.post("/admin/on-call", data={"staff_id": kit.staff[role], "by_email": "y", **more},
                      follow_redirects=True)


def test_an_empty_list_says_that_administrators_are_alerted_and_the_ways_in_are_there(admin) -> None:
    page = admin.get("/admin/on-call").text
    assert "Nobody is on call yet" in page
    assert "Meanwhile administrators are alerted by e-mail: Administrator of Alder Clinic." in words(page)
    assert fields_of(page)["by_email"] == "y"
    for way_in in ("/admin/", "/admin/clinic"):
        assert 'href="/admin/on-call"' in admin.get(way_in).text


def test_people_are_added_put_in_order_and_taken_off_and_all_of_it_taken_back(admin, kit) -> None:
    add(admin, kit, Role.CLINICIAN, telephone="(301) 555-0142")
    added = add(admin, kit, Role.THERAPIST)
    assert "(301) 555-0142" in words(added.text) and "is on call" in words(added.text)
    assert names(admin) == ["1. Clinician", "2. Therapist"]
    undo(admin, added.text)
    assert names(admin) == ["1. Clinician"]
    add(admin, kit, Role.THERAPIST)
    later = re.search(r"/admin/on-call/\d+/move", admin.get("/admin/on-call").text).group(0)
    answer = admin.post(later, data={"to": "down"})
    assert answer.location.partition("#")[2] == f"on-call-{later.split('/')[3]}"
    undo(admin, admin.get("/admin/on-call").text)
    assert names(admin) == ["1. Clinician", "2. Therapist"]
    admin.post(later, data={"to": "down"})
    assert names(admin) == ["1. Therapist", "2. Clinician"]
    admin.post(later, data={"to": "up"})
    assert names(admin) == ["1. Clinician", "2. Therapist"]
    off = admin.post(later.replace("move", "remove"), follow_redirects=True)
    assert names(admin) == ["1. Therapist"]
    undo(admin, off.text)
    assert names(admin) == ["1. Clinician", "2. Therapist"]
    assert "(301) 555-0142" in words(admin.get("/admin/on-call").text)


def test_how_somebody_is_alerted_is_changed_and_taken_back(admin, kit, database) -> None:
    with database.writing() as session:
        session.get_one(Clinic, kit.clinic_id).text_number = "+13015550111"
    add(admin, kit, Role.CLINICIAN)
    with database.reading() as session:
        row = session.query(OnCall).one()
        where = f"/admin/on-call/{row.id}"
    wrong = admin.post(where, data={"telephone": "12"})
    assert wrong.status_code == 422 and "not a telephone number" in wrong.text
    done = admin.post(where, data={"telephone": "301-555-0142"}, follow_redirects=True)
    page = words(done.text)
    assert "Text (301) 555-0142" in page and "clinician@alder" not in page
    assert fields_of(admin.get(where).text)["telephone"] == "+13015550142"
    undo(admin, done.text)
    assert "clinician@alder" in words(admin.get("/admin/on-call").text)


def test_what_cannot_be_meant_is_refused_where_it_stands(admin, kit) -> None:
    nothing = admin.post("/admin/on-call", data={"staff_id": kit.staff[Role.CLINICIAN]})
    assert nothing.status_code == 422 and "an alert needs a way" in nothing.text
    assert admin.post("/admin/on-call", data={"staff_id": "x", "by_email": "y"}).status_code == 422
    assert admin.post("/admin/on-call", data={"staff_id": "9" * 30, "by_email": "y"}).status_code == 404
    page = add(admin, kit, Role.CLINICIAN, telephone="301 555 0142")
    assert "No text goes out: this clinic has no number" in words(page.text)
    there = re.search(r"/admin/on-call/\d+", page.text).group(0)
    assert admin.post(f"{there}/move", data={"to": "sideways"}).status_code == 400


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CLINICIAN, Role.THERAPIST])
def test_it_is_the_administrators(client_for, role) -> None:
    assert client_for(role).get("/admin/on-call").status_code == 403
