"""The distinct texts that themes are made of: what was embedded, each once, in an order of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.text.embedding import text_key
from analysis.themes.centroids import Ints, Vectors

__all__ = ["ThemeTexts", "distinct_texts"]


@dataclass(frozen=True, eq=False)
class ThemeTexts:
    """The n distinct embedded texts of a period's content clauses, sorted, and the rows that they stand for.

    `keys` are the names of their vectors in the store, `shown` a clause as a customer wrote it, `authors` who did,
    `dates` the day each was first written (NaT: unknown), `place` the text of each row (-1: blank). `is_copy` marks
    texts that only copies of other comments hold: they join themes, and make none.
    """

    texts: list[str]
    keys: list[str]
    shown: list[str]
    authors: list[str]
    vectors: Vectors
    dates: NDArray[np.datetime64]
    is_copy: NDArray[np.bool_]
    place: Ints

    def __len__(self) -> int:
        return len(self.texts)


def distinct_texts(
    embedded: Sequence[str],
    shown: Sequence[str],
    vectors: Vectors,
    authors: Sequence[str],
    written: pd.Series[pd.Timestamp] | None = None,
    copies: NDArray[np.bool_] | None = None,
) -> ThemeTexts:
    """The distinct texts among rows of clauses, all in step. `authors` name who wrote them, `written` says when (None:
    unknown), `copies` which rows stand in a copy of another comment."""
    place_of = {text: number for number, text in enumerate(sorted({text for text in embedded if text.strip()}))}
    texts = list(place_of)
    place = np.fromiter((place_of.get(text, -1) for text in embedded), dtype=np.int64, count=len(embedded))
    rows = np.flatnonzero(place >= 0)
    first = np.zeros(len(texts), dtype=np.int64)
    # Of several rows that are written to one place the last stays: going backwards, that is the first.
    first[place[rows[::-1]]] = rows[::-1]
    days = pd.Series(np.full(len(embedded), np.datetime64("NaT", "s")))
    if written is not None:
        days = pd.Series(written.to_numpy(dtype="datetime64[s]"))
    earliest = days.iloc[rows].groupby(place[rows]).min().reindex(range(len(texts)))
    own = np.zeros(len(texts), dtype=bool)
    own[place[rows if copies is None else rows[~copies[rows]]]] = True
    return ThemeTexts(
        texts=texts,
        keys=[text_key(text) for text in texts],
        shown=[shown[row] for row in first.tolist()],
        authors=[authors[row] for row in first.tolist()],
        vectors=vectors[first],
        dates=earliest.to_numpy(dtype="datetime64[s]").astype("datetime64[D]"),
        is_copy=~own,
        place=place,
    )
