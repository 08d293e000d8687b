"""The course strip: one patient's course as one horizontal line of days (geometry follows)."""

from __future__ import annotations
