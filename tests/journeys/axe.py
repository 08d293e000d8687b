"""axe-core on a page: what it finds serious or critical, but for what is exempt by name and reason."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from tests.house.source import ROOT

EXEMPT: dict[tuple[str, str], str] = {
    ("aria-required-children", ".ec-body"): "As the next line: EventCalendar's own table.",
    ("aria-required-children", ".ec"): "EventCalendar gives its grid the role of a table but not a table's children;"
    " the plain table behind the calendar says the same to screen readers.",
}
"""(axe rule, selector as axe tells it) → why it has to stay. One line an exemption, or the page is mended."""


@cache
def _axe() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """One line for each serious or critical finding on the page as it stands: rule, selector, what axe says."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
    return [
        f"{rule['id']} at {selector}: {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        for selector in [" ".join(map(str, node["target"]))]
        if (rule["id"], selector) not in EXEMPT
    ]
