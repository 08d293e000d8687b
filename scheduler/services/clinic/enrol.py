"""Give a staff member an account, and a one-time link with which they choose their password."""

from __future__ import annotations

import unicodedata
import uuid

from argon2 import PasswordHasher
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from models import Account, StaffMember

PASSWORD_LENGTH = 12
LONGEST_PASSWORD = 256
DIFFERENT_CHARACTERS = 5
LINK_SALT = "choose-password"
LINK_HOURS = 24


def password_faults(password: str, email: str) -> list[str]:
    """What is wrong with a new password, one sentence a fault; nothing where it is good."""
    faults = []
    if len(password) < PASSWORD_LENGTH:
        faults.append(f"Take at least {PASSWORD_LENGTH} characters: three or four words are easy to remember.")
    elif len(password) > LONGEST_PASSWORD:
        faults.append(f"Take at most {LONGEST_PASSWORD} characters.")
    elif len(set(password.lower())) < DIFFERENT_CHARACTERS:
        faults.append(f"Take at least {DIFFERENT_CHARACTERS} different characters.")
    low, address = password.lower(), email.lower()
    if address and (address in low or low in address):
        faults.append("The password must not be the e-mail address.")
    return faults


def hash_password(password: str) -> str:
    """The argon2id hash of a password, in the normal form that sign-in compares."""
    return PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4).hash(unicodedata.normalize("NFKD", password))


def create_account(session: Session, member: StaffMember, password: str | None = None) -> Account:
    """An account for a staff member; without a password they first open a link (`sign_in_token`).

    Raises ValueError with the faults of a password that is not good enough.
    """
    if password is not None and (faults := password_faults(password, member.email)):
        raise ValueError(" ".join(faults))
    account = Account(staff_id=member.id, email=member.email.lower(), fs_uniquifier=uuid.uuid4().hex,
                      password=None if password is None else hash_password(password), active=member.active)
    session.add(account)
    session.flush()
    return account


def sign_in_token(secret_key: str, account: Account) -> str:
    """What goes behind `/reset/` in a link: good for one new password within a day, void once it is used."""
    return URLSafeTimedSerializer([secret_key], salt=LINK_SALT).dumps([account.fs_uniquifier, None])


def end_sessions(account: Account) -> None:
    """Void every session and every link of an account."""
    account.fs_uniquifier = uuid.uuid4().hex
