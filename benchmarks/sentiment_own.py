"""The own head on rated sets: `python -m benchmarks.sentiment_own --data DIR [--quick]`.

In store: trained on the first 60 % of a source by time, tested on the last 40 %. Draws: trained on 100, 300 and 1,000
ratings of a source drawn at random (each wording once), tested on the rest without their wordings. Precision and
recall are of negative; in store they count middle scores as rows and unread texts as not found. Nothing is chosen by
tested rows: scale, thresholds, weight and whether the own head is in use all come from the training part.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.sentiment.calibration import Scale, area, measure
from analysis.sentiment.comment_tone import clause_shares, comment_logits
from analysis.sentiment.heads import Heads, clause_lexicon, starter_heads
from analysis.sentiment.model import STARTER_SCALE, SentimentModel
from analysis.sentiment.own_head import OwnHead
from analysis.sentiment.own_rows import rating_classes
from analysis.sentiment.own_training import train_own_head
from analysis.sentiment.scoring import scorable
from benchmarks.sentiment_rated import Rated, rated_sets
from benchmarks.train_sentiment import WEIGHTS, train_heads

DRAWS = {100: 4, 300: 8, 1_000: 2}


class Readings:
    """A set's clauses as the starter sees them, so that many heads can be tried on it."""

    def __init__(self, rated: Rated, starter: Heads) -> None:
        self.rated, self.starter = rated, starter
        self.classes = rating_classes(rated.feedback).astype(int)
        place = pd.Series(np.arange(len(rated.feedback)), index=rated.feedback["feedback_id"])
        self.owner = rated.clauses["feedback_id"].map(place).to_numpy()
        self.language = rated.clauses["language"].to_numpy(dtype=object)
        self.texts = rated.clauses["text"].tolist()
        self.read = scorable(rated.clauses, SentimentModel(starter))
        self.lexicon = clause_lexicon(self.texts, self.language.tolist())
        self.logits = starter.polar(self.texts, rated.vectors, self.lexicon)
        self.shares = clause_shares(rated.clauses, self.read)

    @cached_property
    def starter_logits(self) -> np.ndarray:
        """The starter's logit per comment, NaN where it reads none of it."""
        return comment_logits(self.rated.feedback, self.rated.clauses, np.where(self.read, self.logits, np.nan))

    def own_logits(self, head: OwnHead) -> np.ndarray:
        """The logit of starter and own head together, in use or not."""
        source = head.sources[self.rated.name]
        sources = [self.rated.name] * len(self.texts)
        own = source.weight * head.logits(self.texts, self.rated.vectors, self.lexicon, sources)
        if source.languages:
            read = self.read | np.isin(self.language, source.languages)
            return comment_logits(self.rated.feedback, self.rated.clauses, np.where(read, self.logits + own, np.nan))
        # The rest of a comment's logit is the starter's, and scoring whole texts takes its time.
        return self.starter_logits + np.bincount(self.owner, self.shares * own, len(self.classes))


def line(name: str, logits: np.ndarray, classes: np.ndarray, scale: Scale) -> str:
    """The figures of tested comments."""
    found = measure(scale.comment_probability(logits), classes, scale.negative)
    return (
        f"  {name:40} AUC {found.auc:.3f}  negative P/R {found.precision:.3f}/{found.recall:.3f}  ECE {found.ece:.3f}"
    )


def train(parts: Sequence[Rated], starter: Heads) -> OwnHead:
    """The own head of the sources together."""
    feedback = pd.concat([part.feedback for part in parts], ignore_index=True)
    clauses = pd.concat([part.clauses for part in parts], ignore_index=True)
    vectors = np.concatenate([part.vectors for part in parts])
    return train_own_head(feedback, clauses, vectors, starter, copies=set(), as_of=None)


def in_store(store: Sequence[Readings]) -> None:
    """One store of these sources: the first 60 % of each in time against its last 40 %."""
    first = []
    for each in store:
        times = each.rated.feedback["occurred_at"]
        first.append((times < times.sort_values().iloc[int(0.6 * len(times))]).to_numpy())
    began = time.perf_counter()
    parts = [each.rated.part(rows) for each, rows in zip(store, first, strict=True)]
    head = train(parts, store[0].starter)
    took = time.perf_counter() - began
    print(
        f"{', '.join(each.rated.name for each in store)}: {sum(rows.sum() for rows in first):,} comments, "
        f"{sum(len(part.clauses) for part in parts):,} clauses in {took:.1f} s, {len(head.to_bytes()) / 1024:,.0f} KB"
    )
    for each, rows in zip(store, first, strict=True):
        source, classes = head.sources[each.rated.name], each.classes[~rows]
        name = f"{each.rated.name} ({len(classes):,} tested)"
        print(line(f"{name}, starter", each.starter_logits[~rows], classes, STARTER_SCALE))
        model = "own" if source.in_use else "starter, scaled"
        used = each.own_logits(head) if source.in_use else each.starter_logits
        print(line(f"{name}, {model}", used[~rows], classes, source.scale or STARTER_SCALE))
        print(f"    {source.reason}; {source.scale}")
    print(f"  words: {', '.join(f'{word} {weight:+.1f}' for word, weight in head.words)}")


def draws(readings: Readings, *, quick: bool) -> None:
    """100, 300 and 1,000 ratings: AUC on the rest, and how often the head said that it reads better."""
    wording = readings.rated.feedback["text"].str.lower().str.strip().to_numpy()
    polar = readings.classes != 0
    usable = polar & ~np.isnan(readings.starter_logits)
    once = np.flatnonzero(usable & ~pd.Series(wording).where(usable).duplicated().to_numpy())
    for size, times in DRAWS.items():
        figures = []
        for draw in range(2 if quick else times):
            chosen = np.random.default_rng(1_000 + draw).permutation(once)[:size]
            rows = np.zeros(len(polar), dtype=bool)
            rows[chosen] = True
            rest = usable & ~np.isin(wording, wording[chosen])
            figures.append(_drawn(readings, train([readings.rated.part(rows, dated=False)], readings.starter), rest))
        print(f"{readings.rated.name:12} {size:5,} ratings, {len(figures)} draws: " + _mean(figures))


def _drawn(readings: Readings, head: OwnHead, rest: np.ndarray) -> list[float]:
    source, happy = head.sources[readings.rated.name], readings.classes[rest] > 0
    logits = [readings.starter_logits, readings.own_logits(head)]
    logits.append(logits[source.in_use])
    areas = [area(found[rest], happy) for found in logits]
    scale = source.scale or STARTER_SCALE
    probability = scale.comment_probability(logits[2])[rest]
    even, own = (measure(probability, readings.classes[rest], at) for at in (0.5, scale.negative))
    return [*areas, float(source.in_use), even.precision, even.recall, own.precision, own.recall, even.ece]


def _mean(figures: Sequence[Sequence[float]]) -> str:
    m, d = np.mean(figures, axis=0), np.std(figures, axis=0)
    return (
        f"AUC starter {m[0]:.3f}, own {m[1]:.3f}, used {m[2]:.3f} (own in use {m[3]:.0%}); negative P/R "
        f"{m[4]:.3f}/{m[5]:.3f} (sd {d[4]:.3f}/{d[5]:.3f}) at one half, {m[6]:.3f}/{m[7]:.3f} at its threshold; "
        f"ECE {m[8]:.3f}"
    )


def languages(readings: Readings) -> None:
    """What six in ten comments teach of languages other than English, tested on the rest."""
    rows = np.random.default_rng(0).random(len(readings.classes)) < 0.6
    head = train([readings.rated.part(rows, dated=False)], readings.starter)
    source, first = head.sources[readings.rated.name], np.unique(readings.owner, return_index=True)[1]
    spoken = pd.Series(readings.language[first], index=np.unique(readings.owner)).reindex(range(len(rows)))
    print(f"{readings.rated.name}: {spoken.value_counts().head(4).to_dict()}, learned: {source.languages or 'none'}")
    for language in source.languages:
        clauses = readings.rated.clauses
        read = readings.language == language
        tested = ~rows & (spoken == language).to_numpy() & (readings.classes != 0)
        happy = readings.classes[tested] > 0
        alone = comment_logits(readings.rated.feedback, clauses, np.where(read, readings.logits, np.nan))
        found = [area(logits[tested], happy) for logits in (alone, readings.own_logits(head))]
        print(f"  {language}: {tested.sum()} tested, AUC starter {found[0]:.3f}, with its own head {found[1]:.3f}")


def starter_for(name: str, data: Path) -> Heads:
    """The shipped starter, or for a set that it learned from one that never saw it."""
    return train_heads(data, without=(name,)) if name in WEIGHTS else starter_heads()


def run(data: Path, *, quick: bool = False) -> None:
    """Every figure of the own head."""
    sets = list(rated_sets(data))
    readings = [Readings(rated, starter_for(rated.name, data)) for rated in sets]
    report(readings, quick=quick)


def report(readings: Iterable[Readings], *, quick: bool) -> None:
    """Prints the sections."""
    readings = list(readings)
    dated = [each for each in readings if each.rated.feedback["occurred_at"].notna().all()]
    print("\nIn store, one source each: the first 60 % by time against the last 40 %")
    for each in dated:
        in_store([each])
    unseen = next((each.starter for each in dated if each.rated.name in WEIGHTS), None)
    if unseen is not None:
        print("\nIn store, all sources in one (with the starter that saw none of them)")
        in_store([Readings(each.rated, unseen) for each in dated])
    print("\nFew ratings of one's own")
    for each in readings:
        draws(each, quick=quick)
    print("\nOther languages")
    for each in readings:
        if each.rated.name in ("hotstar", "shopzilla"):
            languages(each)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the rated sets")
    parser.add_argument("--quick", action="store_true", help="two draws of each size")
    given = parser.parse_args()
    run(given.data, quick=given.quick)


if __name__ == "__main__":
    main()
