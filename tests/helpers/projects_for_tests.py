"""A project made up for a test: exports in `data/`, and the settings that `init` would write for them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from files_for_tests import reviews, write_csv

__all__ = ["make_project"]

_SETTINGS = """
timezone = "UTC"
[sources.reviews]
kind = "review"
files = ["data/reviews*.csv"]
[sources.reviews.columns]
text = [["review"]]
id = "id"
date = "date"
score = { column = "rating", low = 1, high = 5 }
"""


def make_project(folder: Path, rows: int = 240, *, audiences: Sequence[str] = (), more: str = "") -> Path:
    """The settings file of a project in `folder` with one export of so many reviews over eight weeks, up to 2026-W44.

    All four audiences get digests where none is named.
    """
    from groundswell.keys import ensure_key

    (folder / "data").mkdir(parents=True)
    if rows:
        write_csv(folder / "data" / "reviews.csv", reviews(rows))
    ensure_key(os.environ.get("GROUNDSWELL_KEY_FILE") or folder / "groundswell.key")
    place = folder / "groundswell.toml"
    named = "".join(f"[audiences.{name}]\n" for name in audiences)
    place.write_text(_SETTINGS + more + named, "utf-8")
    return place
