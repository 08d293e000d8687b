"""Several at once: two windows that drive one import, and two imports that hold the same people."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from scheduler.planning.imports import Fate, ImportState
from scheduler.services.patients.import_patients import go_on, start_import
from tests.builders import NOW
from tests.services.import_steps import HEAD, fates, patients, take_in, through

LIST = HEAD + "".join(f"{n},Quill{n},Ada,1980-05-{n:02},,,\n" for n in range(1, 31))


def drive(database, kit, import_id):
    """Ask for small portions until the import is done."""
    while True:
        with database.writing() as session:
            if go_on(session, import_id, by=kit.viewer(), now=NOW, portion=4).state is ImportState.DONE:
                return


def ready(database, kit):
    import_id = take_in(database, kit, LIST)
    through(database, kit, import_id, until=ImportState.READY, portion=30)
    with database.writing() as session:
        start_import(session, import_id, by=kit.viewer(), now=NOW)
    return import_id


def test_two_windows_on_one_import_handle_every_row_once(database, kit):
    import_id = ready(database, kit)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: drive(database, kit, import_id), range(4)))
    assert len(patients(database, kit)) == 30
    assert set(fates(database, kit, import_id).values()) == {Fate.CREATED}


def test_two_imports_of_the_same_people_at_once_make_each_of_them_once(database, kit):
    both = [ready(database, kit), ready(database, kit)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda import_id: drive(database, kit, import_id), both))
    assert len(patients(database, kit)) == 30
    counts = Counter(fate for import_id in both for fate in fates(database, kit, import_id).values())
    assert counts == {Fate.CREATED: 30, Fate.UNCHANGED: 30}
