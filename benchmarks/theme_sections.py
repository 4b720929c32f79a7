"""Sections of `benchmarks.themes` made of what `theme_content`, `theme_guided` and `theme_labels` measure."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.themes.fit import ThemeFit
from benchmarks.theme_content import Marks, Stages, content_figures
from benchmarks.theme_guided import DRAWS, guided_figures
from benchmarks.theme_labels import READ_SETS, LabelFigures, label_figures
from benchmarks.theme_quality import Bench
from benchmarks.theme_readings import label_key, read_blind
from benchmarks.theme_rows import Row, at_least, at_most, share
from benchmarks.theme_sets import Sets
from benchmarks.theme_stock import Job, Topics

__all__ = ["content", "guided", "labels", "labels_jobs"]

FRESH = "fresh 2"  # the sample that no rule was written on
TOP = 20


# ------------------------------------------------------------------------------------------------------------- content


def content(bench: Bench) -> list[Row]:
    """Contentless clauses against a reader's labels; copies among comments; journey stages against a reader's."""
    figures = content_figures(bench.sets, journey=not bench.quick)
    rows = [row for marks in figures.marks for row in _mark_rows(marks)]
    rows += [Row(f"contentless, of all clauses, {name}", share(of)) for name, of in figures.share.items()]
    for copies in figures.duplication:
        cost = "" if copies.ratio is None else f"; {copies.seconds:.1f} s, {copies.ratio:.3f} of embedding"
        count = f"{copies.near} near, {copies.template} of templates{cost}"
        rows.append(Row(f"copies among {copies.comments:,} comments, {copies.name}", count))
    return rows + [_stage_row(stages) for stages in figures.stages]


def _mark_rows(marks: Marks) -> list[Row]:
    """Precision and recall of one sample; only the fresh one is held to what is wanted."""
    name = f"contentless, sample {marks.sample!r} ({marks.n} clauses)"
    if marks.sample != FRESH:
        return [Row(f"{name}: precision / recall", f"{marks.precision:.3f} / {marks.recall:.3f}")]
    return [
        at_least(f"{name}: precision", marks.precision, 0.92),
        at_least(f"{name}: recall", marks.recall, 0.65),
    ]


def _stage_row(stages: Stages) -> Row:
    """How many of the stages that were answered are the reader's, first or second choice."""
    answered = max(stages.answered, 1)
    figures = f"{stages.right / answered:.0%}, {stages.fair / answered:.0%} with the second choice"
    return Row(f"journey stage right, {stages.name} ({stages.answered} answered of {stages.found})", figures)


# -------------------------------------------------------------------------------------------------------------- guided


def guided(bench: Bench) -> list[Row]:
    """Themes that a user names by examples: ten intents at random, the texts of all 77 to be assigned."""
    rows = []
    for name in ("banking_train", "banking_test"):
        data = bench.sets.get(name)
        intents = [found[0] for found in data.labels]
        for one in guided_figures(data.texts, data.vectors, intents, part=name, draws=2 if bench.quick else DRAWS):
            figure = f"{name}, {one.texts:,} texts, {one.examples} examples a theme: precision / recall"
            rows.append(Row(figure, f"{one.precision:.3f} / {one.recall:.3f}"))
    return rows


# -------------------------------------------------------------------------------------------------------------- labels


def labels_jobs(sets: Sets, quick: bool) -> list[Job]:
    """What BERTopic is asked for beside `labels`."""
    return [Job(name, name) for name in READ_SETS]


def labels(bench: Bench) -> list[Row]:
    """The labels of five sets: what can be counted, what readers said of them, and the labels themselves."""
    rows: list[Row] = []
    shown: list[Row] = []
    for name in READ_SETS:
        texts = bench.sets.get(name)
        ours = label_figures(name, texts.shown, _whole(bench, name), TOP)
        topics = bench.stock.get(name)
        theirs = label_figures(name, texts.shown, _as_fit(topics, bench), TOP) if topics else None
        rows += _counted(ours, theirs)
        beside = [one.label for one in theirs.top] if theirs else []
        beside += [""] * (len(ours.top) - len(beside))
        shown += [
            Row(f"{name}, {one.clauses} clauses", one.label, stock=other)
            for one, other in zip(ours.top, beside, strict=False)
        ]
    return [*rows, *read_blind({name: _keys(bench, name) for name in READ_SETS}, TOP), *shown]


def _keys(bench: Bench, name: str) -> list[str]:
    """The keys of the labels of a set's themes, the largest first."""
    run = bench.first(name)
    sizes = np.bincount(run.assignment[run.assignment >= 0], minlength=run.themes)
    named = sorted(zip(-sizes, run.fit.themes["label"], strict=True))
    return [label_key(label) for _, label in named]


def _counted(ours: LabelFigures, theirs: LabelFigures | None) -> list[Row]:
    """The figures of one set that need no reader."""

    def often(figures: LabelFigures) -> int:
        return sum(one.occurs >= 3 for one in figures.top)

    return [
        at_least(
            f"{ours.name}: of the {len(ours.top)} largest, labels that 3 members wrote",
            often(ours),
            len(ours.top),
            stock=str(often(theirs)) if theirs else "",
            digits=0,
        ),
        at_most(
            f"{ours.name}: pairs of {ours.themes} labels that share all content words",
            len(ours.alike),
            0,
            stock=f"{len(theirs.alike)} of {theirs.themes}" if theirs else "",
            digits=0,
        ),
    ]


def _whole(bench: Bench, name: str) -> ThemeFit:
    """The set's fit with an assignment for each of its rows."""
    run = bench.first(name)
    return ThemeFit(
        run.assignment,
        np.full(len(run.assignment), np.nan),
        run.fit.themes,
        run.fit.centroids,
        run.fit.settings,
        run.fit.note,
    )


def _as_fit(topics: Topics, bench: Bench) -> ThemeFit:
    """BERTopic's topics in the shape of a fit, their names as labels."""
    nothing = np.empty((len(topics.names), 0), dtype=np.float32)
    similarity = np.full(len(topics.assignment), np.nan)
    named = pd.DataFrame({"label": topics.names})
    return ThemeFit(topics.assignment, similarity, named, nothing, bench.settings, "BERTopic")
