"""The gallery in Chromium, light and dark, wide and narrow: axe, the content policy, the keyboard, and 320 px."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from scheduler.planning.words import Role
from scheduler.web import navigation
from scheduler.web.assets import NODE_MODULES
from scheduler.web.gallery import gallery
from tests.journeys.stage import Stage, Tabs
from tests.web.showroom import showroom, viewer_as

AXE = NODE_MODULES / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def app() -> Flask:
    """The showroom, with a stand-in page for every place of the top bar."""
    made = showroom(viewer_as(*Role))
    made.register_blueprint(gallery)
    for place in (*navigation.PLACES, navigation.NEW_SERIES):
        made.add_url_rule(f"/stand-in/{place.label}", place.endpoint, lambda: "here")
    return made


@pytest.fixture
def page(app: Flask, stage: Stage, tabs: Tabs) -> Iterator[Page]:
    with stage.showing(app):
        opened = tabs.open({"width": 1280, "height": 900})
        opened.goto("/gallery")
        yield opened


@pytest.mark.parametrize("width, theme", [(1280, "light"), (1280, "dark"), (320, "light")])
def test_axe_finds_nothing(page: Page, tabs: Tabs, width: int, theme: str):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["impact"], one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert tabs.complaints == []


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_wider_than_the_page(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_telephone_each_week_has_a_line_of_its_own(page: Page):
    page.set_viewport_size({"width": 320, "height": 800})
    weeks = page.locator(".strip").first.locator(".strip-week")
    places = [weeks.nth(n).bounding_box() for n in range(weeks.count())]
    assert len({round(place["y"]) for place in places}) == len(places) == 5
    target = page.locator("a.strip-mark .strip-hit").first.bounding_box()
    assert target["width"] >= 40 and target["height"] >= 40


def test_the_marks_are_reached_by_keyboard_and_named(page: Page):
    mark = page.get_by_role("link", name="Infusion 1 of 6, given, Tue 5 Jan, 9:00 AM").first
    mark.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.querySelector('title').textContent") == (
        "Infusion 2 of 6, given, Thu 7 Jan, 9:00 AM, 2 days after the one before")


def test_the_keys_find_help_search_and_places(page: Page):
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("g c?")
    assert page.input_value("#find") == "g c?"
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/stand-in/Calendar")


def test_the_theme_is_switched_and_remembered(page: Page):
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Dark theme").click()
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(24, 23, 18)"
    page.reload()
    assert page.evaluate(ground) == "rgb(24, 23, 18)"


def test_a_note_can_be_dismissed(page: Page):
    notes = page.locator("[data-said]")
    before = notes.count()
    notes.first.get_by_role("button", name="Dismiss").click()
    assert notes.count() == before - 1


def test_a_part_that_cannot_be_fetched_says_so(page: Page):
    page.evaluate("htmx.ajax('GET', '/gallery/nowhere', {target: '#strip', swap: 'innerHTML'})")
    page.get_by_text("That did not work, and nothing was changed here.").wait_for()
    assert page.locator("#strip .strip").count() > 0


def test_a_form_is_sent_once(page: Page):
    stopped = page.evaluate("""() => {
        const stopped = [], form = document.querySelector("form.form");
        window.addEventListener("submit", (event) => { stopped.push(event.defaultPrevented); event.preventDefault(); });
        form.requestSubmit();
        form.requestSubmit();
        return stopped;
    }""")
    assert stopped == [False, True]


def test_print_is_black_on_white_without_the_bar(page: Page):
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.bsTheme === 'dark'")
    assert page.locator("header.bar").is_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.strip-shape')).stroke") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
