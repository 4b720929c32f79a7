"""Makes the shipped starter heads, analysis/data/starter_*.tsv: `python -m benchmarks.train_sentiment --data DIR`.

Trained on human-rated sentences of movie reviews, tweets and editorials (MIT), on the reviews of one app (Greenlight,
CC0) and on benchmarks/data/service_sentences.tsv, which was written for this project. The same input gives the same
files: each head is one convex problem, solved from zero, its weights rounded. docs/sentiment.md is the model card.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from analysis.sentiment.heads import FILES, NAMES, Heads, features, parse_heads, terms_of
from analysis.text.embedding import Embedder
from analysis.text.lexicon import lexicon_scores
from benchmarks.sentiment_sets import Labelled, greenlight, human, service

# How much each set weighs in the polar head. Leaving one set out at a time, other weights gave no more.
WEIGHTS = {"movies": 1.0, "tweets": 1.0, "editorials": 1.0, "greenlight": 3.0, "service": 0.5}
# The same for the neutral head, and how much its neutral sentences weigh against the others: editorials have real ones.
NEUTRAL_WEIGHTS = {"movies": 1.0, "tweets": 1.0, "editorials": 1.0, "service": 0.5}
NEUTRAL_SHARE = {"movies": 0.2, "tweets": 0.6, "editorials": 2.2, "service": 0.6}
POLAR_STRENGTH = 7500.0  # the summed loss against half the squared weights
NEUTRAL_STRENGTH = 1800.0
FEWEST = 15  # texts that use a word or pair of words, for it to get a weight
LEAST = 0.02  # of a word's weight
FOLDER = Path(__file__).parents[1] / "analysis" / "data"


class Texts:
    """One set as the heads see it."""

    def __init__(self, labelled: Labelled, embedder: Embedder) -> None:
        self.name, self.texts, self.classes = labelled.name, labelled.texts, labelled.classes
        self.seen = features(embedder.embed(self.texts), lexicon_scores(self.texts))
        self.terms = [list(dict.fromkeys(terms_of(text))) for text in self.texts]


def load_sets(data: Path, without: Collection[str] = ()) -> list[Texts]:
    """Every set to train on but those left out."""
    embedder = Embedder()
    sets = [*(human(data, name) for name in ("movies", "tweets", "editorials")), greenlight(data), service()]
    return [Texts(each, embedder) for each in sets if each.name not in without]


def train_heads(data: Path, without: Collection[str] = ()) -> Heads:
    """The heads as they would be without some of the sets, for tests on those."""
    return parse_heads(*train_files(load_sets(data, without)))


def train_files(sets: Sequence[Texts]) -> tuple[bytes, bytes]:
    """The two files of the heads: weights of embedding and lexicon, weights of words."""
    polar, words = _polar(sets)
    neutral = _neutral([each for each in sets if each.name in NEUTRAL_WEIGHTS])
    names = ("bias", *NAMES)
    dense = "".join(f"{name}\t{a:.3f}\t{b:.3f}\n" for name, a, b in zip(names, polar, neutral, strict=True))
    kept = sorted((term, weight) for term, weight in words.items() if abs(weight) >= LEAST)
    head = "# Made by benchmarks/train_sentiment.py; docs/sentiment.md says of what. Columns: "
    return (
        f"{head}feature, weight in the polar head, in the neutral head.\n{dense}".encode(),
        (
            f"{head}word or pair of words, weight in the polar head.\n" + "".join(f"{t}\t{w:.2f}\n" for t, w in kept)
        ).encode(),
    )


def _polar(sets: Sequence[Texts]) -> tuple[np.ndarray, dict[str, float]]:
    """Weights of bias and features, and of words, that tell positive from negative texts."""
    rows = [np.flatnonzero(each.classes != 0) for each in sets]
    terms = [each.terms[i] for each, kept in zip(sets, rows, strict=True) for i in kept]
    used = Counter(term for of_text in terms for term in of_text)
    vocabulary = {term: i for i, term in enumerate(sorted(term for term, count in used.items() if count >= FEWEST))}
    seen = np.vstack([each.seen[kept] for each, kept in zip(sets, rows, strict=True)])
    happy = np.concatenate([each.classes[kept] > 0 for each, kept in zip(sets, rows, strict=True)])
    weights = [_even(each, kept) for each, kept in zip(sets, rows, strict=True)]
    found = _fitted(seen, _bag(terms, vocabulary), happy, np.concatenate(weights), POLAR_STRENGTH)
    dense, words = found[: seen.shape[1] + 1], found[seen.shape[1] + 1 :]
    return dense, dict(zip(vocabulary, words, strict=True))


def _even(each: Texts, rows: np.ndarray) -> np.ndarray:
    """The weight of each row; the human-rated sets keep their classes' shares, the others get even ones."""
    happy = each.classes[rows] > 0
    by_class = each.name in ("greenlight", "service")
    share = np.where(happy, 0.5 / happy.sum(), 0.5 / (~happy).sum()) if by_class else np.full(len(rows), 1 / len(rows))
    return WEIGHTS[each.name] * share


def _neutral(sets: Sequence[Texts]) -> np.ndarray:
    """Weights of bias and features that tell texts without an opinion from the others."""
    weights = []
    for each in sets:
        none = each.classes == 0
        even = np.where(none, NEUTRAL_SHARE[each.name] / none.sum(), 1 / (~none).sum())
        weights.append(NEUTRAL_WEIGHTS[each.name] * even)
    seen = np.vstack([each.seen for each in sets])
    none = np.concatenate([each.classes == 0 for each in sets])
    return _fitted(seen, csr_matrix((len(seen), 0)), none, np.concatenate(weights), NEUTRAL_STRENGTH)


def _bag(terms: Sequence[Sequence[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """One row per text: its known words, each by the root of their number, as `Heads` reads them."""
    known = [[vocabulary[term] for term in of_text if term in vocabulary] for of_text in terms]
    sizes = np.array([len(row) for row in known])
    values = np.repeat(1 / np.sqrt(np.maximum(1, sizes)), sizes)
    columns = np.array([column for row in known for column in row], dtype=np.int64)
    return csr_matrix((values, columns, np.append(0, np.cumsum(sizes))), shape=(len(terms), len(vocabulary)))


def _fitted(seen: np.ndarray, bag: csr_matrix, target: np.ndarray, weights: np.ndarray, strength: float) -> np.ndarray:
    """Bias, feature weights and word weights of the logistic head with the least loss and squared weights."""
    weights, split = weights / weights.sum(), seen.shape[1]

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        logits = seen @ at[1 : split + 1] + bag @ at[split + 1 :] + at[0]
        cost = weights @ (np.logaddexp(0, logits) - target * logits)
        slope = weights * (0.5 * (1 + np.tanh(logits / 2)) - target)
        gradient = np.concatenate([[slope.sum()], seen.T @ slope, bag.T @ slope])
        pull = np.append(0.0, at[1:])
        return cost + pull @ pull / (2 * strength), gradient + pull / strength

    start = np.zeros(1 + split + bag.shape[1])
    options = {"maxiter": 5000, "maxfun": 10000, "ftol": 1e-15, "gtol": 1e-9, "maxcor": 30}
    found: np.ndarray = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return found


def main() -> None:
    """Writes the shipped files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled sets")
    sets = load_sets(parser.parse_args().data)
    for name, body in zip(FILES, train_files(sets), strict=True):
        (FOLDER / name).write_bytes(body)
        print(f"{name}: {len(body):,} bytes")
    for each in sets:
        print(f"{each.name}: {len(each.texts):,} texts, {np.sum(each.classes == 0):,} neutral")


if __name__ == "__main__":
    main()
