"""Languages as people and systems write them ("spa", "Spanish", "es_MX"), turned into BCP 47 tags."""

from __future__ import annotations

import re

from babel import Locale
from babel.core import get_global

TAG = re.compile(
    r"^(?P<language>[a-z]{2,3})(?:-[a-z]{3})?(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*$"
)
NO_LANGUAGE = {"und", "mul", "zxx", "root"}
ALIASES = get_global("language_aliases")
ENGLISH_NAMES = Locale("en").languages
BY_NAME = {name.casefold(): code.replace("_", "-") for code, name in ENGLISH_NAMES.items()}


def read_language(written: str) -> str | None:
    """A BCP 47 tag ("es", "en-US", "zh-Hant"), or None when it is no language known to Unicode's list."""
    plain = written.strip().casefold().replace("_", "-")
    by_name = BY_NAME.get(re.sub(r"\s*\(.*\)$", "", written.strip()).casefold())
    if by_name and len(plain) > 3:
        return None if by_name in NO_LANGUAGE else by_name
    shape = TAG.match(plain)
    if not shape:
        return None
    language = ALIASES.get(shape["language"], shape["language"]).partition("_")[0]
    if language in NO_LANGUAGE or language not in ENGLISH_NAMES:
        return None
    script, region = shape["script"], shape["region"]
    return "-".join(part for part in (language, script and script.title(), region and region.upper()) if part)
