"""Settings of a protocol that cannot be meant: negative days, windows that close before they open, and the like."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.planning.protocol_settings import Wrong, published_observation_minutes
from scheduler.planning.protocols import (
    AdoptedProtocol,
    Integration,
    Preparation,
    ProtocolSettings,
    ResponseGate,
    Schedule,
    TherapyCourse,
)


def wrong_settings(adopted: AdoptedProtocol) -> tuple[Wrong, ...]:
    """Every setting that contradicts another one or the published schedule; what is unset is not wrong."""
    return tuple(Wrong(setting, sentence) for setting, sentence in _wrong(adopted))


def _wrong(adopted: AdoptedProtocol) -> Iterator[tuple[str, str]]:
    published, settings = adopted.published, adopted.settings
    for setting, number in _numbers(settings):
        if number is not None and number < 0:
            yield setting, f"This cannot be less than 0; it is {number}."
    yield from _wrong_infusions(adopted)
    least = published_observation_minutes(published)
    if least is not None and settings.observation_minutes is not None and settings.observation_minutes < least:
        yield "observation_minutes", f"The source asks for at least {least} minutes of observation."
    yield from _wrong_preparation(settings.preparation)
    if settings.integration is not None:
        yield from _wrong_integration(settings.integration, published.schedule, settings.plus_days, adopted.most)
    if settings.course is not None:
        yield from _wrong_course(settings.course)
    if settings.gate is not None:
        yield from _wrong_gate(settings.gate, adopted.most)


def _numbers(settings: ProtocolSettings) -> Iterator[tuple[str, int | None]]:
    for name in ("minus_days", "plus_days", "observation_minutes"):
        yield name, getattr(settings, name)
    for part in ("preparation", "integration", "course", "gate"):
        chosen = getattr(settings, part)
        for name, number in vars(chosen).items() if chosen else ():
            if isinstance(number, int):
                yield f"{part}.{name}", number


def _wrong_infusions(adopted: AdoptedProtocol) -> Iterator[tuple[str, str]]:
    schedule, settings = adopted.published.schedule, adopted.settings
    if not 1 <= adopted.most <= schedule.most:
        yield "most", f"The schedule gives days for 1 to {schedule.most} infusions; {adopted.most} is outside."
    if not 1 <= adopted.fewest <= adopted.most:
        yield "fewest", f"The fewest infusions must be from 1 to {adopted.most}; {adopted.fewest} is outside."
    shortest = min(schedule.gaps, default=None)
    if shortest is not None and settings.minus_days is not None and settings.minus_days >= shortest:
        yield "minus_days", (
            f"With {settings.minus_days} days early, two infusions could fall on one day: "
            f"the shortest gap of this schedule is {shortest} days."
        )


def _wrong_preparation(preparation: Preparation) -> Iterator[tuple[str, str]]:
    count, low, high = preparation.count, preparation.lead_min_days, preparation.lead_max_days
    if not count or low is None or high is None:
        return
    if high < low:
        yield "preparation.lead_max_days", f"The first session cannot lie nearer to the infusion than the last ({low})."
    elif (count - 1) * (preparation.apart_min_days or 0) > high - low:
        yield "preparation.lead_max_days", (
            f"{count} sessions {preparation.apart_min_days} days apart do not fit between {high} and {low} days before."
        )


def _wrong_integration(
    integration: Integration, schedule: Schedule, plus_days: int | None, most: int
) -> Iterator[tuple[str, str]]:
    opens, closes, after = integration.opens_hours, integration.closes_hours, integration.after
    if opens is not None and closes is not None and closes < opens:
        yield "integration.closes_hours", f"The window closes at {closes} hours, before it opens at {opens}."
    if after is not None and (not after or list(after) != sorted(set(after)) or after[0] < 1 or after[-1] > most):
        yield "integration.after", f"Name infusions from 1 to {most}, each once, in order."
    elif opens is not None and plus_days is not None:
        for number in after or range(1, len(schedule.gaps) + 1):
            if number <= len(schedule.gaps) and opens >= 24 * (schedule.gaps[number - 1] + plus_days + 1):
                yield "integration.opens_hours", (
                    f"{opens} hours after infusion {number} the next infusion has always been given already."
                )
                return


def _wrong_gate(gate: ResponseGate, most: int) -> Iterator[tuple[str, str]]:
    after = gate.after
    if not after or list(after) != sorted(set(after)) or after[0] < 1 or after[-1] >= most:
        yield "gate.after", f"Name infusions from 1 to {most - 1}, each once, in order: behind the last nothing waits."
    if gate.warn_hours is not None and gate.decide_hours is None:
        yield "gate.warn_hours", "A warning needs a deadline to warn of. Set the deadline, or leave both empty."


def _wrong_course(course: TherapyCourse) -> Iterator[tuple[str, str]]:
    if course.sessions < 1 or course.weeks < 1:
        yield "course.sessions", "A course has at least one session and one week."
    for name, low, high in (
        ("first", course.first_min_days, course.first_max_days),
        ("apart", course.apart_min_days, course.apart_max_days),
    ):
        if low is not None and high is not None and high < low:
            yield f"course.{name}_max_days", f"At most {high} days is less than at least {low} days."
    if course.apart_min_days is not None and (course.sessions - 1) * course.apart_min_days > 7 * course.weeks:
        yield "course.apart_min_days", (
            f"{course.sessions} sessions {course.apart_min_days} days apart do not fit into {course.weeks} weeks."
        )
