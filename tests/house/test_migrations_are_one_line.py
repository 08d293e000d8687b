"""Every revision follows one other: two that took the same number, or the same predecessor, stop every database."""

from __future__ import annotations

from collections import Counter

from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.house.source import ROOT


def test_the_revisions_form_one_line():
    config = Config()
    config.set_main_option("script_location", str(ROOT / "models" / "migrations"))
    files = [path.name[:4] for path in (ROOT / "models" / "migrations" / "versions").glob("0*.py")]
    assert [number for number, times in Counter(files).items() if times > 1] == []
    revisions = list(ScriptDirectory.from_config(config).walk_revisions())
    assert len(revisions) == len(files)
    assert len({revision.down_revision for revision in revisions}) == len(revisions)
