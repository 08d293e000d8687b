"""The demo clinic itself: a Maryland clinic with six chairs, four nurses, three therapists, and what it has set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, VisitKind, VisitType
from scheduler.access import Viewer
from scheduler.commands.demo_clinic.done import done
from scheduler.interop.public_holidays import public_holidays
from scheduler.planning.occupation import Phase
from scheduler.planning.protocols import Integration, Preparation, ProtocolSettings, ResponseGate, VisitTypes
from scheduler.planning.words import Role
from scheduler.services.clinic.add_staff import NewStaff, add_staff
from scheduler.services.clinic.adopt_protocol import Adoption, adopt_protocol
from scheduler.services.clinic.clinic_settings import ClinicSettings, change_settings
from scheduler.services.clinic.close_holidays import CloseHolidays, close_holidays
from scheduler.services.clinic.edit_resource import ResourceDetails, add_resource
from scheduler.services.clinic.edit_visit_type import VisitTypeDetails, add_visit_type
from scheduler.services.clinic.open_clinic import NewClinic, open_clinic
from scheduler.services.clinic.opening import set_opening_hours
from scheduler.services.messages.edit_on_call import PutOnCall, Ways, put_on_call

PASSWORD = "leaf-out in spring"
ZONE = "America/New_York"
NAME, SHORT_NAME, TELEPHONE = "Juniper House", "Juniper House", "+13015550100"
GATES = (("gated", "elekt_d_2023", "Twice a week, decided after the third", ResponseGate((3,), 12, 24), (
    "The decision after infusion 3, its deadline 12 hours before the next visit and the warning 24 before that are "
    "set for this demonstration. They are no clinical recommendation: every clinic sets its own.")),
         ("open gate", "ketect_2022", "Three times a week, decided after the third, no deadline", ResponseGate((3,)), (
             "The decision after infusion 3 is set for this demonstration; a deadline is not. It is no clinical "
             "recommendation: every clinic sets its own.")))
"""Protocols with a decision on the way: short name, published schedule, name, gate, note."""
STATE = "MD"
SHUT_ON = ("New Year's Day", "Memorial Day", "Independence Day", "Labor Day", "Thanksgiving Day", "Christmas Day")
NOTE = "Set for this demonstration. It is no clinical recommendation: every clinic sets its own."
ADDRESS = "1 Example Way, Rockville, MD 20850"
PREPARATION = (
    "This is a demonstration. Your clinic writes here how to prepare: when to stop eating and drinking, what to bring."
    "\n\nArrange for someone to take you home. You should not drive until the next day.")

SETTINGS = ClinicSettings(NAME, SHORT_NAME, ZONE, TELEPHONE, ADDRESS, preparation_text=PREPARATION)

STAFF = (
    ("desk@example.com", "Marisol Vega", Role.FRONT_DESK, None),
    ("doctor@example.com", "Dr. Ines Okafor", Role.CLINICIAN, None),
    ("kim@example.com", "Kim Alvarez, RN", Role.CLINICIAN, "nurse"),
    ("nurse@example.com", "Noor Haddad, RN", Role.CLINICIAN, "nurse"),
    ("tom@example.com", "Tom Brandt, RN", Role.CLINICIAN, "nurse"),
    ("yuki@example.com", "Yuki Tanaka, RN", Role.CLINICIAN, "nurse"),
    ("therapist@example.com", "Leila Farouk, LCSW", Role.THERAPIST, "therapist"),
    ("sam@example.com", "Sam Whitfield, PhD", Role.THERAPIST, "therapist"),
    ("ruth@example.com", "Ruth Adeyemi, LCPC", Role.THERAPIST, "therapist"),
    ("admin@example.com", "Pat Lindgren", Role.ADMINISTRATOR, None),
)
ON_CALL = ("doctor@example.com", "nurse@example.com", "admin@example.com")
"""Who is alerted when a text may speak of crisis, in order."""
SHOWN = ("desk@example.com", "nurse@example.com", "therapist@example.com", "admin@example.com")
"""The sign-ins that are printed: one of each role."""

INFUSION = (
    Phase(15, {"chair": 1, "nurse": 2}, name="check-in"), Phase(40, {"chair": 1, "nurse": 2}, name="infusion"),
    Phase(60, {"chair": 1, "nurse": 1}, name="recovery"), Phase(10, {"chair": 1}, patient=False, name="turnover"))
TALK = (Phase(50, {"therapist": 1}, name="session"), Phase(10, {"therapist": 1}, patient=False, name="notes"))
CONSULTATION = (Phase(45, {"consulting room": 1}, name="consultation"),)
VISIT_TYPES = (
    VisitTypeDetails("Infusion", "Visit", VisitKind.INFUSION, INFUSION),
    VisitTypeDetails("Therapy", "Conversation", VisitKind.THERAPY, TALK),
    VisitTypeDetails("Consultation", "First conversation", VisitKind.CONSULTATION, CONSULTATION),
)


@dataclass
class Made:
    """The ids of what was made. `protocols` by a short name, `staff` by mail address."""

    clinic_id: int
    staff: dict[str, int] = field(default_factory=dict)
    protocols: dict[str, int] = field(default_factory=dict)

    def viewer(self, email: str, role: Role) -> Viewer:
        """A staff member as services see them."""
        return Viewer(clinic_id=self.clinic_id, staff_id=self.staff[email], roles=frozenset({role}))


def make_clinic(session: Session, now: datetime, password: str | None = PASSWORD) -> Made:
    """Write the clinic, its people, resources, visit types and protocols, by the services of the product.

    Without a password nobody can sign in: where nobody has to, ten of them need not be hashed.
    """
    made = Made(done(open_clinic(session, NewClinic(NAME, ZONE, TELEPHONE, SHORT_NAME), now=now)))
    session.get_one(Clinic, made.clinic_id).is_demo = True
    by = Viewer(clinic_id=made.clinic_id, actor="command line")
    for email, name, role, kind in STAFF:
        added = done(add_staff(session, NewStaff(email, frozenset({role}), name, password), by=by, now=now))
        made.staff[email] = added.staff_id
        if kind:
            details = ResourceDetails(kind, name.split(",")[0], 4 if kind == "nurse" else 1, added.staff_id)
            done(add_resource(session, details, by=by, now=now))
    week = {day: [(time(8), time(18))] for day in range(5)} | {5: [(time(9), time(14))]}
    done(set_opening_hours(session, week, by=by, now=now))
    for number in range(1, 7):
        done(add_resource(session, ResourceDetails("chair", f"Chair {number}"), by=by, now=now))
    done(add_resource(session, ResourceDetails("consulting room", "Room A"), by=by, now=now))
    for details in VISIT_TYPES:
        done(add_visit_type(session, details, by=by, now=now))
    done(change_settings(session, SETTINGS, by=by, now=now))
    for email in ON_CALL:
        done(put_on_call(session, PutOnCall(made.staff[email], Ways(by_email=True)), by=by, now=now))
    _close(session, made, now)
    _adopt(session, made, by, now)
    return made


def _close(session: Session, made: Made, now: datetime) -> None:
    """Shut on the holidays on which the house does not work, from the year it opened to the year after the next."""
    by = Viewer(clinic_id=made.clinic_id, actor="command line")
    years = range(now.year, now.year + 3)
    days = tuple(one for year in years for one in public_holidays("US", STATE, year) if one.name in SHUT_ON)
    done(close_holidays(session, CloseHolidays(STATE, days), by=by, now=now))


def _adopt(session: Session, made: Made, by: Viewer, now: datetime) -> None:
    codes = {row.name: row.code for row in session.scalars(
        select(VisitType).where(VisitType.clinic_id == made.clinic_id))}
    types = VisitTypes(codes["Infusion"], codes["Therapy"], codes["Therapy"], codes["Therapy"])
    preparation = Preparation(count=1, lead_min_days=1, lead_max_days=7)
    for short, published, name, integration in (
            ("twice", "elekt_d_2023", "Twice a week, three weeks", Integration("integ_24_72", None, 24, 72)),
            ("thrice", "shiroma_2014", "Three times a week, two weeks", Integration("integ_24_72", (2, 4, 6), 24, 72)),
            ("alone", "shiroma_2014", "Three times a week, without therapy", None)):
        settings = ProtocolSettings(
            minus_days=1, plus_days=2, observation_minutes=60, visit_types=types,
            preparation=preparation if integration else Preparation(count=0), integration=integration, note=NOTE)
        made.protocols[short] = done(adopt_protocol(session, Adoption(published, name, settings), by=by, now=now))
    for short, published, name, gate, note in GATES:
        settings = ProtocolSettings(
            minus_days=1, plus_days=2, observation_minutes=60, visit_types=types, preparation=Preparation(count=0),
            gate=gate, note=note)
        made.protocols[short] = done(adopt_protocol(session, Adoption(published, name, settings), by=by, now=now))
