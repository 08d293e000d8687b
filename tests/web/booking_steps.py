"""The steps of a booking as a browser takes them, and what stands on the pages between."""

from __future__ import annotations

import re
from html import unescape

from tests.services.series_kit import MONDAY, Course
from tests.web.client import HouseClient

Typed = dict[str, str | list[str]]


def typed(course: Course, **changes: str | list[str]) -> Typed:
    """What the form of a series sends in the simplest case; a change to None leaves a field out."""
    fields: Typed = {"order": str(course.order_id), "protocol": str(course.protocol_id), "infusions": "6",
                     "earliest": str(MONDAY), "therapist": "0"} | changes
    return {name: value for name, value in fields.items() if value is not None}


def send(client: HouseClient, patient_id: int, fields: Typed):
    """Send the form as a browser does, to the address of a 307 as well; gives the page at the end."""
    answer = client.post(f"/patients/{patient_id}/series/new", data=fields)
    if answer.status_code == 307:
        answer = client.post(answer.location, data=fields)
    return client.get(answer.location) if answer.status_code == 303 else answer


def find(client: HouseClient, course: Course, **changes: str | list[str]):
    """Send the form; gives the page with the plans, or the form with what is wrong."""
    return send(client, course.patient_id, typed(course, **changes))


def plans_of(page: str) -> list[str]:
    """The sealed plans that a page offers, the chosen one first."""
    return [unescape(one) for one in re.findall(r'name="plan" id="plan-\d" value="([^"]+)"', page)]


def hold(client: HouseClient, course: Course, plan: str):
    """Hold a plan; gives the redirect to it, or the page that says why not."""
    return client.post(f"/patients/{course.patient_id}/holds", data={"plan": plan})


def action(page: str, ending: str) -> str:
    """The address of the form whose path ends so."""
    found = re.search(rf'action="([^"?]*{ending}(\?[^"]*)?)"', page)
    assert found, f"no form to {ending}"
    return unescape(found[1])


def key_of(page: str) -> str:
    """The idempotency key that a page carries."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def held_page(client: HouseClient, course: Course, **changes: str | list[str]) -> tuple[str, str]:
    """Plan and hold the best plan; gives the hold's address and its page."""
    answer = hold(client, course, plans_of(find(client, course, **changes).text)[0])
    assert answer.status_code == 303, answer.text
    return answer.location, client.get(answer.location).text


def book(client: HouseClient, page: str):
    """Press *Book* on a hold's page."""
    return client.post(action(page, "/book"), data={"key": key_of(page)})
