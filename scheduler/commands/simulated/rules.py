"""What the administrator does in a simulated year: changes rules of sending, which plans anew what has not gone out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.commands.simulated.world import ADMIN, World
from scheduler.planning.reminder_rules import ONE_DAY, PREPARATION, THREE_DAYS, WEEK_BEFORE, ReminderRule
from scheduler.planning.rule_documents import is_own, to_document
from scheduler.queries.message_rules import removed_rules, rule_versions, rules_of
from scheduler.services.messages.message_rules import (
    AddRule,
    ChangeRule,
    RuleChanged,
    TakeRuleBack,
    add_rule,
    change_rule,
    remove_rule,
    reset_rule,
    take_rule_back,
)


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

    def text_ahead(self) -> bool:
        """A rule of the clinic's own: a further reminder, by text first."""
        return self._add(THREE_DAYS, name="Five days ahead", count=-5, useful_hours=-72, channels=["text", "email"])

    def early_instructions(self) -> bool:
        """Another one, whose own hour lies at night."""
        return self._add(PREPARATION, name="Getting ready early", count=-2, at="06:30", useful_hours=-30)

    def remove(self) -> bool:
        """Remove the newest of them."""
        with self._world.database.writing() as session:
            newest = [rule.id for rule in rules_of(session, self._world.made.clinic_id) if is_own(rule.id)][-1]
            return self._counted(remove_rule(session, newest, by=self._world.by(ADMIN), now=self._world.clock))

    def bring_back(self) -> bool:
        """And bring it back."""
        with self._world.database.writing() as session:
            gone = removed_rules(session, self._world.made.clinic_id)[0]
            return self._counted(take_rule_back(session, TakeRuleBack(gone.rule.id, gone.version),
                                                by=self._world.by(ADMIN), now=self._world.clock))

    def _add(self, model: ReminderRule, **values: Any) -> bool:
        document = {**to_document(model), "kind": str(model.kind), "active": True, **values}
        with self._world.database.writing() as session:
            return self._counted(add_rule(session, AddRule(document), by=self._world.by(ADMIN), now=self._world.clock))

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
