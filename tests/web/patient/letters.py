"""A patient with visits and letters, and what somebody does who opens one."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Appointment, Base, Message, PatientLink
from scheduler.database import Database
from scheduler.planning.lifecycle import MessageState
from scheduler.planning.words import Channel, MessageKind
from scheduler.queries.patient_links import VISIT, VISITS, hash_of
from scheduler.services.messages.make_link import make_link
from tests.builders import NOW, build_patient, build_visit

SAYS_TOO_MUCH = re.compile(r"ketamine|infusion|depress|esketamine|phq|therap|psych|dose|drug|Quill|Ada", re.I)


def says_too_much(page: str) -> list[str]:
    """What a page tells that it must not; tokens in hidden fields may spell anything."""
    return SAYS_TOO_MUCH.findall(re.sub("<[^>]+>", " ", page))


BORN = {"year": "1980", "month": "5", "day": "17"}


class Desk:
    """A patient with two visits, and tokens for them."""

    def __init__(self, database: Database, kit):
        self.database = database
        with database.writing() as session:
            self.patient_id = build_patient(session, kit)
            self.visit_id = build_visit(session, kit, self.patient_id)
            build_visit(session, kit, self.patient_id, NOW + timedelta(days=9))
            message = Message(
                clinic_id=kit.clinic_id, patient_id=self.patient_id, appointment_id=self.visit_id,
                kind=MessageKind.THREE_DAYS, channel=Channel.EMAIL, rule="three-days", state=MessageState.SENT,
                due_at=NOW, expires_at=NOW, key="a" * 32, created_at=NOW)
            session.add(message)
            session.flush()
            self.message_id = message.id
            end = NOW + timedelta(days=8)
            self.token = make_link(session, message, purpose=VISIT, expires_at=end, now=NOW)
            self.all_token = make_link(session, message, purpose=VISITS, expires_at=end, now=NOW)

        self.born, self.clinic_id = date(1980, 5, 17), kit.clinic_id

    def another_link(self, at: datetime) -> str:
        """The token of one more letter."""
        with self.database.writing() as session:
            message = session.get_one(Message, self.message_id)
            return make_link(session, message, purpose=VISITS, expires_at=at + timedelta(days=8), now=at)

    def link_id(self, session: Session, token: str) -> int:
        """Which link a token is of."""
        return session.scalars(select(PatientLink.id).where(PatientLink.token_hash == hash_of(token))).one()

    def csrf(self, client: FlaskClient) -> str:
        """A token that fits the client's session."""
        return fields_of(client.get("/visit").text, "/visit/language")["csrf_token"]

    def stranger(self, session: Session, kit) -> int:
        """Another patient of the clinic."""
        return build_patient(session, kit, "Bea", "Sedge", birth_date=date(1971, 1, 2))

    def fields(self, page: str, part: str) -> dict[str, str]:
        """The hidden fields of the first form whose address ends so."""
        action = next(found for found in re.findall(r'<form[^>]* action="([^"]*)"', page) if found.endswith(part))
        return fields_of(page, action)

    def visit(self) -> Appointment:
        with self.database.reading() as session:
            visit = session.get(Appointment, self.visit_id)
            session.expunge(visit)
            return visit

    def change(self, **facts) -> None:
        with self.database.writing() as session:
            visit = session.get(Appointment, self.visit_id)
            for name, value in facts.items():
                setattr(visit, name, value)

    def dump(self) -> dict:
        with self.database.reading() as session:
            return {table.name: sorted(map(repr, session.execute(select(table)).all()))
                    for table in Base.metadata.sorted_tables}


def open_link(client: FlaskClient, token: str) -> TestResponse:
    """Open a letter's link and follow it."""
    return client.get(f"/v/{token}", follow_redirects=True)


def press(client: FlaskClient, page: str, action: str, **more: str) -> TestResponse:
    """Press the button of a page's form, with what else was entered."""
    return client.post(action, data=fields_of(page, action) | more, follow_redirects=True)


def prove(client: FlaskClient, token: str) -> str:
    """Open a letter and give the date of birth; gives the page of the course."""
    open_link(client, token)
    return press(client, client.get("/visit/birth-date").text, "/visit/birth-date", **BORN).text


def fields_of(page: str, action: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    form = re.search(rf'<form[^>]* action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.S)
    assert form, f"there is no button for {action}"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form.group(1)))
