"""Which passwords are good enough: long, and not the address they belong to. No list of others' is asked."""

from __future__ import annotations

from typing import Any

from flask_security import PasswordUtil

from scheduler.services.clinic.enrol import password_faults


class HousePasswords(PasswordUtil):  # type: ignore[misc]
    """The library's normalising with the house's own rules."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """The faults of a new password (None where it is good) and its normal form."""
        written = self.normalize(password)
        user = kwargs.get("user")
        return password_faults(written, getattr(user, "email", "")) or None, written
