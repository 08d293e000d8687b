"""What is imported is pinned, and what is pinned brings nothing unpinned along."""

from __future__ import annotations

import re
import sys
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import PRODUCT, ROOT, imported, place, product

OURS = {*PRODUCT, "config", "run"}
LINE = re.compile(r"^[A-Za-z0-9][^#\s]*", flags=re.MULTILINE)


def _pins(name: str) -> dict[str, Requirement]:
    lines = LINE.findall((ROOT / name).read_text(encoding="utf-8"))
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, lines)}


PINS = _pins("requirements.txt")
TEST_PINS = {**PINS, **_pins("tests/requirements.txt")}


def _brings(pin: Requirement) -> set[str]:
    needs = map(Requirement, metadata.requires(pin.name) or [])
    return {
        canonicalize_name(need.name)
        for need in needs
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *pin.extras))
    }


def test_every_pin_is_exact():
    loose = [str(pin) for pin in TEST_PINS.values() if [each.operator for each in pin.specifier] != ["=="]]
    assert loose == []


def test_nothing_comes_along_unpinned():
    for pins in (PINS, TEST_PINS):
        along = {name: sorted(_brings(pin) - set(pins)) for name, pin in pins.items()}
        assert {name: brought for name, brought in along.items() if brought} == {}


def test_the_product_imports_only_what_requirements_txt_pins():
    owners = metadata.packages_distributions()
    unpinned = {
        f"{place(path, node)} {module}"
        for path in product()
        for module, node in imported(path)
        if (top := module.partition(".")[0]) not in OURS | sys.stdlib_module_names
        and not {canonicalize_name(owner) for owner in owners.get(top, ())} & set(PINS)
    }
    assert unpinned == set()
