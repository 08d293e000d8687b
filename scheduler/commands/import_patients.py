"""Import patients from a file: read, look (the dry run), import; every row's fate on standard output."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from scheduler.access import Viewer
from scheduler.clock import utc_now
from scheduler.commands.opening import open_database, open_settings
from scheduler.commands.setup import CannotRun
from scheduler.commands.which_clinic import which_clinic
from scheduler.database import Database
from scheduler.planning.imports import ImportState
from scheduler.queries.import_report import COLUMNS, report_lines
from scheduler.queries.patient_imports import ImportScreen, import_screen
from scheduler.services.patients.import_patients import ImportProgress, discard_import, go_on, start_import
from scheduler.services.patients.take_in_list import take_in_list
from scheduler.services.refusal import Refused

SUMMARY = "Import patients from FHIR R4 (NDJSON, Bundle, Patient) or CSV; --dry-run only foretells"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, the clinic, and whether only to look."""
    parser.add_argument("file", type=Path, metavar="FILE", help="NDJSON, JSON or CSV; its kind is recognised")
    parser.add_argument("--clinic", help="the clinic's name (not needed where there is only one)")
    parser.add_argument("--dry-run", action="store_true", help="foretell every row's fate and change nothing")


def run(args: argparse.Namespace) -> int:
    """Import the file; 0 when every row was handled (a broken row is reported, it stops nothing)."""
    settings = open_settings()
    database = open_database(settings)
    console = Console(stderr=True)
    try:
        with database.reading() as session:
            by = Viewer(clinic_id=which_clinic(session, args.clinic), actor="command line")
        with _opened(args.file) as stream, _progress(console) as progress:
            import_id = _take_in(database, stream, by, progress)
            _work(database, import_id, by, progress, until=ImportState.READY)
            if not args.dry_run:
                with database.writing() as session:
                    start_import(session, import_id, by=by, now=utc_now())
                _work(database, import_id, by, progress, until=ImportState.DONE)
        _report(database, import_id, by, console, f"{settings.base_url}/patients/import/{import_id}")
        if args.dry_run:
            with database.writing() as session:
                discard_import(session, import_id, by=by, now=utc_now())
            console.print("A dry run: nothing was changed.")
        return 0
    finally:
        database.dispose()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as wrong:
        raise CannotRun(f"{path} cannot be read ({wrong.strerror}).", status=2) from None


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TextColumn("rows"),
        TimeElapsedColumn(), console=console)


def _take_in(database: Database, stream: BinaryIO, by: Viewer, progress: Progress) -> int:
    task = progress.add_task("Reading", total=None)
    found = take_in_list(
        database, stream, by=by, now=utc_now(), told=lambda rows: progress.update(task, completed=rows))
    if isinstance(found, Refused):
        progress.stop()
        raise CannotRun(found.sentence, status=2)
    progress.update(task, total=progress.tasks[0].completed)
    return found


def _work(database: Database, import_id: int, by: Viewer, progress: Progress, *, until: ImportState) -> None:
    word = "Looking" if until is ImportState.READY else "Importing"
    task = progress.add_task(word, total=None)
    while True:
        with database.writing() as session:
            step = go_on(session, import_id, by=by, now=utc_now())
        if not isinstance(step, ImportProgress):
            raise CannotRun("This import was taken away while it was running: start again.")
        progress.update(task, completed=step.reached, total=step.rows)
        if step.state is until:
            return


def _report(database: Database, import_id: int, by: Viewer, console: Console, address: str) -> None:
    with database.reading() as session:
        print("\t".join(COLUMNS))
        for line in report_lines(session, by.clinic_id, import_id):
            print("\t".join(line))
        screen = import_screen(session, by.clinic_id, import_id)
    sys.stdout.flush()
    if screen is not None:
        console.print(_summary(screen), highlight=False)
        if screen.undecided:
            console.print(f"Decide about the possible duplicates at {address}", highlight=False, soft_wrap=True)


def _summary(screen: ImportScreen) -> str:
    lines = [f"{count:>7}  {fate.value}" for fate, count in screen.fates.items()]
    lines.append(f"{screen.rows:>7}  rows ({screen.minors} minors, {screen.no_texts} who cannot be texted)")
    if screen.passed_over:
        lines.append(f"{sum(screen.passed_over.values()):>7}  other resources passed over")
    if screen.columns_not_taken:
        lines.append(f"Columns not taken: {', '.join(screen.columns_not_taken)}")
    return "\n".join(lines)
