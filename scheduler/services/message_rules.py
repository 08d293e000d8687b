"""Change a rule of sending, put it back as shipped, or take the last change back; what is not sent yet follows."""

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
from scheduler.planning.rule_documents import SHIPPED, from_document, to_document, wrong_in
from scheduler.queries.message_rules import rule_versions, rules_of
from scheduler.services.audit import record
from scheduler.services.refusal import NotFound, Refused
from scheduler.services.replan_messages import Replanned, count_replanned, replan_messages
from scheduler.services.wrong_value import WrongValue


@dataclass(frozen=True)
class ChangeRule:
    """A rule as it is to be; `version` is the one that the page showed."""

    rule_id: str
    document: Mapping[str, Any]
    version: int


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


def change_rule(session: Session, command: ChangeRule, *, by: Viewer,
                now: datetime) -> RuleChanged | Refused | NotFound:
    """Write the next version of a rule and plan anew what has not been sent; the same as before changes nothing."""
    if command.rule_id not in SHIPPED:
        return NotFound("rule")
    wrong = tuple(WrongValue(one.field, one.sentence)
                  for one in wrong_in(from_document(command.rule_id, command.document)))
    if wrong:
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
    """The rules with one of them as it is to be."""
    return tuple(wanted if rule.id == wanted.id else rule for rule in rules)


def _write(session: Session, rule_id: str, document: Mapping[str, Any] | None, seen: int | None, verb: str,
           by: Viewer, now: datetime) -> RuleChanged | Refused:
    session.scalars(select(Clinic.id).where(Clinic.id == by.clinic_id).with_for_update()).one()
    versions = rule_versions(session, by.clinic_id, rule_id)
    newest = max(versions, default=0)
    if seen is not None and seen != newest:
        return Refused((ChangedMeanwhile(),))
    if document is not None and dict(document) == to_document(SHIPPED[rule_id]):
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
