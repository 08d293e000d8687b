"""What a clinic must set before a protocol can be booked, and which settings contradict each other or the source.

No source states how far an infusion may lie from its day, how long a patient is observed after an intravenous infusion,
how many preparation sessions there are, or on which days therapy lies. Those are named here one by one, in sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduler.planning.protocols import (
    AdoptedProtocol,
    CourseStart,
    Grade,
    Integration,
    PairingKind,
    ProtocolSettings,
    PublishedPairing,
    PublishedProtocol,
    TherapyCourse,
)

OBSERVATION = "observation_minutes"


@dataclass(frozen=True)
class Missing:
    """A setting that only the clinic can decide. `setting` is its place in the settings, as in "preparation.count"."""

    setting: str
    sentence: str


@dataclass(frozen=True)
class Wrong:
    """A setting that cannot be meant."""

    setting: str
    sentence: str


def published_observation_minutes(published: PublishedProtocol) -> int | None:
    """The least observation after each treatment that a source states (S), or None."""
    facts = [fact for fact in published.facts if fact.name == OBSERVATION and fact.grade == Grade.SEEN]
    return int(facts[0].value[0]) if facts else None


def observation_minutes(adopted: AdoptedProtocol) -> int | None:
    """The minutes of observation that the clinic set, else those a source states, else None."""
    own = adopted.settings.observation_minutes
    return published_observation_minutes(adopted.published) if own is None else own


def first_settings(published: PublishedProtocol, pairings: Iterable[PublishedPairing] = ()) -> ProtocolSettings:
    """Where a clinic begins: everything unset, but for therapy published (S) together with this schedule."""
    for pairing in pairings:
        together = pairing.id in published.pairings and pairing.grade == Grade.SEEN
        if together and pairing.kind == PairingKind.COURSE:
            return ProtocolSettings(course=course_from(pairing))
    return ProtocolSettings()


def integration_from(pairing: PublishedPairing, most: int) -> Integration:
    """An integration setting from a published pairing, for up to `most` infusions."""
    after = list(pairing.after)
    while after and pairing.then_every and after[-1] + pairing.then_every <= most:
        after.append(after[-1] + pairing.then_every)
    return Integration(pairing.id, tuple(after) or None, pairing.opens_hours, pairing.closes_hours)


def course_from(pairing: PublishedPairing) -> TherapyCourse:
    """A therapy course setting from a published pairing; its days stay the clinic's to set."""
    if pairing.sessions is None or pairing.weeks is None or pairing.start is None:
        raise ValueError(f"{pairing.id} is not a course of sessions")
    return TherapyCourse(pairing.id, pairing.sessions, pairing.weeks, pairing.start)


def missing_settings(published: PublishedProtocol, settings: ProtocolSettings) -> tuple[Missing, ...]:
    """Every setting that must be decided before this protocol can be booked, in the order a form would ask."""
    return tuple(Missing(setting, sentence) for setting, sentence in _missing(published, settings))


def _missing(published: PublishedProtocol, settings: ProtocolSettings) -> Iterator[tuple[str, str]]:
    tail = "No source states it; the clinic decides."
    if settings.minus_days is None:
        yield "minus_days", f"Set how many days early an infusion may be given. {tail}"
    if settings.plus_days is None:
        yield "plus_days", f"Set how many days late an infusion may be given. {tail}"
    if settings.observation_minutes is None and published_observation_minutes(published) is None:
        yield OBSERVATION, f"Set how many minutes a patient is observed after an infusion. {tail}"
    if settings.visit_types.infusion is None:
        yield "visit_types.infusion", "Choose the visit type of an infusion."
    yield from _missing_preparation(settings)
    yield from _missing_integration(settings)
    yield from _missing_course(settings)


def _missing_preparation(settings: ProtocolSettings) -> Iterator[tuple[str, str]]:
    preparation, what = settings.preparation, "before the first infusion"
    if preparation.count is None:
        yield "preparation.count", f"Set how many preparation sessions come {what}; 0 is an answer."
    if not preparation.count:
        return
    if settings.visit_types.preparation is None:
        yield "visit_types.preparation", "Choose the visit type of a preparation session."
    if preparation.lead_min_days is None:
        yield "preparation.lead_min_days", f"Set how many days {what} the last preparation session is at the latest."
    if preparation.lead_max_days is None:
        yield "preparation.lead_max_days", f"Set how many days {what} the first preparation session is at the earliest."
    if preparation.count > 1 and preparation.apart_min_days is None:
        yield "preparation.apart_min_days", "Set how many days lie at least between two preparation sessions."


def _missing_integration(settings: ProtocolSettings) -> Iterator[tuple[str, str]]:
    if settings.integration is None:
        return
    if settings.visit_types.integration is None:
        yield "visit_types.integration", "Choose the visit type of an integration session."
    if settings.integration.opens_hours is None:
        yield "integration.opens_hours", "Set how many hours after an infusion its integration session may begin."
    if settings.integration.closes_hours is None:
        yield "integration.closes_hours", "Set how many hours after an infusion that session begins at the latest."


def _missing_course(settings: ProtocolSettings) -> Iterator[tuple[str, str]]:
    course = settings.course
    if course is None:
        return
    anchor = "first" if course.start == CourseStart.WITH_FIRST else "last"
    if settings.visit_types.course is None:
        yield "visit_types.course", "Choose the visit type of a session of the therapy course."
    if course.first_min_days is None:
        yield "course.first_min_days", f"Set how many days after the {anchor} infusion the therapy course may begin."
    if course.first_max_days is None:
        yield "course.first_max_days", f"Set how many days after the {anchor} infusion the course begins at the latest."
    if course.apart_min_days is None:
        yield "course.apart_min_days", "Set how many days lie at least between two sessions of the therapy course."
    if course.apart_max_days is None:
        yield "course.apart_max_days", "Set how many days lie at most between two sessions of the therapy course."
