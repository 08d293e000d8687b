"""A clinic's rules of sending: the shipped ones with what the clinic has changed, and who changed it when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import MessageRule, StaffMember
from scheduler.planning.reminder_rules import DEFAULT_RULES, ReminderRule
from scheduler.planning.rule_documents import SHIPPED, from_document


@dataclass(frozen=True)
class RuleRow:
    """One rule as it counts now; `version` 0 is as shipped and never touched."""

    rule: ReminderRule
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str | None = field(default=None, repr=False)

    @property
    def as_shipped(self) -> bool:
        """Whether it says what it said when it came."""
        return self.rule == SHIPPED[self.rule.id]


def rules_of(session: Session, clinic_id: int) -> tuple[ReminderRule, ...]:
    """The clinic's rules, in the order in which they are shipped. One query."""
    documents = {row.rule: row.document for row in session.scalars(_newest(clinic_id))}
    return tuple(from_document(rule.id, documents.get(rule.id)) for rule in DEFAULT_RULES)


def rule_rows(session: Session, clinic_id: int) -> tuple[RuleRow, ...]:
    """The same, with who changed each of them last. One query."""
    found = {row.rule: (row, name) for row, name in session.execute(
        _newest(clinic_id).add_columns(StaffMember.name).outerjoin(StaffMember, StaffMember.id == MessageRule.made_by))}
    return tuple(
        RuleRow(from_document(rule.id, found[rule.id][0].document), found[rule.id][0].version,
                found[rule.id][0].made_at, found[rule.id][1]) if rule.id in found else RuleRow(rule)
        for rule in DEFAULT_RULES)


def rule_versions(session: Session, clinic_id: int, rule_id: str) -> dict[int, dict[str, Any] | None]:
    """Every version of one rule's document by its number."""
    return {row.version: row.document for row in session.scalars(select(MessageRule).where(
        MessageRule.clinic_id == clinic_id, MessageRule.rule == rule_id).order_by(MessageRule.version))}


def _newest(clinic_id: int) -> Any:
    newest = (select(func.max(MessageRule.id)).where(MessageRule.clinic_id == clinic_id).group_by(MessageRule.rule))
    return select(MessageRule).where(MessageRule.id.in_(newest), MessageRule.rule.in_(SHIPPED))
