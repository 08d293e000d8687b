"""Something is out, as the desk goes through it; and the page of new times, as a patient does."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Settings
from models import Appointment, Base, BatchPart, Message
from scheduler.app import create_app
from scheduler.database import Database
from scheduler.planning.batches import PartState
from scheduler.planning.lifecycle import AppointmentStatus, MessageState
from scheduler.planning.words import Channel, MessageKind, Role
from scheduler.queries.patient_links import NEW_TIMES
from scheduler.services.messages.make_link import make_link
from scheduler.web.desk import out as out_pages
from scheduler.web.patient import keyring
from tests.builders import NOW, Kit
from tests.services.test_batch_offers import offered
from tests.services.test_batches import close, starts, two_courses

SAYS_TOO_MUCH = re.compile(r"ketamine|infusion|depress|esketamine|phq|therap|psych|dose|drug|Quill|Other", re.I)
FORM = {"what": "clinic", "starts_on": "2027-04-07", "starts_time": "", "last_on": "", "ends_time": "", "reason": ""}


@pytest.fixture(autouse=True)
def still(monkeypatch):
    plan = out_pages.plan_batch
    monkeypatch.setattr(out_pages, "plan_batch", lambda *args, **more: plan(*args, **more, seconds=1))
    with time_machine.travel(NOW, tick=False):
        yield


def shown_in(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_the_desk_says_what_is_out_moves_all_and_takes_it_back(client_for, database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    before, client = starts(database), client_for()
    assert "Every booked visit fits" in client.get("/out").text
    answer = client.post("/out", data=FORM)
    assert answer.status_code == 303 and "/out/plan?closure=" in answer.location
    page = client.get(answer.location).text
    assert "Planning 2 courses together" in page and "Has to be" not in page
    found = client.get(answer.location.replace("/out/plan", "/out/plan/found"), headers={"HX-Request": "true"}).text
    assert "<html" not in found and "hit visits get a new time" in found
    done = client.post("/out/plan", data={"shown": shown_in(found)})
    assert done.status_code == 303
    assert starts(database) != before
    page = client.get(done.location).text
    assert "patients moved. Each patient gets one letter" in page and "Undo all of it" in page
    assert client.post(done.location + "/undo").status_code == 303
    assert starts(database) == before
    assert "Taken back" in client.get(done.location).text
    stale = client.post("/out/plan", data={"shown": shown_in(found)})
    assert stale.status_code == 409 and "nothing was moved" in stale.text


def test_one_left_out_stands_in_the_address_and_is_taken_in_again(client_for, database: Database, kit: Kit) -> None:
    first, _ = two_courses(database, kit)
    close(database, kit)
    page = client_for().get(f"/out/plan/found?leave=s{first}").text
    assert "You have left it out." in page and "Take in again" in page
    assert client_for().get("/out/plan?leave=nonsense").status_code == 400
    assert client_for().get("/out/plan?closure=x").status_code == 400


@pytest.mark.parametrize(("changes", "words"), [
    ({"starts_on": ""}, "Enter the first day."),
    ({"last_on": "2027-04-06"}, "It must end after it begins."),
    ({"starts_on": "2020-01-01"}, "no visit to come is hit by it"),
    ({"what": "999999"}, "Not a valid choice"),
])
def test_a_form_that_cannot_be_meant_comes_back_with_why(client_for, database, kit, changes, words) -> None:
    answer = client_for().post("/out", data=FORM | changes)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_an_administrator_sees_whom_it_hits_and_moves_nobody(client_for, database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    client = client_for(Role.ADMINISTRATOR)
    page = client.get("/out/plan/found").text
    assert "hit visits get a new time" in page and "Move all" not in page
    assert client.post("/out/plan", data={"shown": "x"}).status_code == 403


def test_the_desk_offers_and_follows_who_answered(client_for, database: Database, kit: Kit) -> None:
    two_courses(database, kit)
    close(database, kit)
    before, client = starts(database), client_for()
    page = client.get("/out/plan/found?ask=1").text
    answer = client.post("/out/plan", data={"shown": shown_in(page), "do": "offer", "hours": "24"})
    assert answer.status_code == 303 and starts(database) == before
    assert "have not answered yet" in client.get(answer.location).text
    with database.reading() as session:
        first, second = session.scalars(select(BatchPart.id).order_by(BatchPart.rank)).all()
    assert client.post(f"/out/parts/{first}/answer", data={"say": "perhaps"}).status_code == 400
    client.post(f"/out/parts/{first}/answer", data={"say": "yes"})
    client.post(f"/out/parts/{second}/answer", data={"say": "no"})
    page = client.get(answer.location).text
    assert "Plan these again" in page and "Accepted" in page and "Declined" in page
    assert starts(database) != before


def patient_link(database: Database, kit: Kit) -> tuple[int, str]:
    two_courses(database, kit)
    close(database, kit)
    _, parts = offered(database, kit)
    with database.writing() as session:
        part = session.get_one(BatchPart, parts[0].id)
        message = session.get(Message, part.message_id) if part.message_id else Message(
            clinic_id=kit.clinic_id, patient_id=part.patient_id, appointment_id=part.moved[0][0],
            kind=MessageKind.NEW_TIMES, channel=Channel.EMAIL, rule="new times", state=MessageState.SENT, due_at=NOW,
            expires_at=NOW, key=secrets.token_hex(16), created_at=NOW)
        assert message is not None
        session.add(message)
        session.flush()
        part.message_id = message.id
        return part.id, make_link(session, message, purpose=NEW_TIMES, expires_at=NOW + timedelta(days=2), now=NOW)


@pytest.fixture
def patient(database: Database, monkeypatch) -> FlaskClient:
    monkeypatch.setattr(keyring, "_tries", type(keyring._tries)(keyring.MemoryStorage()))
    return create_app(Settings(secret_key="k" * 40, database_url="unused"), database).test_client()


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf_token|link|shown)" value="([^"]+)"', page))


def test_looking_at_new_times_changes_nothing_and_says_nothing_clinical(patient, database: Database, kit: Kit) -> None:
    _, token = patient_link(database, kit)

    def dump() -> dict:
        with database.reading() as session:
            return {table.name: sorted(map(repr, session.execute(select(table)).all()))
                    for table in Base.metadata.sorted_tables}
    before = dump()
    assert patient.head(f"/v/{token}", follow_redirects=True).status_code == 200
    page = patient.get(f"/v/{token}", follow_redirects=True).text
    assert "Yes, I will come" in page and not SAYS_TOO_MUCH.search(page)
    assert patient.get("/visit/new-times/accept").status_code == 405
    assert dump() == before


def test_a_patient_says_yes_once_and_sees_it(patient, database: Database, kit: Kit) -> None:
    part_id, token = patient_link(database, kit)
    page = patient.get(f"/v/{token}", follow_redirects=True).text
    assert "see you then" in patient.post("/visit/new-times/accept", data=fields(page), follow_redirects=True).text
    after = starts(database)
    again = patient.post("/visit/new-times/decline", data=fields(page), follow_redirects=True).text
    assert "no longer kept" in again and starts(database) == after
    with database.reading() as session:
        assert session.get_one(BatchPart, part_id).state == PartState.ACCEPTED


def test_a_patient_who_says_no_is_called(patient, database: Database, kit: Kit) -> None:
    part_id, token = patient_link(database, kit)
    before = starts(database)
    page = patient.get(f"/v/{token}", follow_redirects=True).text
    assert "We call you" in patient.post("/visit/new-times/decline", data=fields(page), follow_redirects=True).text
    with database.reading() as session:
        assert session.get_one(BatchPart, part_id).state == PartState.DECLINED
        part = session.get_one(BatchPart, part_id)
        assert session.scalars(select(Appointment.id).where(
            Appointment.patient_id == part.patient_id, Appointment.status == AppointmentStatus.HELD)).all() == []
    assert starts(database) == before
