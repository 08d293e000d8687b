"""The words that go out at once where a text may come from somebody in danger."""

from __future__ import annotations

CRISIS_TEXT = ("If you are in crisis, call or text 988 or chat at 988lifeline.org, 24/7. "
               "If you are in immediate danger call 911. Veterans: press 1.")
"""The default of every clinic, which approves or rewords it."""

CRISIS_SOURCE = "SAMHSA 988 key messages; 988lifeline.org (grade S: the published wording was seen)"
CRISIS_LINK = "https://www.samhsa.gov/find-help/988/key-messages"
