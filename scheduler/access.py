"""Who may do what: roles, permissions and who has which, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.planning.words import Role


class Permission(StrEnum):
    """One thing that can be allowed."""

    SEE_CALENDAR = "see the calendar"
    SEE_PATIENTS = "see patients"
    EDIT_PATIENTS = "edit patients"
    IMPORT_PATIENTS = "import patients"
    RECORD_ORDERS = "record orders"
    BOOK = "book and change visits"
    OVERRIDE_RULES = "set a protocol's rules aside"
    CHECK_IN = "check patients in"
    RECORD_CARE = "record infusions and sessions"
    DECIDE = "decide how a course goes on"
    SEE_CLINICAL = "see clinical notes"
    SEE_MESSAGES = "see messages"
    SEND_MESSAGES = "send messages"
    SEE_TO_REQUESTS = "see to requests for an appointment"
    SEE_FLAGS = "see and acknowledge crisis flags"
    ADMINISTER = "administer the clinic"
    SEE_AUDIT = "see the audit trail"
    SIGNED_IN = "be signed in"


P = Permission
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.FRONT_DESK: frozenset({
        P.SIGNED_IN, P.SEE_CALENDAR, P.SEE_PATIENTS, P.EDIT_PATIENTS, P.IMPORT_PATIENTS, P.RECORD_ORDERS, P.BOOK,
        P.CHECK_IN, P.SEE_MESSAGES, P.SEND_MESSAGES, P.SEE_TO_REQUESTS, P.SEE_FLAGS}),
    Role.CLINICIAN: frozenset({
        P.SIGNED_IN, P.SEE_CALENDAR, P.SEE_PATIENTS, P.RECORD_ORDERS, P.BOOK, P.OVERRIDE_RULES,
        P.CHECK_IN, P.RECORD_CARE, P.DECIDE, P.SEE_CLINICAL, P.SEE_MESSAGES,
        P.SEE_FLAGS}),
    Role.THERAPIST: frozenset({
        P.SIGNED_IN, P.SEE_CALENDAR, P.SEE_PATIENTS, P.CHECK_IN, P.RECORD_CARE, P.SEE_CLINICAL, P.SEE_FLAGS}),
    Role.ADMINISTRATOR: frozenset({
        P.SIGNED_IN, P.SEE_CALENDAR, P.SEE_PATIENTS, P.EDIT_PATIENTS, P.IMPORT_PATIENTS, P.SEE_MESSAGES,
        P.SEND_MESSAGES, P.SEE_TO_REQUESTS, P.SEE_FLAGS, P.ADMINISTER, P.SEE_AUDIT}),
}


@dataclass(frozen=True)
class Viewer:
    """Who asks: a staff member in one clinic, or (without `staff_id`) the clock, a command or a patient's link."""

    clinic_id: int
    staff_id: int | None = None
    roles: frozenset[Role] = frozenset()
    name: str = ""
    initials: str = ""
    actor: str = "staff"

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that any of the viewer's roles may do."""
        return frozenset().union(*(GRANTS[role] for role in self.roles))

    def may(self, permission: Permission | str) -> bool:
        """Whether one permission is among them."""
        return permission in self.permissions

    def __repr__(self) -> str:
        """Ids only."""
        return f"<Viewer staff={self.staff_id} clinic={self.clinic_id} {self.actor}>"
