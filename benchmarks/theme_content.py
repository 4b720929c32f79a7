"""What is kept apart from themes, and where themes stand: `python -m benchmarks.theme_content --data DIR`.

Contentless clauses against a reader's labels. A clause is contentless when it names nothing that a company could act
on: praise or complaint that fits anything, thanks, fragments, life circumstances. Malfunction without a noun ("it does
not work"), waiting, and leaving are content. The labels were given before the program's answer was seen; rules were
written on `first` (the sample of an earlier version) and `development`, then measured on `fresh 1`; its errors went
into the rules, which were then measured once on `fresh 2`: precision .949, recall .694. What was read of NPS answers
after that (`nps`, precision .80 then) changed a few phrases more. Label files hold row ids and 0 or 1, never text.

Near-duplicates and templates over the comments of every set, and what finding them costs beside embedding.

Journey stages against the stage that a reader gave to the 60 largest themes of four sets, known by the five clauses
nearest to each theme's centre: a theme of today's fit that holds three of them is taken for the same.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.text.contentless import mark_contentless
from analysis.text.duplicates import find_duplicates
from analysis.text.product_words import product_words
from analysis.themes.journey import STAGES, journey_stages
from benchmarks.theme_sets import CLAUSE_SETS, Sets, fit_set

__all__ = ["ContentFigures", "Duplication", "Marks", "Stages", "content_figures", "main"]

LABELS = Path(__file__).parent / "data"
REVIEWS = "greenlight"
OTHER_COMMENTS = {"app_types": ("app_review_types/app_review_types.csv", "review")}  # undated; half are altered copies
SAMPLED = 1_000  # comments embedded to tell what embedding all would take
SAME = 3  # of the five central clauses of a labelled theme


@dataclass(frozen=True, slots=True)
class Marks:
    """How the marks of one sample compare with the labels."""

    sample: str
    n: int
    contentless: int
    marked: int
    right: int

    @property
    def precision(self) -> float:
        """The share of the marked that are contentless."""
        return self.right / max(self.marked, 1)

    @property
    def recall(self) -> float:
        """The share of the contentless that are marked."""
        return self.right / max(self.contentless, 1)


@dataclass(frozen=True, slots=True)
class Duplication:
    """What is a copy among the comments of one set; with `ratio` the seconds as a share of embedding the same."""

    name: str
    comments: int
    near: int
    template: int
    seconds: float
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Stages:
    """Stages of one set's themes: `right` of the `answered` are the reader's first choice, `fair` one of his two."""

    name: str
    labelled: int
    found: int
    answered: int
    right: int
    fair: int


@dataclass(frozen=True, slots=True)
class ContentFigures:
    """All figures of this benchmark."""

    marks: tuple[Marks, ...]
    share: dict[str, float]  # of all English clauses of a set that are contentless
    duplication: tuple[Duplication, ...]
    stages: tuple[Stages, ...]


def content_figures(sets: Sets, *, journey: bool = True) -> ContentFigures:
    """The figures of the sets whose files are there; without `journey` no themes are fitted, which takes a minute."""
    return ContentFigures(
        marks=(*_review_marks(sets), *_marks_elsewhere(sets)) if sets.has(REVIEWS) else tuple(_marks_elsewhere(sets)),
        share={name: _share(sets, name) for name in CLAUSE_SETS if sets.has(name)},
        duplication=tuple(_duplication(sets)),
        stages=tuple(_stages(sets)) if journey else (),
    )


def _review_marks(sets: Sets) -> list[Marks]:
    """The samples of app reviews, by id and offsets."""
    table = pd.read_csv(sets.path(REVIEWS)).set_index("reviewId")["content"]
    first = pd.read_csv(LABELS / "contentless_labels.csv").assign(sample="first")
    labels = pd.concat([first, pd.read_csv(LABELS / "contentless_fresh.csv")])
    texts = [table[i][s:e] for i, s, e in zip(labels["reviewId"], labels["start"], labels["end"], strict=True)]
    marked = mark_contentless(texts, _names(sets, REVIEWS))
    return _by_sample(labels["sample"].tolist(), marked, labels["contentless"].to_numpy(dtype=bool))


def _marks_elsewhere(sets: Sets) -> list[Marks]:
    """The samples of other sets, half of each marked and half not when drawn: read precision, not recall."""
    labels = pd.read_csv(LABELS / "contentless_elsewhere.csv")
    found = []
    for name in dict.fromkeys(sample.split()[0] for sample in labels["set"]):
        part = labels[labels["set"].str.split().str[0] == name]
        if sets.has(name):
            texts = CLAUSE_SETS[name].read(sets.data)[0]
            clauses = [texts[i][s:e] for i, s, e in zip(part["row"], part["start"], part["end"], strict=True)]
            marked = mark_contentless(clauses, _names(sets, name))
            found += _by_sample(part["set"].tolist(), marked, part["contentless"].to_numpy(dtype=bool))
    return found


def _by_sample(samples: list[str], marked: NDArray[np.bool_], truth: NDArray[np.bool_]) -> list[Marks]:
    """The figures of each sample, in the order in which they come."""
    at = {name: np.array([sample == name for sample in samples]) for name in dict.fromkeys(samples)}
    return [
        Marks(name, int(i.sum()), int(truth[i].sum()), int(marked[i].sum()), int((marked & truth)[i].sum()))
        for name, i in at.items()
    ]


def _names(sets: Sets, name: str) -> tuple[str, ...]:
    """The product's names in the comments of a set."""
    return product_words(CLAUSE_SETS[name].read(sets.data)[0])


def _share(sets: Sets, name: str) -> float:
    """The share of a set's clauses that are contentless or, rarely, in another language."""
    clauses = sets.clauses(name)
    return 1 - len(clauses) / max(clauses.all_clauses, 1)


def _duplication(sets: Sets) -> list[Duplication]:
    """Copies in each set of comments; last, in all of them at once beside the time of embedding."""
    found, together = [], list[str]()
    for name, source in CLAUSE_SETS.items():
        if sets.has(name):
            texts, dates = source.read(sets.data)
            together += texts
            found.append(_copies(name, texts, dates))
    for name, (path, column) in OTHER_COMMENTS.items():
        if (sets.data / path).is_file():
            found.append(_copies(name, pd.read_csv(sets.data / path)[column].fillna("").astype(str).tolist(), []))
    if together:
        every = _copies("all", together, [])
        part = [together[i] for i in np.random.default_rng(1).permutation(len(together))[:SAMPLED]]
        started = time.perf_counter()
        sets.embedder.embed(part)
        embedding = (time.perf_counter() - started) * len(together) / len(part)
        found.append(
            Duplication("all", every.comments, every.near, every.template, every.seconds, every.seconds / embedding)
        )
    return found


def _copies(name: str, texts: list[str], dates: list[str]) -> Duplication:
    """The copies among comments whose authors are unknown."""
    undated = np.full(len(texts), "NaT", dtype="datetime64[D]")
    days = pd.to_datetime(dates, errors="coerce", utc=True).to_numpy() if dates else undated
    started = time.perf_counter()
    copies = find_duplicates(texts, [None] * len(texts), days)
    seconds = time.perf_counter() - started
    kinds = Counter(copies.kind.tolist())
    return Duplication(name, len(texts), kinds["near"], kinds["template"], seconds)


def _stages(sets: Sets) -> list[Stages]:
    """The stages of today's themes beside the reader's."""
    with (LABELS / "journey_labels.csv").open(encoding="utf-8", newline="") as file:
        labelled = list(csv.DictReader(file))
    names = dict.fromkeys(row["set"] for row in labelled)
    return [_stages_of(sets, name, [row for row in labelled if row["set"] == name]) for name in names if sets.has(name)]


def _stages_of(sets: Sets, name: str, labelled: list[dict[str, str]]) -> Stages:
    """The figures of one set."""
    rows = sets.get(name)
    run = fit_set(rows, embed=True)
    themes = run.fit.themes
    stages = journey_stages(
        themes["label"].tolist(), themes["keywords"].tolist(), run.fit.centroids, sets.embedder.embed
    )
    theme_of = dict(zip(rows.ids, run.assignment.tolist(), strict=True))
    answers: list[tuple[str | None, dict[str, str]]] = []
    for row in labelled:
        held = Counter(theme_of.get(key, -1) for key in row["central"].split())
        theme, count = max(((t, n) for t, n in held.items() if t >= 0), key=lambda item: item[1], default=(-1, 0))
        if count >= SAME:
            answers.append((stages[theme], row))
    given = [(stage, row) for stage, row in answers if stage is not None]
    right = sum(stage == row["stage"] for stage, row in given)
    fair = sum(stage in (row["stage"], row["also"]) for stage, row in given)
    return Stages(name, len(labelled), len(answers), len(given), right, fair)


def main(arguments: list[str] | None = None) -> int:
    """Print all figures; exit code 1 where none of the files is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.theme_content", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder that holds the sets")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="folder in which vectors are kept for the next run")
    parser.add_argument("--no-journey", action="store_true", help="fit no themes")
    options = parser.parse_args(arguments)
    sets = Sets(options.data, options.cache)
    if not any(map(sets.has, CLAUSE_SETS)):
        print(f"none of {', '.join(CLAUSE_SETS)} under {options.data}; --data must name their folder", file=sys.stderr)
        return 1
    print_figures(content_figures(sets, journey=not options.no_journey))
    return 0


def print_figures(figures: ContentFigures) -> None:
    """Print the three tables."""
    print("contentless      n  contentless  marked  precision  recall")
    for marks in figures.marks:
        # A sample drawn half from the marked and half from the others has no recall.
        recall = "" if marks.sample.split()[0] in CLAUSE_SETS else f"{marks.recall:8.3f}"
        counts = f"{marks.sample:12}  {marks.n:4}  {marks.contentless:11}  {marks.marked:6}"
        print(f"{counts}  {marks.precision:9.3f}{recall}")
    print("share of clauses set aside: " + ", ".join(f"{name} {share:.1%}" for name, share in figures.share.items()))
    print("\nduplicates    comments  near  template  seconds  of embedding")
    for copies in figures.duplication:
        ratio = "" if copies.ratio is None else f"{copies.ratio:12.3f}"
        line = f"{copies.name:12}  {copies.comments:8}  {copies.near:4}  {copies.template:8}  {copies.seconds:7.2f}"
        print(f"{line}  {ratio}".rstrip())
    if figures.stages:
        print(f"\njourney stages: {', '.join(STAGES)}")
        print("set            themes  still there  undecided  right  right or second choice")
    for one in figures.stages:
        answered, undecided = max(one.answered, 1), 1 - one.answered / max(one.found, 1)
        line = f"{one.name:13}  {one.labelled:6}  {one.found:11}  {undecided:9.1%}"
        print(f"{line}  {one.right / answered:5.1%}  {one.fair / answered:22.1%}")


if __name__ == "__main__":
    raise SystemExit(main())
