"""Add a rule of sending, change it, remove it, put it back; what is not sent yet follows.

A shipped rule is switched off, never removed: somebody who looks for it finds it where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clinic, MessageRule
from scheduler.access import Viewer
from scheduler.planning.reminder_rules import ReminderRule
from scheduler.planning.rule_documents import MOST_OWN, OWN, SHIPPED, from_document, is_own, to_document, wrong_in
from scheduler.queries.message_rules import rule_versions, rules_of
from scheduler.services.audit import record
from scheduler.services.messages.replan_messages import Replanned, count_replanned, replan_messages
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.wrong_value import WrongValue


@dataclass(frozen=True)
class ChangeRule:
    """A rule as it is to be; `version` is the one that the page showed."""

    rule_id: str
    document: Mapping[str, Any]
    version: int


@dataclass(frozen=True)
class AddRule:
    """A rule of the clinic's own."""

    document: Mapping[str, Any]


@dataclass(frozen=True)
class TakeRuleBack:
    """The change that made `version` of a rule, to be undone."""

    rule_id: str
    version: int


@dataclass(frozen=True)
class RuleChanged:
    """The new version, and what became of planned messages."""

    rule_id: str
    version: int
    messages: Replanned


@dataclass(frozen=True)
class ChangedMeanwhile:
    """Somebody else was quicker."""

    sentence: str = "Somebody has changed this rule meanwhile. Look at it as it is now, and change it again."


@dataclass(frozen=True)
class EnoughRules:
    """More would only be noise."""

    sentence: str = f"There are {MOST_OWN} rules of your own already. Remove one that you do not need."


def add_rule(session: Session, command: AddRule, *, by: Viewer, now: datetime) -> RuleChanged | Refused:
    """Add a rule of the clinic's own, and owe what it says of every visit to come."""
    session.scalars(select(Clinic.id).where(Clinic.id == by.clinic_id).with_for_update()).one()
    used = session.scalars(select(MessageRule.rule).distinct().where(
        MessageRule.clinic_id == by.clinic_id, MessageRule.rule.startswith(OWN))).all()
    rule_id = f"{OWN}{max((int(one.removeprefix(OWN)) for one in used), default=0) + 1}"
    if wrong := _wrong(rule_id, command.document):
        return Refused(wrong)
    if sum(is_own(rule.id) for rule in rules_of(session, by.clinic_id)) >= MOST_OWN:
        return Refused((EnoughRules(),))
    return _write(session, rule_id, command.document, 0, "add", by, now)


def remove_rule(session: Session, rule_id: str, *, by: Viewer, now: datetime) -> RuleChanged | Refused | NotFound:
    """Remove a rule of the clinic's own; what it had planned is withdrawn. `take_rule_back` brings it back."""
    if not is_own(rule_id) or rule_id not in {rule.id for rule in rules_of(session, by.clinic_id)}:
        return NotFound("rule")
    return _write(session, rule_id, None, None, "remove", by, now)


def change_rule(session: Session, command: ChangeRule, *, by: Viewer,
                now: datetime) -> RuleChanged | Refused | NotFound:
    """Write the next version of a rule and plan anew what has not been sent; the same as before changes nothing."""
    if command.rule_id not in {rule.id for rule in rules_of(session, by.clinic_id)}:
        return NotFound("rule")
    if wrong := _wrong(command.rule_id, command.document):
        return Refused(wrong)
    return _write(session, command.rule_id, command.document, command.version, "change", by, now)


def reset_rule(session: Session, rule_id: str, *, by: Viewer, now: datetime) -> RuleChanged | Refused | NotFound:
    """Put a rule back as it was shipped."""
    if rule_id not in SHIPPED:
        return NotFound("rule")
    return _write(session, rule_id, None, None, "reset", by, now)


def take_rule_back(session: Session, command: TakeRuleBack, *, by: Viewer,
                   now: datetime) -> RuleChanged | Refused | NotFound:
    """Put a rule back as it was before its newest version; refused where that is not the newest any more."""
    versions = rule_versions(session, by.clinic_id, command.rule_id)
    if command.version not in versions:
        return NotFound("change")
    return _write(session, command.rule_id, versions.get(command.version - 1), command.version, "take back", by, now)


def count_change(session: Session, command: ChangeRule, *, by: Viewer, now: datetime) -> Replanned:
    """What the change would do to planned messages; nothing is written."""
    wanted = from_document(command.rule_id, command.document)
    return count_replanned(session, by.clinic_id, with_rule(rules_of(session, by.clinic_id), wanted), now=now)


def with_rule(rules: tuple[ReminderRule, ...], wanted: ReminderRule) -> tuple[ReminderRule, ...]:
    """The rules with one of them as it is to be, or one more."""
    if wanted.id not in {rule.id for rule in rules}:
        return (*rules, wanted)
    return tuple(wanted if rule.id == wanted.id else rule for rule in rules)


def _wrong(rule_id: str, document: Mapping[str, Any]) -> tuple[WrongValue, ...]:
    return tuple(WrongValue(one.field, one.sentence) for one in wrong_in(from_document(rule_id, document)))


def _write(session: Session, rule_id: str, document: Mapping[str, Any] | None, seen: int | None, verb: str,
           by: Viewer, now: datetime) -> RuleChanged | Refused:
    session.scalars(select(Clinic.id).where(Clinic.id == by.clinic_id).with_for_update()).one()
    versions = rule_versions(session, by.clinic_id, rule_id)
    newest = max(versions, default=0)
    if seen is not None and seen != newest:
        return Refused((ChangedMeanwhile(),))
    if document is not None and rule_id in SHIPPED and dict(document) == to_document(SHIPPED[rule_id]):
        document = None
    if document == versions.get(newest):
        return RuleChanged(rule_id, newest, Replanned())
    row = MessageRule(clinic_id=by.clinic_id, rule=rule_id, version=newest + 1, made_at=now, made_by=by.staff_id,
                      document=None if document is None else dict(document))
    session.add(row)
    session.flush()
    done = replan_messages(session, by.clinic_id, rules_of(session, by.clinic_id), now=now)
    record(session, by=by, verb=verb, subject="message rule", subject_id=row.id, now=now,
           detail={"rule": rule_id, "version": row.version, "before": versions.get(newest), "messages": done.whole})
    return RuleChanged(rule_id, row.version, done)
