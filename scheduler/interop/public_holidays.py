"""Public holidays by country and state, from the `holidays` package: proposals, which a clinic ticks or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holidays import country_holidays, list_supported_countries

FIRST_YEAR, LAST_YEAR = 2020, 2099


@dataclass(frozen=True)
class PublicHoliday:
    """One day, and its name in English."""

    day: date
    name: str


def subdivisions(country: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of a country's states or provinces, by name; none where the country has no holidays of its own."""
    if country not in list_supported_countries(include_aliases=False):
        return ()
    rows = country_holidays(country)
    names = {code: names[0] for code, names in rows.get_subdivision_aliases().items() if names}
    return tuple(sorted(((code, names.get(code, code)) for code in rows.subdivisions), key=lambda row: row[1]))


def public_holidays(country: str, subdivision: str, year: int) -> tuple[PublicHoliday, ...]:
    """The holidays of a year in a state ("": of the whole country), by date; none for a place it does not know."""
    if country not in list_supported_countries(include_aliases=False) or not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    if subdivision and subdivision not in dict(subdivisions(country)):
        return ()
    language = "en_US" if "en_US" in country_holidays(country).supported_languages else None
    rows = country_holidays(country, subdiv=subdivision or None, years=year, language=language)
    return tuple(PublicHoliday(day, name) for day, name in sorted(rows.items()) if day.year == year)
