"""Whatever rules a clinic makes: caps, quiet hours and deadlines hold, and nothing is said by what does not go out."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.planning.lifecycle import MessageState
from scheduler.planning.reminder_rules import DEFAULT_RULES, Caps
from scheduler.planning.reminders import STANDING, Recipient, VisitFacts, owed
from scheduler.planning.rule_documents import MODELS, from_document, to_document, wrong_in
from scheduler.planning.sending_hours import SendingHours
from scheduler.planning.words import Channel, MessageKind, Timing, VisitKind

EMAIL, TEXT = Channel.EMAIL, Channel.TEXT
NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)
ZONES = ("America/New_York", "America/Los_Angeles", "Pacific/Honolulu")
ORDERS = ((EMAIL,), (TEXT,), (EMAIL, TEXT), (TEXT, EMAIL))


@st.composite
def rule(draw, number: int):
    """A rule that a clinic could save."""
    kind = draw(st.sampled_from(sorted(MODELS)))
    after = kind == MessageKind.AFTER_VISIT
    how = draw(st.sampled_from((Timing.DAYS, Timing.HOURS)))
    count = draw(st.integers(0, 12) if how == Timing.DAYS else st.integers(1, 200))
    useful = draw(st.integers(1, 400)) * (1 if after else -1)
    document = to_document(MODELS[kind]) | {
        "kind": str(kind), "name": f"Rule {number}", "how": str(how), "count": count if after else -count,
        "at": draw(st.sampled_from((None, "06:00", "08:00", "18:00", "21:30"))) if how == Timing.DAYS else None,
        "channels": [str(one) for one in draw(st.sampled_from(ORDERS))], "condition": "always", "active": True,
        "visits": [str(VisitKind.INFUSION), str(VisitKind.THERAPY)], "useful_hours": useful}
    made = from_document(f"own-{number}", document)
    return None if any(wrong_in(made)) else made


@st.composite
def scene(draw):
    """Some rules, a patient, and visits."""
    own = [made for number in range(draw(st.integers(1, 6))) if (made := draw(rule(number))) is not None]
    quiet = draw(st.sampled_from(((None, None), (time(12), time(14)), (time(17), time(10)))))
    recipient = Recipient(
        SendingHours(ZoneInfo(draw(st.sampled_from(ZONES))), quiet_from=quiet[0], quiet_until=quiet[1]),
        draw(st.sampled_from(ORDERS)), caps=draw(st.sampled_from((Caps(), Caps(1, 2), Caps(2, 6, True)))),
        texts=tuple(NOW + timedelta(days=day) for day in draw(st.lists(st.integers(0, 20), max_size=3, unique=True))))
    visits = [VisitFacts(number, draw(st.sampled_from((VisitKind.INFUSION, VisitKind.THERAPY))),
                         NOW + timedelta(days=draw(st.integers(0, 25)), hours=draw(st.integers(1, 8))))
              for number in range(draw(st.integers(1, 8)))]
    return (*DEFAULT_RULES, *own), recipient, visits


@settings(max_examples=120, deadline=None, derandomize=True)
@given(scene())
def test_caps_hours_and_deadlines_hold_with_any_set_of_rules(made) -> None:
    rules, recipient, visits = made
    plan = owed(visits, recipient, NOW, rules=rules)
    going = [one for one in plan if one.state in STANDING and one.channel in recipient.channels]
    hours, caps = recipient.hours, recipient.caps
    days = [hours.local_date(one.due_at) for one in going if one.channel == TEXT]
    had = [hours.local_date(text) for text in recipient.texts]
    for day in set(days):
        before = had.count(day)
        assert days.count(day) + before <= max(caps.a_day, before)
        for first in (day - timedelta(days=back) for back in range(7)):
            inside = [other for other in days + had if 0 <= (other - first).days < 7]
            already = [other for other in had if 0 <= (other - first).days < 7]
            assert len(inside) <= max(caps.a_week, len(already))
    for one in going:
        assert hours.allows(one.due_at), "nothing is planned for quiet hours"
        assert NOW <= one.due_at < one.expires_at
    by_key = {(one.rule, one.visit): one for one in plan}
    assert len(by_key) == len(plan), "a rule owes a visit one message"
    for one in plan:
        if one.state == MessageState.MERGED:
            assert by_key[one.merged_into].state in STANDING, "it is said by something that goes out"
        elif one.state == MessageState.SKIPPED:
            assert one.reason
