"""Error pages say what to do; logs say where and nothing else."""

from __future__ import annotations

import logging

import pytest
from flask import abort

from scheduler.access import Permission
from scheduler.database import DatabaseBusy
from scheduler.planning.words import Role
from scheduler.web import door

SAYS = {
    400: "load the page again", 403: "ask an administrator", 404: "There is nothing here", 405: "use its buttons",
    409: "look at the new state", 413: "Split the file", 429: "Wait a minute", 500: "Something went wrong",
    503: "nothing of yours was saved",
}


@pytest.fixture
def broken(app):
    """The application with addresses that end in trouble."""
    app.testing = False

    @door.needs(Permission.SIGNED_IN)
    def trouble(patient_id: int, code: int):
        if code == 500:
            raise RuntimeError("Ada Quill, born 17 May 1980")
        if code == 503:
            raise DatabaseBusy
        abort(code)
    app.add_url_rule("/patients/<int:patient_id>/trouble/<int:code>", "trouble", trouble)
    return app


@pytest.mark.parametrize("code", SAYS)
def test_every_error_has_a_calm_page(broken, client_for, code) -> None:
    answer = client_for(Role.FRONT_DESK).get(f"/patients/1/trouble/{code}")
    assert answer.status_code == code
    assert SAYS[code] in answer.text
    assert "Traceback" not in answer.text and "Quill" not in answer.text


def test_a_busy_database_says_when_to_come_again(broken, client_for) -> None:
    assert client_for(Role.FRONT_DESK).get("/patients/1/trouble/503").headers["Retry-After"] == "30"


def test_an_unknown_address_and_a_wrong_method_have_pages(client_for) -> None:
    assert client_for(None).get("/no/such/page").status_code == 404
    assert client_for(None).get("/clinic").status_code == 405


def test_a_bug_is_logged_with_its_place_and_without_its_words(broken, client_for, caplog) -> None:
    with caplog.at_level(logging.INFO):
        answer = client_for(Role.FRONT_DESK).get("/patients/1/trouble/500?q=Quill",
                                                 headers={"X-Request-Id": "abcdef0123456789"})
    assert answer.headers["X-Request-Id"] == "abcdef0123456789" and "abcdef0123456789" in answer.text
    log = caplog.text
    assert "RuntimeError at test_errors.py" in log and "request=abcdef0123456789" in log
    assert "route=/patients/<int:patient_id>/trouble/<int:code> status=500" in log
    assert "Quill" not in log and "1980" not in log and "/patients/1/" not in log


def test_a_link_s_secret_is_not_logged(client_for, caplog) -> None:
    with caplog.at_level(logging.INFO):
        client_for(None).get("/reset/the-secret-of-a-link")
    assert "route=/reset/<token>" in caplog.text and "the-secret" not in caplog.text


def test_a_database_error_quotes_no_row(database) -> None:
    assert database.engine.hide_parameters
