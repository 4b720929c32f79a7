"""Feedback as a source delivers it, load by load: what `benchmarks/batches.py` and the tests of the batch gate play.

A set is read once, through detection, redaction, row gate and store, as any file; then it is cut into the loads that a
schedule would have made of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pandas as pd

from analysis.text.language import detect_languages
from expectations.batch import BatchGate, BatchVerdict, LoadFacts
from expectations.gate import RowGate
from extractors.demo import DEMO_FILES, generate_demo
from extractors.detect import detect
from extractors.files import FileExtractor
from groundswell.privacy import Numbering, to_feedback
from groundswell.records import Kind
from groundswell.storage import open_store

__all__ = [
    "GREENLIGHT",
    "Delivery",
    "FeedbackSet",
    "cut",
    "demo_sets",
    "first_run",
    "irregular_times",
    "join",
    "judge",
    "play",
    "read_set",
]

GREENLIGHT = "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz"
HISTORY = timedelta(weeks=26)
HISTORY_ROWS = 20_000
_KEY = b"a key of the benchmark's own, 32b"
_HOUR = timedelta(hours=6)  # when the loads run


@dataclass(frozen=True)
class FeedbackSet:
    """All of a source: its records (frames.FEEDBACK with detected `language`), when each arrives, and when refused
    ones did."""

    name: str
    kind: Kind
    rows: pd.DataFrame
    arrives: pd.Series[pd.Timestamp]
    refused: pd.Series[pd.Timestamp]


@dataclass(frozen=True)
class Delivery:
    """What one load brings."""

    facts: LoadFacts
    rows: pd.DataFrame

    @property
    def at(self) -> datetime:
        """When it runs."""
        return self.facts.started_at


def demo_sets(folder: Path, weeks: int = 26) -> list[FeedbackSet]:
    """The demo's three sources, written to `folder`."""
    generate_demo(folder, weeks=weeks)
    return [read_set(folder / name) for name in DEMO_FILES.values()]


def read_set(path: Path) -> FeedbackSet:
    """A file as the pipeline stores it. A record without a date arrives with the one before it in the file."""
    found = detect(path)
    now = datetime.now(UTC)
    source = FileExtractor([path], found.mapping, source_name=path.name.split(".")[0], kind=found.kind, now=now)
    gate, numbering = RowGate(found.kind, now), Numbering()
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store.db") as store:
        load = store.open_load(source.name, found.kind, now)
        for part in source.plan({}, now):
            for page in source.pages(part):
                verdict = gate.validate([to_feedback(source.parse(raw), _KEY, numbering) for raw in page.records])
                store.save_page(load, verdict.accepted, verdict.quarantined, page.skipped, page.cursor_after)
        store.close_load(load, "accepted")
        rows = store.load_feedback()
        refused = [entry.row for entry in store.load_quarantine()]
    rows["language"] = detect_languages(rows["text"].tolist(), rows["language"].tolist())
    arrives = rows["occurred_at"].ffill().bfill()
    at = rows["row"].searchsorted(refused).clip(0, len(rows) - 1)
    return FeedbackSet(source.name, found.kind, rows, arrives, arrives.iloc[at].reset_index(drop=True))


def cut(feedback: FeedbackSet, start: datetime, loads: int, days: float) -> list[Delivery]:
    """The first `loads` loads of a source that is read every `days` days from `start` on (the first brings what came
    in the `days` before)."""
    return cut_at(feedback, [start + timedelta(days=days * number) for number in range(-1, loads)])


def cut_at(feedback: FeedbackSet, times: Sequence[datetime]) -> list[Delivery]:
    """The loads of a source that is read at the given times after the first, which only says since when."""
    made = []
    for begin, end in pairwise(times):
        rows = feedback.rows[(feedback.arrives >= begin) & (feedback.arrives < end)]
        refused = int(((feedback.refused >= begin) & (feedback.refused < end)).sum())
        facts = LoadFacts(end, len(rows) + refused, len(rows), 0, 0, refused)
        made.append(Delivery(facts, rows.reset_index(drop=True)))
    return made


def irregular_times(start: datetime, end: datetime, seed: int) -> list[datetime]:
    """Runs as people make them: an hour, a day, a week, three weeks after the last."""
    random, times = Random(seed), [start]
    while times[-1] < end:
        times.append(times[-1] + timedelta(days=random.choice((1 / 24, 0.3, 1, 1, 2, 3, 7, 7, 7, 14, 20))))
    return times[:-1]


def first_run(feedback: FeedbackSet, days: float) -> datetime:
    """The first time that a load brings whole `days` of a set."""
    day = feedback.arrives.min().floor("D").to_pydatetime()
    return day + timedelta(days=days) + _HOUR


def play(gate: BatchGate, deliveries: Sequence[Delivery]) -> Iterator[tuple[Delivery, BatchVerdict]]:
    """Each load with its verdict, given those before it; all are accepted, whatever the verdict."""
    before: list[Delivery] = []
    history = deliveries[0].rows.iloc[:0]
    for delivery in deliveries:
        yield delivery, judge(gate, delivery, before, history)
        before.append(delivery)
        if len(delivery.rows):
            history = join([history, delivery.rows])


def judge(gate: BatchGate, load: Delivery, before: Sequence[Delivery], history: pd.DataFrame) -> BatchVerdict:
    """The verdict on one load after the given ones and their records, as the flow asks for it."""
    earlier = [one.facts for one in before if one.at > load.at - HISTORY]
    return gate.validate(load.facts, load.rows, history, earlier, load.at)


def join(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The records of several loads, the newest 20,000."""
    filled = [frame for frame in frames if len(frame)] or [frames[0]]
    return pd.concat(filled, ignore_index=True)[-HISTORY_ROWS:]
