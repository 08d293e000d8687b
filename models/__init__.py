"""Facts: every table of the house (what is stored), and nothing about what is done with it."""

from models.account import Account
from models.appointment import Appointment, Claim, Hold
from models.appointment_request import AppointmentRequest, RequestMove, RequestPage
from models.audit import AuditEntry
from models.base import Base
from models.batch import Batch, BatchPart
from models.call import Call
from models.change import Change, RuleOverride
from models.clinic import Clinic, Closure, OpeningHours
from models.gate import Gate
from models.heartbeat import Heartbeat
from models.inbound import InboundText, Notice, OnCall
from models.letter import LetterVersion
from models.message import HandWritten, Message, MessageMove, PatientLink
from models.message_rule import MessageRule
from models.opt_out import OptOut
from models.patient import Consent, Patient
from models.patient_import import PatientImport, PatientImportRow, PatientSource
from models.protocol import Protocol, ProtocolVersion
from models.question import Question
from models.record import InfusionRecord, TherapySession
from models.resource import Resource, ResourceHours, TimeOff
from models.ride_home import RideHome
from models.series import Order, Series
from models.staff import Membership, StaffMember
from models.told_visit import ToldVisit
from models.visit_type import Phase, VisitKind, VisitType
from models.waitlist import Offer, Opening, WaitlistEntry

__all__ = [
    "Account", "Appointment", "AppointmentRequest", "AuditEntry", "Base", "Batch", "BatchPart", "Call", "Change",
    "Claim", "Clinic", "Closure", "Consent", "Gate", "HandWritten", "Heartbeat", "Hold", "InboundText",
    "InfusionRecord", "LetterVersion", "Membership", "Message", "MessageMove", "MessageRule", "Notice", "Offer",
    "OnCall", "Opening", "OpeningHours", "OptOut", "Order", "Patient", "PatientImport", "PatientImportRow",
    "PatientLink", "PatientSource", "Phase", "Protocol", "ProtocolVersion", "Question", "RequestMove", "RequestPage",
    "Resource", "ResourceHours", "RideHome", "RuleOverride", "Series", "StaffMember", "TherapySession", "TimeOff",
    "ToldVisit", "VisitKind", "VisitType", "WaitlistEntry",
]
