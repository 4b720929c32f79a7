"""Guided themes against the intents of Banking77: `python -m benchmarks.theme_guided --data DIR`.

DIR holds banking77/train.csv and banking77/test.csv with columns text and category. Ten intents at random are named as
guided themes, each by 1, 3 or 5 of its texts; the other texts of all 77 intents are assigned. Precision is of the texts
assigned, recall of the ten intents' texts, both over all draws; the examples themselves count nowhere. One setting for
all rows, printed. `--rules` prints what simpler rules reach, each at its best threshold for a precision of .85 or more
(a ceiling: chosen with the labels in sight).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.text.embedding import MODEL, Embedder
from analysis.themes.centroids import Ints, Vectors, unit_rows
from analysis.themes.graph import nearest
from analysis.themes.guided import GuidedRule, GuidedTheme, assign_guided

PARTS = ("train", "test")
EXAMPLES = (1, 3, 5)
DRAWS, INTENTS = 6, 10
WANTED = 0.85


@dataclass(frozen=True)
class Figure:
    """What one rule reached on one part with so many examples a theme."""

    rule: str
    part: str
    texts: int
    examples: int
    precision: float
    recall: float

    def __str__(self) -> str:
        """The figure as a row of the table."""
        counts = f"{self.part:5}  {self.texts:6}  {self.examples:8}"
        return f"{self.rule:34}  {counts}  {self.precision:9.3f}  {self.recall:6.3f}"


@dataclass(frozen=True, eq=False)
class Draw:
    """Texts to be assigned with their vectors and intents, and the guided themes with their examples' vectors."""

    texts: list[str]
    vectors: Vectors
    intents: np.ndarray
    guided: list[GuidedTheme]
    examples: Vectors

    def score(self, found: Ints) -> np.ndarray:
        """How many were assigned rightly, how many at all, and how many there were."""
        names = np.array([theme.name for theme in self.guided], dtype=object)
        assigned = found >= 0
        right = assigned & (names[found] == self.intents)
        return np.array([right.sum(), assigned.sum(), np.isin(self.intents, names).sum()])


def main(arguments: list[str] | None = None) -> int:
    """Print the table; exit code 1 where the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.theme_guided", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder that holds banking77/")
    parser.add_argument("--rules", action="store_true", help="simpler rules too (two minutes more)")
    given = parser.parse_args(arguments)
    missing = [str(path) for part in PARTS if not (path := given.data / "banking77" / f"{part}.csv").is_file()]
    if missing:
        print(f"not found: {', '.join(missing)}; --data must name the folder that holds banking77/", file=sys.stderr)
        return 1
    print(f"encoder: {MODEL}\nguided: {GuidedRule()}\n{INTENTS} of 77 intents, {DRAWS} draws\n")
    print("rule                                part    texts  examples  precision  recall")
    for part in PARTS:
        data = pd.read_csv(given.data / "banking77" / f"{part}.csv")
        vectors = Embedder().embed(data["text"].tolist())
        for figure in guided_figures(data["text"].tolist(), vectors, data["category"].tolist(), part=part):
            print(figure, flush=True)
        if given.rules and part == "train":
            for figure in rule_figures(data["text"].tolist(), vectors, data["category"].tolist(), part=part):
                print(figure, flush=True)
    return 0


def guided_figures(
    texts: Sequence[str],
    vectors: Vectors,
    intents: Sequence[str],
    *,
    part: str = "train",
    examples: Sequence[int] = EXAMPLES,
    sizes: Sequence[int | None] = (None, 1_000),
    draws: int = DRAWS,
) -> list[Figure]:
    """Precision and recall of `assign_guided` by number of examples, on all texts and on a random few of them."""
    figures = []
    for size in sizes:
        for count in examples:
            made = [draw(texts, vectors, intents, seed, count, size) for seed in range(draws)]
            found = [assign_guided(one.texts, one.vectors, one.guided, one.examples)[0] for one in made]
            right, assigned, there = _counted(made, found)
            rows = len(made[0].texts)
            figures.append(Figure("as built", part, rows, count, right / max(assigned, 1), right / max(there, 1)))
    return figures


def draw(
    texts: Sequence[str], vectors: Vectors, intents: Sequence[str], seed: int, count: int, size: int | None = None
) -> Draw:
    """Ten intents at random, `count` texts of each as examples, and the others, `size` of them where it is given."""
    random = np.random.default_rng(seed)
    kinds = np.array(intents, dtype=object)
    names = random.choice(sorted(set(intents)), INTENTS, replace=False)
    order = random.permutation(len(texts))
    chosen = [order[kinds[order] == name][:count] for name in names]
    rest = order[~np.isin(order, np.concatenate(chosen))][:size]
    guided = [
        GuidedTheme(str(name), tuple(texts[row] for row in rows)) for name, rows in zip(names, chosen, strict=True)
    ]
    return Draw([texts[row] for row in rest], vectors[rest], kinds[rest], guided, vectors[np.concatenate(chosen)])


def _counted(made: Sequence[Draw], found: Sequence[Ints]) -> tuple[int, int, int]:
    """Right, assigned and there, over all draws."""
    counts = np.sum([one.score(rows) for one, rows in zip(made, found, strict=True)], axis=0)
    return int(counts[0]), int(counts[1]), int(counts[2])


# -------------------------------------------------------------------------------------------------------- other rules


def rule_figures(
    texts: Sequence[str], vectors: Vectors, intents: Sequence[str], *, part: str = "train", draws: int = DRAWS
) -> list[Figure]:
    """What simpler rules reach at the threshold that is best for them."""
    figures = []
    for count in EXAMPLES:
        made = [draw(texts, vectors, intents, seed, count) for seed in range(draws)]
        crowds = [nearest(one.vectors, 50).similarity for one in made]
        for name, rule in RULES.items():
            scored = [_scores(one, crowd, rule) for one, crowd in zip(made, crowds, strict=True)]
            precision, recall = _best(made, scored)
            figures.append(Figure(name, part, len(made[0].texts), count, precision, recall))
    return figures


Rule = Callable[[Vectors, Vectors, Vectors], np.ndarray]  # texts, one theme's examples, neighbours' cosines

RULES: dict[str, Rule] = {
    "nearest example": lambda texts, own, crowd: (texts @ own.T).max(axis=1),
    "mean of the examples' cosines": lambda texts, own, crowd: (texts @ own.T).mean(axis=1),
    "mean example": lambda texts, own, crowd: texts @ unit_rows(own.mean(axis=0, keepdims=True))[0],
    "mean example - .5 x 10 neighbours": lambda texts, own, crowd: (
        texts @ unit_rows(own.mean(axis=0, keepdims=True))[0] - 0.5 * crowd[:, :10].mean(axis=1)
    ),
    "both - .85 x 50 neighbours": lambda texts, own, crowd: (
        (texts @ unit_rows(own.mean(axis=0, keepdims=True))[0] + (texts @ own.T).max(axis=1)) / 2
        - 0.85 * crowd.mean(axis=1)
    ),
}


def _scores(one: Draw, crowd: Vectors, rule: Rule) -> np.ndarray:
    """(texts, themes): the rule's score."""
    ends = np.cumsum([len(theme.examples) for theme in one.guided])[:-1]
    return np.stack([rule(one.vectors, own, crowd) for own in np.split(one.examples, ends)], axis=1)


def _best(made: Sequence[Draw], scored: Sequence[np.ndarray]) -> tuple[float, float]:
    """Precision and recall at the threshold with most recall of those that reach the precision that is wanted."""
    top = np.concatenate([scores.max(axis=1) for scores in scored])
    best = (0.0, 0.0)
    for threshold in np.quantile(top, np.linspace(0.7, 0.9999, 200)):
        found = [np.where(scores.max(axis=1) >= threshold, scores.argmax(axis=1), -1) for scores in scored]
        right, assigned, there = _counted(made, found)
        if assigned and right / assigned >= WANTED and right / there > best[1]:
            best = (right / assigned, right / there)
    return best


if __name__ == "__main__":
    raise SystemExit(main())
