"""A clinic's rules of sending: the shipped ones with what the clinic has changed, and who changed it when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import MessageRule, StaffMember
from scheduler.planning.reminder_rules import DEFAULT_RULES, ReminderRule
from scheduler.planning.rule_documents import OWN, SHIPPED, from_document, is_own


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
        return self.rule == SHIPPED.get(self.rule.id)

    @property
    def own(self) -> bool:
        """Whether the clinic added it."""
        return is_own(self.rule.id)


@dataclass(frozen=True)
class RemovedRule:
    """A rule of the clinic's own that it removed; `version` is that of the removal."""

    rule: ReminderRule
    version: int


def rules_of(session: Session, clinic_id: int) -> tuple[ReminderRule, ...]:
    """The clinic's rules: the shipped ones in their order, then its own as they were added. One query."""
    documents = {row.rule: row.document for row in session.scalars(_newest(clinic_id))}
    return tuple(from_document(id_, documents.get(id_)) for id_ in _ids(documents))


def rule_rows(session: Session, clinic_id: int) -> tuple[RuleRow, ...]:
    """The same, with who changed each of them last. One query."""
    found = {row.rule: (row, name) for row, name in session.execute(
        _newest(clinic_id).add_columns(StaffMember.name).outerjoin(StaffMember, StaffMember.id == MessageRule.made_by))}
    return tuple(
        RuleRow(from_document(id_, found[id_][0].document), found[id_][0].version, found[id_][0].made_at,
                found[id_][1]) if id_ in found else RuleRow(SHIPPED[id_])
        for id_ in _ids({name: row.document for name, (row, _) in found.items()}))


def removed_rules(session: Session, clinic_id: int) -> tuple[RemovedRule, ...]:
    """The clinic's own rules that it removed, the newest first, as they last were. One query."""
    rows = session.scalars(select(MessageRule).where(
        MessageRule.clinic_id == clinic_id, MessageRule.rule.startswith(OWN)).order_by(MessageRule.id)).all()
    newest = {row.rule: row for row in rows}
    before = {row.rule: row.document for row in rows if row.document is not None}
    gone = sorted((row for row in newest.values() if row.document is None and row.rule in before),
                  key=lambda row: -row.id)
    return tuple(RemovedRule(from_document(row.rule, before[row.rule]), row.version) for row in gone)


def _ids(documents: Mapping[str, Any]) -> list[str]:
    own = [id_ for id_, document in documents.items() if is_own(id_) and document is not None]
    return [rule.id for rule in DEFAULT_RULES] + sorted(own, key=lambda id_: int(id_.removeprefix(OWN)))


def rule_versions(session: Session, clinic_id: int, rule_id: str) -> dict[int, dict[str, Any] | None]:
    """Every version of one rule's document by its number."""
    return {row.version: row.document for row in session.scalars(select(MessageRule).where(
        MessageRule.clinic_id == clinic_id, MessageRule.rule == rule_id).order_by(MessageRule.version))}


def _newest(clinic_id: int) -> Any:
    newest = (select(func.max(MessageRule.id)).where(MessageRule.clinic_id == clinic_id).group_by(MessageRule.rule))
    return select(MessageRule).where(MessageRule.id.in_(newest),
                                     MessageRule.rule.in_(SHIPPED) | MessageRule.rule.startswith(OWN))
