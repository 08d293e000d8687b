"""The catalogue for a reader: docs/clinical-sources.md, written from the data files and held to them by a test."""

from __future__ import annotations

from scheduler.planning.protocols import PublishedProtocol
from scheduler.protocols import catalogue

OPENING = """# Where the schedules come from

Written from the data files in `scheduler/protocols` by `python -m scheduler.protocols.sources_page`; a test compares.

Grades: **S** seen in the source itself, **S2** second hand, **D** derived by arithmetic from something seen (a
"Monday, Wednesday, Friday" becomes day numbers). Nothing known only from memory is offered. How far an infusion may
lie from its day, how long a patient is observed after an intravenous infusion, how many preparation sessions there are:
no source states them, so they are empty until the clinic sets them. Doses are information; a clinician orders. Every
row needs the approval of the clinic's medical director. Intravenous ketamine for depression is off-label.
"""


def page() -> str:
    """The whole page, in Markdown."""
    parts = [
        OPENING,
        "## Schedules\n",
        "| schedule | route | days (grade) | also stated (grade) | source |",
        "|---|---|---|---|---|",
        *(_row(entry) for entry in catalogue.published()),
        "\n## Paired therapy\n",
        "| pairing | grade | left to the clinic | source |",
        "|---|---|---|---|",
    ]
    for pairing in catalogue.pairings().values():
        source = f"[{pairing.source.cite}]({pairing.source.url})"
        parts.append(f"| {pairing.title} | {pairing.grade} | {pairing.note} | {source} |")
    parts += ["\n## Read and not offered\n", *(f"- `{one.id}`: {one.reason}" for one in catalogue.left_out())]
    return "\n".join(parts) + "\n"


def _row(entry: PublishedProtocol) -> str:
    schedule = entry.schedule
    days = f"{', '.join(map(str, schedule.days))} ({schedule.days_grade}); {schedule.counted_from}"
    facts = "; ".join(f"{fact.text} ({fact.grade})" for fact in entry.facts)
    cited = ", ".join(f"[{source.cite}]({source.url}) ({source.grade})" for source in entry.sources)
    return f"| {entry.title} | {entry.route} | {days} | {facts} | {cited} |"


if __name__ == "__main__":
    print(page(), end="")
