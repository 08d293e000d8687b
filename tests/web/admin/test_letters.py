"""The pages of letters: what is typed is shown as it reads, kept in versions, and refused where it says too much."""

from __future__ import annotations

import re

import pytest

from scheduler.planning.words import Role
from tests.web.admin.forms import fields_of

PAGE = "/admin/letters/one-day-before.en.email"


@pytest.fixture
def admin(client_for):
    return client_for(Role.ADMINISTRATOR)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_every_letter_is_listed_and_opens(admin) -> None:
    page = admin.get("/admin/letters").text
    found = re.findall(r'href="(/admin/letters/[^"]+)"', page)
    assert len(found) == len(set(found)) >= 60
    for address in found[::9]:
        assert admin.get(address).status_code == 200


def test_a_letter_is_changed_shown_with_its_difference_and_put_back(admin) -> None:
    typed = {**fields_of(admin.get(PAGE).text), "subject": "We see you on {day}"}
    assert "We see you on Wednesday 29 September" in words(admin.post(f"{PAGE}/preview", data=typed).text)
    saved = admin.post(PAGE, data=typed, follow_redirects=True).text
    assert "“One day before” says it so from now on." in saved
    assert "<ins>We see you on {day}</ins>" in saved and "<del>Your visit on {day}, {time}</del>" in saved
    assert "Yours" in admin.get("/admin/letters").text
    admin.post(f"{PAGE}/back", data={"version": "0"})
    assert 'value="Your visit on {day}, {time}"' in admin.get(PAGE).text
    admin.post(f"{PAGE}/back", data={"version": "1"})
    assert 'value="We see you on {day}"' in admin.get(PAGE).text


def test_what_says_too_much_comes_back_as_typed_with_the_sentence(admin) -> None:
    typed = {**fields_of(admin.get(PAGE).text), "subject": "Your ketamine visit"}
    answer = admin.post(PAGE, data=typed)
    assert answer.status_code == 422
    assert "“ketamine” says too much" in answer.text and 'value="Your ketamine visit"' in answer.text
    assert "“ketamine” says too much" in admin.post(f"{PAGE}/preview", data=typed).text


def test_a_template_language_is_not_understood(admin) -> None:
    typed = {**fields_of(admin.get(PAGE).text), "body": "{{ 7 * 7 }} {visit} {link}"}
    assert "49" not in admin.post(f"{PAGE}/preview", data=typed).text
    assert admin.post(PAGE, data=typed).status_code == 422


def test_a_text_says_how_long_it_gets(admin) -> None:
    page = words(admin.get("/admin/letters/one-day-before.es.text").text)
    assert "of 160 characters" in page and "Subject" not in page


def test_unknown_letters_and_other_roles(admin, client_for) -> None:
    assert admin.get("/admin/letters/no-such.en.email").status_code == 404
    assert admin.post(f"{PAGE}/back", data={"version": "7"}).status_code == 404
    assert client_for(Role.FRONT_DESK).get("/admin/letters").status_code == 403


def test_the_letter_as_it_looks_stands_in_a_frame_that_may_do_nothing(admin) -> None:
    page = admin.get(PAGE)
    assert f'sandbox src="{PAGE}/look"' in page.text and "frame-src 'self'" in page.headers["Content-Security-Policy"]
    shipped = admin.get(f"{PAGE}/look")
    assert "We look forward to seeing you" in shipped.text and "<style>" in shipped.text
    policy = shipped.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert "frame-ancestors 'none'" in admin.get("/admin/letters").headers["Content-Security-Policy"]
    typed = {**fields_of(page.text), "body": "Come <b>soon</b>: {visit}\n\n{link}"}
    assert "Come &lt;b&gt;soon&lt;/b&gt;" in admin.post(f"{PAGE}/look", data=typed).text
    assert "data-into-frame" in admin.post(f"{PAGE}/preview", data=typed).text
    assert admin.get("/admin/letters/one-day-before.en.text/look").status_code == 404


def test_a_language_that_still_says_the_shipped_words_is_named(admin) -> None:
    admin.post(PAGE, data={**fields_of(admin.get(PAGE).text), "subject": "We see you on {day}"})
    assert "Español still says the shipped words." in words(admin.get(PAGE).text)
    spanish = PAGE.replace(".en.", ".es.")
    assert "English says your words; Español still says the shipped words." in words(admin.get(spanish).text)
    assert words(admin.get("/admin/letters").text).count("still says the shipped words") == 1
    admin.post(spanish, data={**fields_of(admin.get(spanish).text), "subject": "Nos vemos el {day}"})
    assert "still says the shipped words" not in admin.get(PAGE).text + admin.get("/admin/letters").text


def test_what_says_too_much_is_refused_in_spanish_too(admin) -> None:
    spanish = PAGE.replace(".en.", ".es.")
    answer = admin.post(spanish, data={**fields_of(admin.get(spanish).text), "subject": "Su tratamiento"})
    assert answer.status_code == 422 and "“tratamiento” says too much" in answer.text


def test_a_text_is_shown_at_every_level_of_discretion(admin) -> None:
    address = "/admin/letters/one-day-before.en.text"
    typed = {**fields_of(admin.get(address).text), "body": "{clinic}: see you {visit}. Call {telephone}."}
    look = words(admin.post(f"{address}/preview", data=typed).text)
    first, _, rest = look.partition("Time alone")
    alone, _, link = rest.partition("Link alone")
    assert first.count("see you Wed Sep 29, 10:30 AM") == 2, "the text itself, and the fullest level"
    assert "see you" not in rest and "10:30 AM" in alone and "10:30" not in link
