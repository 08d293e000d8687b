"""The example scenarios, by name; the larger ones are kept compressed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

FOLDER = Path(__file__).parent / "examples"
BEST: dict[str, dict] = json.loads((FOLDER / "best.json").read_text(encoding="utf-8"))


def example_bytes(name: str) -> bytes:
    """The JSON text of an example."""
    plain = FOLDER / f"{name}.json"
    return plain.read_bytes() if plain.exists() else gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())


def example(name: str) -> dict:
    """The parsed JSON of an example, fresh each time."""
    return json.loads(example_bytes(name))
