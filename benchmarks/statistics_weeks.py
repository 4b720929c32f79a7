"""The demo of one seed, analysed week by week as `publish --week A..B` does it, without Prefect's server.

A process that calls `analysed_weeks` runs the flows as plain functions from then on: it is to be one of its own.
"""

from __future__ import annotations

import gzip
import io
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from analysis.scope.periods import Span
    from extractors.demo import DemoTruth

__all__ = ["FIRST", "Analysed", "analysed_weeks"]

FIRST = 10  # the first week that is published: before it there is no baseline, so that nothing can be an alert


@dataclass(frozen=True)
class Analysed:
    """What the store hands to the findings of one week, as it was when the week had just ended."""

    span: Span
    feedback: pd.DataFrame
    clauses: pd.DataFrame
    comments: pd.DataFrame
    themes: pd.DataFrame


class Plain:
    """A step or a flow as the function that it is."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.function(*arguments, **options)

    def with_options(self, **_: Any) -> Plain:
        """Itself: names of runs are Prefect's."""
        return self


def analysed_weeks(seed: int, weeks: int, folder: Path) -> tuple[DemoTruth, Iterator[Analysed]]:
    """What was planted, and the weeks from the 10th on, oldest first.

    The analyses stay in `folder`. They know nothing of alerts: what is judged anew may be told of the same ones. Delete
    the folder after a change of the clauses, the sentiment or the themes.
    """
    _without_prefect()
    from extractors.demo import generate_demo

    truth = generate_demo(folder / "data", seed=seed, weeks=weeks)
    done, spans = folder / "done", _spans(truth)
    if not done.exists():
        with redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
            _analyse(folder, spans)
        done.touch()
    return truth, (_load(folder / f"{span.period.slug}.pkl.gz") for span in spans)


def _without_prefect() -> None:
    """Steps and flows are plain functions in this process; too late once one of them was imported."""
    from flows import steps

    if steps.step is Plain:
        return
    if "flows.analyse" in sys.modules:
        raise RuntimeError("a flow was imported before; walk in a process of its own")
    steps.step = Plain
    steps.subflow = lambda name, run_name=None: Plain


def _spans(truth: DemoTruth) -> list[Span]:
    """The weeks to publish, oldest first."""
    from analysis.scope.calendar import Calendar
    from analysis.scope.periods import spans_of_weeks
    from extractors.demo.company import iso_week

    return spans_of_weeks(iso_week(truth.first_day), iso_week(truth.last_day), Calendar(), "week")[FIRST - 1 :]


def _analyse(folder: Path, spans: list[Span]) -> None:
    """Ingests the demo into a fresh store, and analyses it at the end of each week."""
    from pydantic import SecretStr

    from flows.analyse import analyse_once
    from groundswell.storage import open_store

    store = folder / "store.db"
    store.unlink(missing_ok=True)
    _ingest(folder, store)
    for span in spans:
        analyse_once(SecretStr(str(store)), span.period.end)
        with open_store(store) as opened:
            clauses, comments, themes = opened.load_analysis()
            feedback = opened.load_feedback()
        feedback = feedback[feedback["feedback_id"].isin(comments["feedback_id"])]
        with gzip.open(folder / f"{span.period.slug}.pkl.gz", "wb", compresslevel=3) as file:
            pickle.dump(Analysed(span, feedback, clauses, comments, themes), file)
    store.unlink()


def _ingest(folder: Path, store: Path) -> None:
    """The three exports, their columns detected as anybody's would be."""
    from pydantic import SecretStr

    from extractors.demo import DEMO_FILES
    from flows.commands.demo import NO_CHOICES
    from flows.commands.try_files import find_sources
    from flows.ingest import ingest
    from groundswell.keys import ensure_key

    ensure_key(folder / "key")
    for source in find_sources([folder / "data" / name for name in DEMO_FILES.values()], NO_CHOICES):
        ingest(source, source.kind, SecretStr(str(store)), str(folder / "key"), datetime.now(UTC))


def _load(path: Path) -> Analysed:
    with gzip.open(path, "rb") as file:
        analysed: Analysed = pickle.load(file)
    return analysed
