"""What the administrator does in a simulated year: changes rules of sending, which plans anew what has not gone out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.commands.simulated.world import ADMIN, World
from scheduler.planning.reminder_rules import ONE_DAY, WEEK_BEFORE
from scheduler.planning.rule_documents import to_document
from scheduler.queries.message_rules import rule_versions
from scheduler.services.message_rules import ChangeRule, RuleChanged, change_rule, reset_rule


class Rules:
    """The rules of a year."""

    def __init__(self, world: World) -> None:
        self._world = world

    def week_before(self) -> bool:
        """Switch on what is shipped switched off."""
        return self._change(WEEK_BEFORE.id, {**to_document(WEEK_BEFORE), "active": True})

    def evening(self) -> bool:
        """Remind in the evening."""
        return self._change(ONE_DAY.id, {**to_document(ONE_DAY), "at": "19:30"})

    def as_shipped(self) -> bool:
        """And at the visit's own hour again."""
        with self._world.database.writing() as session:
            return self._counted(reset_rule(session, ONE_DAY.id, by=self._world.by(ADMIN), now=self._world.clock))

    def _change(self, rule_id: str, document: Mapping[str, Any]) -> bool:
        by = self._world.by(ADMIN)
        with self._world.database.writing() as session:
            newest = max(rule_versions(session, by.clinic_id, rule_id), default=0)
            return self._counted(change_rule(session, ChangeRule(rule_id, document, newest), by=by,
                                             now=self._world.clock))

    def _counted(self, result: object) -> bool:
        if not isinstance(result, RuleChanged):
            raise RuntimeError(f"the rule was not changed: {getattr(result, 'sentence', result)}")
        self._world.done["rules changed"] += 1
        self._world.done["messages planned anew"] += result.messages.whole
        return True
