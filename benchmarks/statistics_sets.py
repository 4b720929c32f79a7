"""Real feedback as the statistics see it: a public set read and analysed by `groundswell try`."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.statistics_frames import Frames
from benchmarks.statistics_rows import Asked

__all__ = ["SETS", "analysed"]

SETS = {
    "telecom NPS": "nps_survey_telecom/nps_verbatims.csv",
    "greenlight": "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz",
    "shopzilla": "support_csat_shopzilla/support_csat.csv.gz",
}


def analysed(asked: Asked, name: str) -> Frames | None:
    """The set analysed, from the cache where it lies there; None where no folder of sets was given or it lacks the set.

    An analysis takes a minute; what lies in the cache is not made again when the code changes.
    """
    if asked.data is None or not (file := asked.data / SETS[name]).exists():
        return None
    kept = None if asked.cache is None else asked.cache / f"{name.replace(' ', '-')}.pickle"
    if kept is not None and kept.exists():
        return Frames(*pickle.loads(kept.read_bytes()))
    made = _analyse(file)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps((made.feedback, made.clauses, made.comments, made.themes)))
    return made


def _analyse(file: Path) -> Frames:
    """`groundswell try` of the file in a process and a store of its own."""
    from groundswell.storage import open_store

    with tempfile.TemporaryDirectory() as folder:
        store = f"{folder}/store.db"
        command = [sys.executable, "-m", "flows.cli", "try", str(file), "--store", store, "--out", f"{folder}/out"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open_store(store) as opened:
            return Frames(opened.load_feedback(), *opened.load_analysis())
