"""A clinic's telephone as people read and dial it."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers


@lru_cache(256)
def as_dialled(number: str, region: str) -> str:
    """`(301) 555-0100` at home, with the country's code abroad; what is no number stays as it was written."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


@lru_cache(256)
def as_link(number: str, region: str) -> str:
    """`tel:+13015550100`, or nothing where there is nothing to dial."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    return f"tel:{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}"
