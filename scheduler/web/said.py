"""What just happened, said once on the next page, with its undo.

    say("K. M. is booked for Thu 7 Jan, 9:00 AM.", undo=url_for("desk.series_unbook", series_id=7))

The undo is a POST form with the CSRF token; `fields` are its hidden inputs. Say initials, never a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, get_flashed_messages

TONES = ("ready", "waiting", "attention", "stop")
FLASK_TONES = {"message": "ready", "success": "ready", "info": "waiting", "warning": "attention",
               "error": "stop", "danger": "stop"}


@dataclass(frozen=True)
class Said:
    """One sentence with its tone and, where it can be taken back, where to post the undo."""

    sentence: str
    tone: str = "ready"
    undo: str | None = None
    undo_label: str = "Undo"
    fields: Mapping[str, str] = field(default_factory=dict)


def say(sentence: str, *, tone: str = "ready", undo: str | None = None, undo_label: str = "Undo",
        fields: Mapping[str, str] | None = None) -> None:
    """Show a sentence on the next page; an unknown tone is a ValueError."""
    if tone not in TONES:
        raise ValueError(f"tone {tone!r} is none of {', '.join(TONES)}")
    flash({"sentence": sentence, "undo": undo, "undo_label": undo_label, "fields": dict(fields or {})}, tone)


def what_was_said() -> list[Said]:
    """Everything said since the last page, plain `flash()` messages of libraries included."""
    return [read_flash(category, message) for category, message in get_flashed_messages(with_categories=True)]


def read_flash(category: str, message: str | dict[str, Any]) -> Said:
    """One flashed message as `Said`; library categories (`success`, `error` …) become our tones."""
    tone = FLASK_TONES.get(category, category)
    tone = tone if tone in TONES else "waiting"
    return Said(tone=tone, **message) if isinstance(message, dict) else Said(str(message), tone)
