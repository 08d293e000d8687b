"""Where one can go: the places of the top bar, who may go there, and the key that leads there after `g`.

A place whose endpoint the app does not have, or whose permission the viewer lacks, is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import current_app, request, url_for

from scheduler.access import Permission as P
from scheduler.access import Viewer


@dataclass(frozen=True)
class Place:
    """One entry: its word, its endpoint, the permission it asks, and its key (after `g`, or alone)."""

    label: str
    endpoint: str
    permission: P
    key: str
    room: tuple[str, ...] = ()
    """How the endpoints of the pages that belong to this place begin, besides its own."""


PLACES = (
    Place("Today", "desk.today", P.BOOK, "t"),
    Place("My day", "clinician.my_day", P.RECORD_CARE, "d", ("clinician.",)),
    Place("Calendar", "desk.calendar", P.SEE_CALENDAR, "c", ("desk.appointment",)),
    Place("Patients", "desk.patients", P.SEE_PATIENTS, "p", ("desk.patient", "desk.series", "desk.import")),
    Place("Worklists", "desk.worklists", P.SEE_MESSAGES, "w", ("desk.message", "desk.out", "desk.request")),
    Place("Admin", "admin.home", P.ADMINISTER, "a", ("admin.",)),
)
SEARCH = Place("Find a patient", "desk.patients", P.SEE_PATIENTS, "/")
NEW_SERIES = Place("New series", "desk.new_series", P.BOOK, "n")
HOME = Place("Home", "auth.home", P.SIGNED_IN, "h")
SIGN_OUT = "security.logout"


@dataclass(frozen=True)
class Link:
    """One place as the page shows it."""

    label: str
    url: str
    key: str
    current: bool


@dataclass(frozen=True)
class Navigation:
    """Everything the top bar offers this viewer; what is None or empty is not shown."""

    places: tuple[Link, ...]
    search: Link | None
    new_series: Link | None
    home: str
    sign_out: str | None


def offered(place: Place, viewer: Viewer | None, views: Mapping[str, Callable]) -> bool:
    """Whether a viewer is shown a place in an app with these views; what the view itself asks counts as well."""
    if viewer is None or place.endpoint not in views or not viewer.may(place.permission):
        return False
    return viewer.may(getattr(views[place.endpoint], "needed_permission", place.permission))


def is_here(place: Place, current: str | None) -> bool:
    """Whether the page at hand belongs to a place: by the beginning of its endpoint."""
    return current is not None and current.startswith((place.endpoint, *place.room))


def navigation(viewer: Viewer | None) -> Navigation:
    """What the top bar offers this viewer in this app; a place with parameters cannot be one."""
    views = current_app.view_functions

    def link(place: Place) -> Link | None:
        if not offered(place, viewer, views):
            return None
        return Link(place.label, url_for(place.endpoint), place.key, is_here(place, request.endpoint))

    home = link(HOME)
    return Navigation(
        places=tuple(found for found in map(link, PLACES) if found),
        search=link(SEARCH),
        new_series=link(NEW_SERIES),
        home=home.url if home else "/",
        sign_out=url_for(SIGN_OUT) if viewer is not None and SIGN_OUT in views else None,
    )
