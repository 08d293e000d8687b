"""What a browser would send back if nobody touched the page's form."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects the controls inside <main>."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._within, self._select, self._area = False, "", ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        self._within = self._within or tag == "main"
        if not self._within:
            return
        if tag == "input" and name not in ("", "csrf_token"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.fields[name] = given.get("value") or ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = given.get("value") or ""
        elif tag == "textarea":
            self._area, self.fields[name] = name, ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        self._within = self._within and tag != "main"
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area


def fields_of(page: str) -> dict[str, str]:
    """Names and values of every control in the page's main part, as they stand there."""
    form = _Form()
    form.feed(page)
    return form.fields
