"""What themes cost beside embedding: a section of `benchmarks.themes`.

50,000 different clauses of one shop are embedded, grouped and labelled, then 2,000 more are embedded and assigned,
all in one process. Times are printed as shares of the time that embedding the 50,000 took, because the machine may be
shared; the same shares in processor seconds stand beside them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from analysis.themes.centroids import unit_rows
from analysis.themes.fit import ThemeFit, fit_themes
from benchmarks.theme_rows import Row, at_most
from benchmarks.theme_sets import Sets, TextSet
from benchmarks.theme_stock import Job, Topics

if TYPE_CHECKING:
    from analysis.themes.assignment import Registered
    from benchmarks.theme_quality import Bench

__all__ = ["cost", "cost_texts"]

SET = "clothing"
FITTED, WEEK = 50_000, 2_000
QUICK = 10_000
Result = TypeVar("Result")


def cost_texts(sets: Sets, quick: bool) -> tuple[TextSet, TextSet]:
    """The clauses to be grouped and those of the week after: different texts, chosen by their hash."""
    clauses = sets.clauses(SET)
    keys = {text: sha256(text.encode("utf-8", "surrogatepass")).digest() for text in set(clauses.texts)}
    place = {text: row for row, text in enumerate(clauses.texts)}
    chosen = [place[text] for text in sorted(keys, key=keys.__getitem__)]
    fitted = min(QUICK if quick else FITTED, max(0, len(chosen) - WEEK))
    return clauses.only(chosen[:fitted]), clauses.only(chosen[fitted : fitted + WEEK])


@dataclass(frozen=True)
class _Clock:
    """Wall and processor seconds."""

    wall: float
    processor: float

    def beside(self, other: _Clock) -> str:
        """This time as a share of another."""
        return f"{self.wall / other.wall:.2f} (processor {self.processor / other.processor:.2f})"


def _timed(work: Callable[[], Result]) -> tuple[Result, _Clock]:
    """What the work gives, and what it took."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, _Clock(time.perf_counter() - wall, time.process_time() - processor)


def cost(bench: Bench) -> list[Row]:
    """Fit and labels, then a week's assignment, as shares of the time that embedding the same clauses took."""
    from analysis.themes.assignment import assign_texts
    from analysis.themes.second_look import second_look

    fitted, week = cost_texts(bench.sets, bench.quick)
    embedder = bench.sets.embedder
    embedder.embed(week.texts[:200])
    vectors, embedding = _timed(lambda: embedder.embed(fitted.texts))
    fit, fitting = _timed(
        lambda: fit_themes(
            fitted.texts,
            vectors,
            ids=fitted.ids,
            shown=fitted.shown,
            product_words=fitted.product_words,
            settings=bench.settings,
            embed=embedder.embed,
        )
    )
    known = _registered(fitted, vectors, fit)
    new, week_embedding = _timed(lambda: embedder.embed(week.texts))
    (found, _), assigning = _timed(lambda: assign_texts(known, week.texts, new, bench.settings))
    moved, looking = _timed(lambda: second_look(known, bench.settings))
    both = _Clock(assigning.wall + looking.wall, assigning.processor + looking.processor)
    stock = _stock(bench, fitted, week, np.vstack([vectors, new]))
    # The other environment has no encoder: its seconds stand beside this run's embedding.
    fit_beside = f"{stock.seconds / embedding.wall:.2f}" if stock else ""
    week_beside = f"{stock.later_seconds / embedding.wall:.2f}" if stock else ""
    count, more = len(fitted), len(week)
    return [
        at_most(
            f"{count:,} clauses: fit, consensus and labels / embedding",
            fitting.wall / embedding.wall,
            0.6,
            ours=fitting.beside(embedding),
            stock=fit_beside,
        ),
        at_most(
            f"{more:,} clauses of a week: assignment and second look / embedding the {count:,}",
            both.wall / embedding.wall,
            0.2,
            ours=both.beside(embedding),
            stock=week_beside,
        ),
        Row(f"{more:,} clauses of a week: assignment / embedding them", assigning.beside(week_embedding)),
        Row(
            f"{count:,} clauses: seconds of embedding; of the fit",
            f"{embedding.wall:.1f}; {fitting.wall:.1f}",
            stock=f"-; {stock.seconds:.1f}" if stock else "",
        ),
        Row(f"{count:,} clauses: themes; unassigned", f"{len(fit.themes)}; {np.mean(fit.assignment < 0):.1%}"),
        Row(f"{more:,} clauses of a week: seconds; unassigned", f"{assigning.wall:.2f}; {np.mean(found < 0):.1%}"),
        Row(f"second look: seconds; of {count:,} clauses that go over", f"{looking.wall:.2f}; {len(moved):,}"),
    ]


def _stock(bench: Bench, fitted: TextSet, week: TextSet, vectors: np.ndarray) -> Topics | None:
    """BERTopic on the same clauses, and its `transform` of the week's; None where it is not asked for."""
    if bench.runner is None:
        return None
    count = len(fitted)
    job = Job("cost", SET, tuple(range(count)), seed=None, later=tuple(range(count, len(vectors))))
    return bench.runner.run([job], {SET: ([*fitted.texts, *week.texts], vectors)})["cost"]


def _registered(fitted: TextSet, vectors: np.ndarray, fit: ThemeFit) -> Registered:
    """The fit as the register would give it back a week later."""
    from analysis.themes.assignment import Registered

    day = np.datetime64("2024-01-01", "D")
    count = len(fit.themes)
    return Registered(
        member_texts=fitted.texts,
        member_vectors=unit_rows(vectors),
        member_theme=fit.assignment,
        member_dates=np.full(len(fitted), day),
        theme_opened=np.full(count, day),
        theme_young=np.zeros(count, dtype=bool),
        centroids=fit.centroids,
        rejected=np.empty((0, vectors.shape[1]), dtype=np.float32),
    )
