"""`import-patients` as somebody at a terminal meets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config import environment_with
from models import Patient
from models.migrations import upgrade
from scheduler.database import Database
from tests.builders import build_clinic
from tests.house.source import ROOT

LIST = ROOT / "tests" / "interop" / "data" / "patients.ndjson"
FATES = ["created", "skipped, deceased", "created", "created", "created", "created"]


@pytest.fixture
def clinics(tmp_path: Path) -> Database:
    """A database with two clinics."""
    database = Database(f"sqlite:///{tmp_path}/leafout.sqlite3")
    upgrade(database.engine)
    with database.writing() as session:
        build_clinic(session)
        build_clinic(session, "Birch Clinic")
    return database


def import_patients(tmp_path: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "run.py", "import-patients", *words], capture_output=True, text=True, check=False,
        env=environment_with(INSTANCE_DIR=str(tmp_path), DATABASE_URL="", SECRET_KEY=""), stdin=subprocess.DEVNULL)


def fates_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    head, *lines = done.stdout.splitlines()
    assert head.split("\t") == ["row", "place", "fate", "flags", "notes"]
    return [line.split("\t")[2] for line in lines]


def patients(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Patient))


def test_a_dry_run_foretells_and_the_import_then_does_it_once(tmp_path: Path, clinics: Database):
    dry = import_patients(tmp_path, LIST, "--clinic", "Birch Clinic", "--dry-run")
    assert (dry.returncode, fates_of(dry), patients(clinics)) == (0, FATES, 0)
    assert "A dry run: nothing was changed." in dry.stderr
    done = import_patients(tmp_path, LIST, "--clinic", "Birch Clinic")
    assert (done.returncode, fates_of(done), patients(clinics)) == (0, FATES, 5)
    assert "5  created" in done.stderr and "6/6" in done.stderr
    assert "Acu" not in done.stdout + done.stderr
    again = import_patients(tmp_path, LIST, "--clinic", "Birch Clinic")
    assert (again.returncode, patients(clinics)) == (0, 5)
    assert set(fates_of(again)) == {"unchanged", "skipped, deceased"}


def test_what_cannot_be_imported_is_one_sentence_and_exit_status_two(tmp_path: Path, clinics: Database, command):
    (tmp_path / "list.csv").write_bytes(b"%PDF-1.7")
    for words, says in (((LIST,), "Which clinic? Give --clinic with one of: Alder Clinic, Birch Clinic."),
                        ((tmp_path / "no.csv", "--clinic", "Alder Clinic"), "cannot be read (No such file"),
                        ((tmp_path / "list.csv", "--clinic", "Alder Clinic"), "This is a PDF")):
        refused = command("import-patients", *map(str, words))
        assert (refused.status, refused.out) == (2, "")
        assert says in refused.err and "Traceback" not in refused.err
    assert patients(clinics) == 0
