"""Which number of a person is taken: one medical record number, never one that a state or an insurer gave them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scheduler.interop.records import SourceIdentifier
from scheduler.interop.texts import clean_text

RECORD_NUMBER = "MR"
RECORD_NUMBER_WORDS = {"medical record number", "mrn"}
SOCIAL_SECURITY_SHAPE = re.compile(r"^\d{3}-\d{2}-\d{4}$")
NO_SYSTEM = "urn:leafout:record-number"
LOGICAL_ID = "urn:leafout:logical-id"
URN = "urn:ietf:rfc:3986"
USES = ("official", "usual", None, "secondary", "temp")
LONGEST = 120
LONGEST_SYSTEM = 200


@dataclass(frozen=True)
class PrivateNumbers:
    """The identifiers of one person that must not be kept, so that no other field carries one of them in."""

    bare: frozenset[str]

    def taint(self, text: str | None) -> bool:
        """Whether a text is, or holds, one of them."""
        plain = _bare(text or "")
        return any(number == plain or (len(number) >= 7 and number in plain) for number in self.bare)


def private_numbers(identifiers: list[dict]) -> PrivateNumbers:
    """Every identifier that is not certainly a record number or an unlabelled one (SSN, passport, licence …)."""
    return PrivateNumbers(
        frozenset(
            _bare(_text(identifier.get("value")))
            for identifier in identifiers
            if _is_labelled(identifier) and not is_record_number(identifier)
        )
        - {""}
    )


def is_record_number(identifier: dict) -> bool:
    """Whether FHIR's identifier type (v2-0203 code MR, or its words) says it is a medical record number."""
    kind = identifier.get("type")
    if not isinstance(kind, dict):
        return False
    coding = kind.get("coding")
    codes = [one.get("code") for one in (coding if isinstance(coding, list) else []) if isinstance(one, dict)]
    if any(codes):
        return RECORD_NUMBER in codes
    return _text(kind.get("text")).casefold() in RECORD_NUMBER_WORDS


def record_number(identifiers: list[dict], private: PrivateNumbers) -> SourceIdentifier | None:
    """The first record number in use, official before usual; None when there is none that may be kept."""
    fit = [one for one in identifiers if is_record_number(one) and one.get("use") in USES]
    for identifier in sorted(fit, key=lambda one: USES.index(one.get("use"))):
        value, system = _text(identifier.get("value")), _text(identifier.get("system")) or NO_SYSTEM
        if value and len(system) <= LONGEST_SYSTEM and may_be_kept(value, private):
            return SourceIdentifier(system, value)
    return None


def logical_id(own_id: object, full_url: object, private: PrivateNumbers) -> SourceIdentifier | None:
    """The sending server's own id, with the server's address for a system where the bundle gives one."""
    value, url = _text(own_id), _text(full_url)
    if url.startswith("urn:uuid:") and may_be_kept(url, private):
        return SourceIdentifier(URN, url)
    if not value or not may_be_kept(value, private):
        return None
    if url.startswith(("http://", "https://")) and url.endswith(f"/{value}") and len(url) <= LONGEST_SYSTEM:
        return SourceIdentifier(url[: -len(value) - 1], value)
    return SourceIdentifier(LOGICAL_ID, value)


def may_be_kept(value: str, private: PrivateNumbers) -> bool:
    """Whether a number is short enough, not shaped like a social security number and not one of the private ones."""
    return len(value) <= LONGEST and not SOCIAL_SECURITY_SHAPE.match(value) and not private.taint(value)


def _is_labelled(identifier: dict) -> bool:
    system = _text(identifier.get("system")).casefold()
    return bool(identifier.get("type")) or any(word in system for word in ("ssn", "passport", "licen"))


def _text(part: object) -> str:
    """A text or whole number, cleaned; empty for anything else."""
    return (clean_text(str(part)) or "") if isinstance(part, str | int) and not isinstance(part, bool) else ""


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
