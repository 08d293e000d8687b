"""The list of those who are alerted: who may stand on it, how they are reached, in which order; ids alone are noted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import AuditEntry, Clinic, InboundText, Notice, OnCall, StaffMember
from scheduler.planning.words import Channel, InboundMeaning, Role
from scheduler.queries.on_call import on_call_list
from scheduler.services.messages.alert import alert_next
from scheduler.services.messages.edit_on_call import (
    PutOnCall,
    TakenOff,
    Ways,
    change_ways,
    move_on_call,
    put_on_call,
    take_off_call,
)
from scheduler.services.refusal import NotFound, Refused
from tests.builders import NOW, build_clinic, build_patient
from tests.inbound_kit import build_text

MAIL = Ways(True)
ROLES = (Role.CLINICIAN, Role.THERAPIST, Role.FRONT_DESK)


@pytest.fixture
def write(database, kit):
    """Run a verb as the clinic's administrator."""
    def run(verb, *args):
        with database.writing() as session:
            return verb(session, *args, by=kit.viewer(Role.ADMINISTRATOR), now=NOW)
    return run


def order(database, kit) -> list[int]:
    with database.reading() as session:
        assert list(session.scalars(select(OnCall.position).where(OnCall.clinic_id == kit.clinic_id)
                                    .order_by(OnCall.position))) == list(range(1, _count(session, kit) + 1))
        return [row.staff_id for row in on_call_list(session, kit.clinic_id).rows]


def _count(session, kit) -> int:
    return len(on_call_list(session, kit.clinic_id).rows)


def test_people_are_alerted_in_the_order_of_the_list_by_their_ways(database, kit, write) -> None:
    clinician, therapist, desk = (kit.staff[role] for role in ROLES)
    with database.writing() as session:
        session.get_one(Clinic, kit.clinic_id).text_number = "+13015550111"
        text = build_text(session, kit, build_patient(session, kit), "I am in danger", meaning=InboundMeaning.CRISIS)
    first = write(put_on_call, PutOnCall(clinician, Ways(True, "(301) 555-0142")))
    second = write(put_on_call, PutOnCall(therapist, Ways(False, "+1 301 555 0143")))
    assert write(put_on_call, PutOnCall(desk, MAIL, place=1)) and order(database, kit) == [desk, clinician, therapist]
    moved = write(move_on_call, second, -1)
    assert (moved.place, moved.of, moved.moved) == (2, 3, True)
    assert order(database, kit) == [desk, therapist, clinician]
    assert not write(move_on_call, first, 1).moved and not write(move_on_call, first, 5).moved
    with database.writing() as session:
        inbound = session.get_one(InboundText, text)
        assert [alert_next(session, inbound, now=NOW) for _ in range(4)] == [desk, therapist, clinician, desk]
        assert set(session.execute(select(Notice.channel, Notice.address).where(Notice.staff_id != desk))) == {
            (Channel.TEXT, "+13015550143"), (Channel.TEXT, "+13015550142"),
            (Channel.EMAIL, "clinician@alder.example.com")}


def test_who_is_taken_off_comes_back_to_the_same_place(database, kit, write) -> None:
    staff = [kit.staff[role] for role in ROLES]
    ids = [write(put_on_call, PutOnCall(one, Ways(True, "+13015550142"))) for one in staff]
    gone = write(take_off_call, ids[1])
    assert gone == TakenOff(PutOnCall(staff[1], Ways(True, "+13015550142"), 2))
    assert order(database, kit) == [staff[0], staff[2]]
    write(put_on_call, gone.was)
    assert order(database, kit) == staff


@pytest.mark.parametrize(("ways", "said"), [
    (Ways(False), "an alert needs a way"), (Ways(False, "  "), "an alert needs a way"),
    (Ways(True, "12"), "not a telephone number"), (Ways(True, "call me"), "not a telephone number"),
    (Ways(True, "800 555 0199"), "No text can reach"), (Ways(True, "+1 301 555 0142 ext. 5"), "No text can reach"),
    (Ways(False, "+1 301 555 0142"), "sends no texts yet")])
def test_nobody_stands_on_the_list_whom_no_alert_reaches(database, kit, write, ways, said) -> None:
    staff_id = kit.staff[Role.CLINICIAN]
    there = write(put_on_call, PutOnCall(kit.staff[Role.THERAPIST], MAIL))
    for result in (write(put_on_call, PutOnCall(staff_id, ways)), write(change_ways, there, ways)):
        assert isinstance(result, Refused) and said in result.sentence
    assert order(database, kit) == [kit.staff[Role.THERAPIST]]


def test_nobody_twice_nobody_inactive_and_nobody_of_another_clinic(database, kit, write) -> None:
    clinician = kit.staff[Role.CLINICIAN]
    with database.writing() as session:
        other = build_clinic(session, "Birch Clinic")
        theirs = OnCall(clinic_id=other.clinic_id, staff_id=other.staff[Role.CLINICIAN], position=1)
        session.add(theirs)
        session.get_one(StaffMember, kit.staff[Role.THERAPIST]).active = False
        session.flush()
        theirs_id = theirs.id
    write(put_on_call, PutOnCall(clinician, MAIL))
    assert "already" in write(put_on_call, PutOnCall(clinician, MAIL)).sentence
    assert "may not sign in" in write(put_on_call, PutOnCall(kit.staff[Role.THERAPIST], MAIL)).sentence
    assert isinstance(write(put_on_call, PutOnCall(other.staff[Role.CLINICIAN], MAIL)), NotFound)
    for verb, more in ((change_ways, [MAIL]), (move_on_call, [1]), (take_off_call, [])):
        assert isinstance(write(verb, theirs_id, *more), NotFound)
    assert order(database, kit) == [clinician]


def test_every_act_is_noted_with_ids_and_no_number(database, kit, write) -> None:
    row = write(put_on_call, PutOnCall(kit.staff[Role.CLINICIAN], MAIL))
    write(put_on_call, PutOnCall(kit.staff[Role.THERAPIST], MAIL))
    write(change_ways, row, Ways(True, "301 555 0142"))
    write(change_ways, row, Ways(True, "+13015550142"))
    write(move_on_call, row, 1)
    write(take_off_call, row)
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "on call")
                                  .order_by(AuditEntry.id)).all()
        assert [one.verb for one in entries] == ["put on call", "put on call", "change", "move", "take off call"]
        assert entries[2].detail == {"staff": kit.staff[Role.CLINICIAN], "place": 1, "by_email": True, "by_text": True}
        assert not any("555" in str(one.detail) for one in entries)


def test_while_nobody_on_the_list_is_active_administrators_are_alerted(database, kit, write) -> None:
    write(put_on_call, PutOnCall(kit.staff[Role.CLINICIAN], MAIL))
    with database.writing() as session:
        assert not on_call_list(session, kit.clinic_id).nobody
        session.get_one(StaffMember, kit.staff[Role.CLINICIAN]).active = False
    with database.reading() as session:
        listed = on_call_list(session, kit.clinic_id)
        assert listed.nobody and listed.administrators == ("Administrator of Alder Clinic",)
        assert kit.staff[Role.THERAPIST] in dict(listed.others)
