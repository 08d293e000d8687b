"""What letters tell the patient's calendar: a whole course at first, and then exactly what has changed."""

from __future__ import annotations

from datetime import timedelta

from models import Appointment
from scheduler.messaging.fakes import MemoryMail
from scheduler.messaging.ports import Accepted, Letter, NotDeliverable, TryLater
from scheduler.planning.lifecycle import AppointmentStatus
from scheduler.services.messages.owe_messages import owe_messages
from tests.builders import NOW, build_patient, build_series, build_visit

HOUR = timedelta(hours=1)


class Course:
    """A course of four visits in the outbox's clinic, and the letters about it."""

    def __init__(self, outbox):
        self.outbox, self.database, self.kit = outbox, outbox.database, outbox.kit
        outbox.tick()
        with self.database.writing() as session:
            self.patient_id = build_patient(session, self.kit, "Bea", "Sedge", email="bea@example.com")
            self.series_id = build_series(session, self.kit, self.patient_id)
            self.visits = [build_visit(session, self.kit, self.patient_id, NOW + timedelta(days=10 + 2 * n),
                                       series_id=self.series_id, step=f"i{n + 1}") for n in range(4)]

    def change(self, *visits: int, cancelled: bool = False) -> None:
        with self.database.writing() as session:
            for number in visits:
                row = session.get_one(Appointment, self.visits[number])
                row.version += 1
                if cancelled:
                    row.status = AppointmentStatus.CANCELLED
                else:
                    row.starts_at, row.ends_at = row.starts_at + HOUR, row.ends_at + HOUR

    def owe(self, why: str, *visits: int, now=NOW) -> None:
        with self.database.writing() as session:
            owe_messages(session, clinic_id=self.kit.clinic_id, patient_id=self.patient_id, now=now, why=why,
                         appointment_ids=[self.visits[n] for n in visits], series_id=self.series_id)

    def told(self, now=NOW, mail: MemoryMail | None = None) -> list[tuple[int, int, bool]]:
        """What the next letter brings: the visit's number, the sequence, and whether it is taken out."""
        mail = mail or MemoryMail()
        self.outbox.tick(now=now, mail=mail)
        letters: list[Letter] = [letter for letter in mail.sent if letter.to == "bea@example.com"]
        if not letters or letters[-1].invitation is None:
            return []
        return [(self.visits.index(int(entry.uid.split("@")[0].removeprefix("visit-"))), entry.sequence,
                 entry.cancelled) for entry in letters[-1].invitation.entries]


def test_the_confirmation_of_a_course_brings_every_visit(outbox):
    course = Course(outbox)
    course.owe("booked", 0, 1, 2, 3)
    assert course.told() == [(0, 0, False), (1, 0, False), (2, 0, False), (3, 0, False)]


def test_a_change_of_several_brings_exactly_those(outbox):
    course = Course(outbox)
    course.owe("booked", 0, 1, 2, 3)
    course.told()
    course.change(1, 3)
    course.owe("changed", 1, 3)
    assert course.told() == [(1, 2, False), (3, 2, False)]
    course.change(2)
    course.owe("changed", 2)
    assert course.told() == [(2, 2, False)]
    course.change(0, 2)
    course.owe("changed", 0, 2)
    assert course.told() == [(0, 2, False), (2, 4, False)]


def test_a_cancellation_of_several_takes_out_exactly_those(outbox):
    course = Course(outbox)
    course.owe("booked", 0, 1, 2, 3)
    course.told()
    course.change(2, 3, cancelled=True)
    course.owe("cancelled", 2, 3, now=NOW + HOUR)
    assert course.told(NOW + HOUR) == [(2, 3, True), (3, 3, True)]


def test_what_a_letter_that_did_not_leave_would_have_told_comes_with_the_next(outbox):
    course = Course(outbox)
    course.owe("booked", 0, 1, 2, 3)
    course.told()
    course.change(0, 1)
    course.owe("changed", 0, 1)
    assert course.told(mail=MemoryMail(lambda _: NotDeliverable("no such mailbox"))) == []
    course.change(2, 3)
    course.owe("changed", 2, 3)
    assert course.told() == [(0, 2, False), (1, 2, False), (2, 2, False), (3, 2, False)]


def test_a_letter_that_is_tried_again_brings_the_same(outbox):
    course = Course(outbox)
    course.owe("booked", 0, 1, 2, 3)
    course.told()
    course.change(1, 2)
    course.owe("changed", 1, 2)
    offered: list[Letter] = []
    mail = MemoryMail(lambda letter: (offered.append(letter), TryLater("busy") if len(offered) == 1 else Accepted())[1])
    assert course.told(mail=mail) == []
    assert course.told(NOW + timedelta(minutes=2), mail) == [(1, 2, False), (2, 2, False)]
    assert len(offered) == 2 and offered[0].invitation == offered[1].invitation


def test_a_visit_cancelled_before_any_letter_told_of_it_is_not_taken_out(outbox):
    course = Course(outbox)
    course.change(3, cancelled=True)
    course.owe("booked", 0, 1, 2)
    course.told()
    course.change(0, 1, cancelled=True)
    course.owe("cancelled", 0, 1, now=NOW + HOUR)
    assert course.told(NOW + HOUR) == [(0, 3, True), (1, 3, True)]


def test_reminders_bring_nothing_for_the_calendar(outbox):
    course = Course(outbox)
    course.owe("booked", 0, 1, 2, 3)
    course.told()
    assert course.told(NOW + timedelta(days=7)) == []


def test_one_letter_about_two_courses_brings_the_visits_of_both(outbox):
    course = Course(outbox)
    course.owe("booked", 0, 1, 2, 3)
    course.told()
    with course.database.writing() as session:
        other = build_series(session, course.kit, course.patient_id)
        course.visits += [build_visit(session, course.kit, course.patient_id, NOW + timedelta(days=11 + 2 * n),
                                      series_id=other, step=f"i{n + 1}") for n in range(2)]
        owe_messages(session, clinic_id=course.kit.clinic_id, patient_id=course.patient_id, now=NOW, why="booked",
                     appointment_ids=course.visits[4:], series_id=other)
    assert course.told() == [(4, 0, False), (5, 0, False)]
    course.change(1, 4)
    course.owe("changed", 1, 4)
    assert course.told() == [(1, 2, False), (4, 2, False)]
