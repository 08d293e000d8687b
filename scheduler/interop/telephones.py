"""Telephones as people write them, turned into numbers a carrier accepts, by libphonenumber's numbering plans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

# Kinds of line that may receive a text. In the United States mobile and fixed numbers look alike.
MAY_BE_TEXTED = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.PERSONAL_NUMBER}


class TelephoneUse(StrEnum):
    """What the source says a telephone is for."""

    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    OTHER = "other"


@dataclass(frozen=True)
class Telephone:
    """One telephone: as written, in E.164 where a carrier accepts it, and what it is for."""

    written: str = field(repr=False)
    e164: str | None = field(repr=False)
    use: TelephoneUse
    can_be_texted: bool

    @property
    def number(self) -> str:
        """The number to keep: E.164 if there is one, otherwise what was written."""
        return self.e164 or self.written


def read_telephone(written: str, *, use: TelephoneUse, region: str) -> Telephone:
    """Normalise one number; `region` (ISO 3166, "US") is where a number without a country code belongs.

    What no carrier accepts (555-698-7873) is kept as written and cannot be texted; nor can a fixed line,
    a toll-free number or an extension behind a switchboard.
    """
    try:
        parsed = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return Telephone(written, None, use, False)
    if not phonenumbers.is_valid_number(parsed):
        return Telephone(written, None, use, False)
    textable = phonenumbers.number_type(parsed) in MAY_BE_TEXTED and not parsed.extension
    return Telephone(written, phonenumbers.format_number(parsed, PhoneNumberFormat.E164), use, textable)


def best_telephone(telephones: Iterable[Telephone]) -> Telephone | None:
    """The one telephone that is kept: one that can be texted before one that cannot, a mobile before the rest."""
    uses = (TelephoneUse.MOBILE, TelephoneUse.OTHER, TelephoneUse.HOME, TelephoneUse.WORK)
    return min(
        telephones,
        default=None,
        key=lambda one: (not one.can_be_texted, one.e164 is None, uses.index(one.use)),
    )
