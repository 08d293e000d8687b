"""The furniture of the pages renders, and offers only what the viewer may do."""

from __future__ import annotations

import re

import pytest

from scheduler.planning.lifecycle import AppointmentStatus, MessageState, SeriesStatus
from scheduler.planning.words import Role
from scheduler.web.assets import NODE_MODULES, ROOT, STATIC, VENDOR
from scheduler.web.navigation import PLACES, is_here, offered
from scheduler.web.said import read_flash, say
from scheduler.web.statuses import LOOKS
from tests.web.showroom import showroom, viewer_as

HOOKS = {
    "plain", "patient-call", "strip-date", "strip-mark--infusion", "strip-mark--booked", "idle", "course", "shelves",
    "grade", "course-past", "course-what", "msg-words", "picks", "times"}
"""Names that pages and scripts hold on to, without a style of their own."""


def test_every_status_has_a_word_an_icon_and_a_tone():
    assert set(LOOKS) == {*AppointmentStatus, *SeriesStatus, *MessageState}
    assert all(look.word and look.icon and look.tone for look in LOOKS.values())


def test_a_place_is_offered_only_where_the_app_has_it_and_the_viewer_may():
    calendar = next(place for place in PLACES if place.label == "Calendar")
    admin = next(place for place in PLACES if place.label == "Admin")
    everything = {place.endpoint: len for place in PLACES}
    assert offered(calendar, viewer_as(Role.FRONT_DESK), everything)
    assert not offered(calendar, viewer_as(Role.FRONT_DESK), {})
    assert not offered(admin, viewer_as(Role.FRONT_DESK), everything)
    assert offered(admin, viewer_as(Role.ADMINISTRATOR), everything)
    assert not offered(calendar, None, everything)


@pytest.mark.parametrize("path, status", [("/nowhere", 404), ("/vendor/package.json", 404), ("/vendor/htmx.js", 200)])
def test_only_chosen_vendor_files_are_served(path: str, status: int):
    assert showroom().test_client().get(path).status_code == status


def test_an_error_page_says_what_to_do():
    page = showroom().test_client().get("/nowhere").text
    assert "There is nothing here" in page
    assert "Check the address" in page


def test_a_library_s_flash_is_read_with_our_tones():
    assert read_flash("error", "Wrong password.").tone == "stop"
    assert read_flash("success", "Signed in.").tone == "ready"
    assert read_flash("odd", "Hm.").tone == "waiting"


def test_an_unknown_tone_is_refused():
    with pytest.raises(ValueError, match="tone 'loud'"):
        say("Hello.", tone="loud")


def test_every_class_in_a_template_has_a_style():
    ours = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    sheets = ours + (NODE_MODULES / VENDOR["bootstrap.css"]).read_text()
    known = set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", sheets)) | HOOKS
    unknown = {}
    for path in (ROOT / "templates").rglob("*.html"):
        if path.parent.name == "letters":
            continue
        page = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "\0", path.read_text(), flags=re.S)
        for value in re.findall(r'\bclass_?="([^"]*)"', page):
            words = [word for word in value.split() if "\0" not in word]
            unknown.update({word: path.name for word in words if word not in known})
    assert unknown == {}, "give them a style in leafout.css, or name them in HOOKS"


@pytest.mark.parametrize("endpoint, label", [
    ("desk.patient", "Patients"), ("desk.series_stop", "Patients"), ("desk.calendar_week", "Calendar"),
    ("desk.appointment", "Calendar"), ("admin.staff", "Admin"), (None, None), ("auth.home", None)])
def test_the_top_bar_marks_the_place_of_a_page(endpoint: str | None, label: str | None):
    assert [place.label for place in PLACES if is_here(place, endpoint)] == ([label] if label else [])
