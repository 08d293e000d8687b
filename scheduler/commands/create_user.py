"""Give somebody an account and a role; on an empty database, open the first clinic with it."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from models import Account
from scheduler.access import Viewer
from scheduler.clock import utc_now
from scheduler.commands.opening import open_database, open_settings
from scheduler.commands.setup import CannotRun
from scheduler.commands.which_clinic import which_clinic
from scheduler.planning.words import Role
from scheduler.services.clinic.add_staff import Added, NewStaff, add_staff, void_password
from scheduler.services.clinic.enrol import LINK_HOURS, password_faults, sign_in_token
from scheduler.services.clinic.open_clinic import COMMAND_LINE, NewClinic, open_clinic
from scheduler.services.refusal import NotFound, Refused

SUMMARY = "Give somebody an account and a role, asking for a password or printing a one-time link"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who, where, as what; and what a first clinic needs."""
    parser.add_argument("email", help="the address this person signs in with")
    parser.add_argument("--name", default="", help="the person's name (needed for somebody new)")
    parser.add_argument(
        "--role", type=_role, action="append", help=f"{', '.join(Role)}; may be given more than once", metavar="ROLE"
    )
    parser.add_argument("--clinic", help="the clinic's name (not needed where there is only one)")
    parser.add_argument(
        "--link",
        action="store_true",
        help="print a one-time link instead of asking for a password; for somebody known, the old password ends",
    )
    first = parser.add_argument_group("opening a clinic")
    first.add_argument("--new-clinic", action="store_true", help="open the clinic named by --clinic")
    first.add_argument("--timezone", default="", help="its time zone, such as America/New_York")
    first.add_argument("--telephone", default="", help="the telephone that patients call")
    first.add_argument("--short-name", default="", help="what messages call it; it should not tell what is done there")


def run(args: argparse.Namespace) -> int:
    """Write it all in one transaction, or nothing."""
    settings = open_settings()
    database = open_database(settings)
    now = utc_now()
    try:
        with database.reading() as session:
            known = session.scalar(select(Account.id).where(Account.email == args.email.strip().lower())) is not None
        password = None if known or args.link else _ask_for_password(args.email)
        with database.writing() as session:
            clinic_id = _clinic(session, args, now)
            by = Viewer(clinic_id=clinic_id, actor=COMMAND_LINE)
            for line in _write(session, args, known, password, settings, by, now):
                print(line)
        return 0
    finally:
        database.dispose()


def _write(
    session: Session,
    args: argparse.Namespace,
    known: bool,
    password: str | None,
    settings: Settings,
    by: Viewer,
    now: datetime,
) -> list[str]:
    told = []
    if args.role:
        new = NewStaff(email=args.email, name=args.name, roles=frozenset(args.role), password=password)
        done = add_staff(session, new, by=by, now=now)
        if isinstance(done, Refused) and not (known and args.link):
            raise CannotRun(done.sentence, status=2)
        if isinstance(done, Added):
            told.append(f"{args.email} is now {', '.join(sorted(args.role))}.")
    elif not (known and args.link):
        raise CannotRun("Say what this person may do: --role administrator, for instance.", status=2)
    if args.link or (password is None and not known):
        told.append(_link(session, args.email, settings, by, now))
    return told


def _link(session: Session, email: str, settings: Settings, by: Viewer, now: datetime) -> str:
    account = void_password(session, email, by=by, now=now)
    if isinstance(account, NotFound):
        raise CannotRun("This person has no account in this clinic: give --role too.", status=2)
    address = f"{settings.base_url}/reset/{sign_in_token(settings.secret_key, account)}"
    return f"To choose a password, open within {LINK_HOURS} hours, once:\n{address}"


def _clinic(session: Session, args: argparse.Namespace, now: datetime) -> int:
    if args.new_clinic:
        new = NewClinic(args.clinic or "", args.timezone, args.telephone, args.short_name)
        if not new.name or not new.timezone or not new.telephone:
            raise CannotRun("--new-clinic needs --clinic NAME, --timezone and --telephone too.", status=2)
        opened = open_clinic(session, new, now=now)
        if isinstance(opened, Refused):
            raise CannotRun(opened.sentence, status=2)
        return opened
    return which_clinic(session, args.clinic)


def _role(text: str) -> Role:
    try:
        return Role(text.replace("-", " ").lower())
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(Role)}") from None


def _ask_for_password(email: str) -> str | None:
    """A password typed twice, or None where nobody is at the terminal to be asked."""
    if not sys.stdin.isatty():
        return None
    while True:
        typed = getpass.getpass("Password: ")
        faults = password_faults(typed, email)
        if not faults and getpass.getpass("Once more: ") == typed:
            return typed
        print(" ".join(faults) or "These were two different passwords.", file=sys.stderr)
