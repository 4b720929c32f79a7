"""Made-up streams of texts: subjects with a centre and words of their own, days on which they were written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.themes.assignment import Registered
from analysis.themes.centroids import centroids_of

WIDTH = 48
START = np.datetime64("2024-01-01", "D")
WORDS = (
    "card never arrived", "monthly fee", "locked out", "phone support hung up", "refund pending", "new design is ugly",
    "wrong exchange rate", "cheque not accepted",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Stream:
    """Distinct texts, vectors of length 1, the number of each text's subject, and its day."""

    texts: list[str]
    vectors: np.ndarray
    subject: np.ndarray
    days: np.ndarray

    @classmethod
    def of(cls, counts: list[int], *, seed: int = 1, start: int = 0, noise: float = 0.1) -> Stream:
        """So many texts on each subject, spread over 12 weeks; `start` is the first running number in the texts."""
        centres = np.random.default_rng(99).normal(size=(len(WORDS), WIDTH))
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
        random = np.random.default_rng(seed)
        subject = np.repeat(np.arange(len(counts)), counts)
        vectors = centres[subject] + noise * random.normal(size=(len(subject), WIDTH))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        texts = [f"{WORDS[s]} {'again ' * (i % 3)}no{start + i}" for i, s in enumerate(subject)]
        return cls(texts, vectors.astype(np.float32), subject, START + random.integers(0, 84, len(subject)))


def registered_of(
    stream: Stream, themes: np.ndarray, rows: np.ndarray | None = None, young: tuple[int, ...] = ()
) -> Registered:
    """The rows (default: all) as members of these themes, whose centroids come from the whole stream."""
    rows = np.arange(len(stream.texts)) if rows is None else rows
    count = int(themes.max()) + 1
    return Registered(
        member_texts=[stream.texts[i] for i in rows],
        member_vectors=stream.vectors[rows],
        member_theme=themes[rows],
        member_dates=stream.days[rows],
        theme_opened=np.full(count, START),
        theme_young=np.isin(np.arange(count), young),
        centroids=centroids_of(themes, stream.vectors),
        rejected=np.empty((0, WIDTH), dtype=np.float32),
    )
