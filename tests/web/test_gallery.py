"""The gallery shows every macro; it renders, it obeys the content policy, and a demo clinic alone has it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from flask import Flask, g

from scheduler.planning.words import Role
from scheduler.web.assets import ROOT
from scheduler.web.gallery import gallery
from tests.web.showroom import CLINIC, showroom, viewer_as


def app_with_gallery() -> Flask:
    app = showroom(viewer_as(Role.FRONT_DESK, Role.ADMINISTRATOR))
    app.register_blueprint(gallery)
    return app


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page() -> str:
    answer = app_with_gallery().test_client().get("/gallery")
    assert answer.status_code == 200
    return answer.text


def test_nothing_in_it_is_inline_style_or_script(page: str):
    for tag, attributes in Tags(page).found:
        assert "style" not in attributes, (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert tag != "style"
        assert tag != "script" or attributes.get("src")


def test_every_field_has_a_label_and_every_description_exists(page: str):
    tags = Tags(page).found
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    labelled = {attributes.get("for") for tag, attributes in tags if tag == "label"}
    fields = [a for tag, a in tags if tag in ("input", "select", "textarea") and a.get("type") != "hidden"]
    assert len(fields) > 20
    assert all(field["id"] in labelled for field in fields)
    described = {one for _, a in tags for one in (a.get("aria-describedby") or "").split()}
    assert described and described <= set(ids)


def test_a_field_that_was_refused_says_so(page: str):
    assert re.search(r'aria-describedby="family_name-wrong" aria-invalid="true"', page)
    assert '<a href="#family_name">Family name: Enter the family name.</a>' in page


def test_every_form_that_posts_carries_its_token(page: str):
    posts = re.findall(r'<form[^>]*method="post".*?</form>', page, re.S)
    assert len(posts) >= 3
    assert all('name="csrf_token"' in form for form in posts if "A form," not in form)


def test_a_mark_says_what_it_is(page: str):
    assert "<title>Infusion 2 of 6, given, Thu 7 Jan, 9:00 AM, 2 days after the one before</title>" in page
    assert "<title>Infusion 3 of 6, proposed, Mon 11 Jan, 9:00 AM, moved from Fri 8 Jan, 5 days after the one before" \
        "</title>" in page


def test_outside_a_demo_clinic_there_is_no_gallery():
    app = app_with_gallery()

    @app.before_request
    def real() -> None:
        g.clinic = replace(CLINIC, is_demo=False)

    assert app.test_client().get("/gallery").status_code == 404


def test_every_macro_is_in_the_gallery():
    pages = [ROOT / "templates/gallery.html", ROOT / "templates/base.html", *ROOT.glob("templates/gallery/*.html")]
    shown = "".join(path.read_text() for path in pages)
    inner = {"described", "first_error", "name_of", "under", "choices", "group", "one_check", "said_of", "sign",
             "placed", "days_of", "part_of", "strip_table", "hidden", "refused"}
    macros = {name for path in ROOT.glob("templates/macros/*.html")
              for name in re.findall(r"{%-? macro (\w+)", path.read_text())}
    missing = {name for name in macros - inner if not re.search(rf"\b{name}\(", shown)}
    assert not missing
