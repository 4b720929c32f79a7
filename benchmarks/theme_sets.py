"""The sets that the theme benchmarks measure on, made from a folder of feedback as an analysis makes them.

A set of unit "record" holds one text for each record, as written; one of unit "clause" the clauses that an analysis
groups: English, with content, product words taken out before embedding. `Sets` makes each once, when it is asked for.
"""

from __future__ import annotations

import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.text.contentless import mark_contentless
from analysis.text.embedding import MODEL, Embedder
from analysis.text.product_words import product_words, text_for_embedding
from analysis.themes.fit import ThemeFit, ThemeSettings, fit_themes

__all__ = ["CLAUSE_SETS", "RECORD_SETS", "Run", "Sets", "TextSet", "clause_set", "fit_set", "made_set", "without_part"]

Ints = NDArray[np.int64]
Vectors = NDArray[np.float32]
WIDTH = 384  # of a vector


@dataclass(frozen=True, eq=False)
class TextSet:
    """Texts with their vectors, row by row.

    `texts` is what was embedded, `shown` what the customer wrote, `labels` the labels of each row (none, one or
    several), `feedback` the row number of the comment, `contentless` the rows that an analysis would set aside (a set
    of clauses holds none of them any more; `all_clauses` counts them in).
    """

    name: str
    unit: str
    texts: list[str]
    shown: list[str]
    vectors: Vectors
    ids: list[str]
    contentless: NDArray[np.bool_]
    feedback: Ints
    labels: list[tuple[str, ...]] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    product_words: tuple[str, ...] = ()
    all_clauses: int = 0

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.texts)

    def only(self, rows: Collection[int] | Ints) -> TextSet:
        """The set with these rows, in this order."""
        at = np.asarray(list(rows), dtype=np.int64)
        return TextSet(
            self.name,
            self.unit,
            [self.texts[i] for i in at],
            [self.shown[i] for i in at],
            self.vectors[at] if len(self.vectors) else self.vectors,
            [self.ids[i] for i in at],
            self.contentless[at],
            self.feedback[at],
            [self.labels[i] for i in at] if self.labels else [],
            [self.dates[i] for i in at] if self.dates else [],
            self.product_words,
            self.all_clauses,
        )


@dataclass(frozen=True)
class _Source:
    """Where a set of clauses comes from: the file under the data folder, its columns, its separator."""

    path: str
    text: str
    date: str | None = None
    separator: str = ","

    def read(self, data: Path) -> tuple[list[str], list[str]]:
        """The texts of the file (empty where there is none) and their dates as written (none without a column)."""
        table = pd.read_csv(data / self.path, sep=self.separator, encoding="utf-8-sig")
        dates = table[self.date].astype(str).tolist() if self.date else []
        return table[self.text].fillna("").astype(str).tolist(), dates


CLAUSE_SETS = {
    "greenlight": _Source("app_reviews_greenlight/greenlight_google_play_reviews.csv.gz", "content", "at"),
    "nps": _Source("nps_survey_telecom/nps_verbatims.csv", "text"),
    "alexa": _Source("shop_reviews_amazon_alexa/amazon_alexa.tsv", "verified_reviews", separator="\t"),
    "shopzilla": _Source("support_csat_shopzilla/support_csat.csv.gz", "Customer Remarks"),
    "hotstar": _Source("app_reviews_hotstar/hotstar_google_play_reviews.csv", "content"),
    "clothing": _Source("shop_reviews_womens_clothing/womens_clothing_reviews.csv.gz", "Review Text"),
}
RECORD_SETS = {
    "banking_train": "banking77/train.csv",
    "banking_test": "banking77/test.csv",
    "semeval_restaurants": "semeval2014_absa_train/Restaurants_Train_v2.xml",
    "support_tweets": "support_tweets_labeled/support_tweets.csv",
}


class Sets:
    """The sets under a folder of feedback, each read and embedded when it is first asked for.

    With `cache`, a folder, vectors are kept there from one run to the next. `embedder` is the one that is used.
    """

    def __init__(self, data: Path, cache: Path | None = None) -> None:
        self.data, self.cache = data, cache
        self.embedder = Embedder()
        self._made: dict[str, TextSet] = {}

    def path(self, name: str) -> Path:
        """The file that the set is made from."""
        return self.data / (RECORD_SETS[name] if name in RECORD_SETS else CLAUSE_SETS[name].path)

    def has(self, name: str) -> bool:
        """True where the set's file is there."""
        return self.path(name).is_file()

    def get(self, name: str) -> TextSet:
        """The set; KeyError for a name that is none, FileNotFoundError where its file is not there."""
        if name not in self._made:
            if name in RECORD_SETS:
                self._made[name] = made_set(name, *_read_records(name, self.path(name)), self._embed)
            else:
                clauses = self.clauses(name)
                self._made[name] = replace(clauses, vectors=self._embed(clauses.texts))
        return self._made[name]

    def clauses(self, name: str) -> TextSet:
        """A set of clauses without its vectors: for what embeds a part of it, and takes the time."""
        return clause_set(name, *CLAUSE_SETS[name].read(self.data))

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts; equal texts are embedded once."""
        distinct = sorted(set(texts))
        digest = sha256("\0".join([MODEL, *distinct]).encode("utf-8", "surrogatepass")).hexdigest()[:24]
        kept = self.cache / f"{digest}.npy" if self.cache else None
        if kept is not None and kept.is_file():
            vectors = np.load(kept)
        else:
            vectors = self.embedder.embed(distinct)
            if kept is not None:
                kept.parent.mkdir(parents=True, exist_ok=True)
                np.save(kept, vectors)
        place = {text: number for number, text in enumerate(distinct)}
        return np.asarray(vectors[[place[text] for text in texts]], dtype=np.float32)


def made_set(
    name: str, texts: list[str], labels: list[tuple[str, ...]], embed: Callable[[Sequence[str]], Vectors]
) -> TextSet:
    """A set of records: each text as written, its labels beside it."""
    return TextSet(
        name,
        "record",
        texts,
        texts,
        embed(texts),
        [f"{row:06d}" for row in range(len(texts))],
        mark_contentless(texts),
        np.arange(len(texts), dtype=np.int64),
        labels,
        all_clauses=len(texts),
    )


def _read_records(name: str, path: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """Texts and labels of a set of records; of tweets the first label is the company."""
    if path.suffix == ".xml":
        sentences = list(ElementTree.parse(path).getroot().iter("sentence"))
        found = [
            tuple(dict.fromkeys(item.get("category", "") for item in one.iter("aspectCategory"))) for one in sentences
        ]
        return [one.findtext("text", "") for one in sentences], found
    table = pd.read_csv(path)
    texts = table["text"].fillna("").astype(str).tolist()
    if name != "support_tweets":
        return texts, [(label,) for label in table["category"]]
    topics = [tuple(value.split(";")) if isinstance(value, str) else () for value in table["topics"]]
    return texts, [(company, *found) for company, found in zip(table["company"], topics, strict=True)]


def clause_set(name: str, texts: list[str], dates: list[str]) -> TextSet:
    """The clauses of the comments that an analysis would group; their vectors are still to be made."""
    from analysis.text.spoken import spoken_clauses

    feedback = pd.DataFrame({"feedback_id": [f"{row:06d}" for row in range(len(texts))], "text": texts})
    clauses = spoken_clauses(feedback)
    words = product_words(clauses["text"].tolist())
    empty = mark_contentless(clauses["text"].tolist(), words, languages=clauses["language"].tolist())
    kept = clauses[~empty & (clauses["language"] == "en")]
    rows = np.array(kept["feedback_id"].astype(int), dtype=np.int64)
    embedded = [text_for_embedding(text, words) for text in kept["text"]]
    return TextSet(
        name,
        "clause",
        embedded,
        kept["text"].tolist(),
        np.empty((0, WIDTH), dtype=np.float32),
        [f"{key}:{start}" for key, start in zip(kept["feedback_id"], kept["start"], strict=True)],
        np.zeros(len(kept), dtype=bool),
        rows,
        dates=[dates[row] for row in rows] if dates else [],
        product_words=words,
        all_clauses=len(clauses),
    )


@dataclass(frozen=True, eq=False)
class Run:
    """One fit of a set: `assignment` for each row (-1: no theme, contentless rows among them) and its seconds."""

    fit: ThemeFit
    assignment: Ints
    seconds: float

    @property
    def unassigned(self) -> float:
        """The share of rows without a theme."""
        return float((self.assignment < 0).mean())

    @property
    def themes(self) -> int:
        """How many themes there are."""
        return len(self.fit.themes)


def fit_set(rows: TextSet, settings: ThemeSettings | None = None, *, embed: bool = False) -> Run:
    """The fit of the rows that have content; with `embed` labels are chosen by meaning too, as an analysis does."""
    took_part = np.flatnonzero(~rows.contentless)
    part = rows.only(took_part)
    started = time.perf_counter()
    fit = fit_themes(
        part.texts,
        part.vectors,
        ids=part.ids,
        shown=part.shown,
        product_words=rows.product_words,
        settings=settings,
        embed=Embedder().embed if embed else None,
    )
    seconds = time.perf_counter() - started
    assignment = np.full(len(rows), -1, dtype=np.int64)
    assignment[took_part] = fit.assignment
    return Run(fit, assignment, seconds)


def without_part(count: int, share: float, seed: int) -> Ints:
    """The rows that are left when a random `share` is removed, ascending."""
    order = np.random.default_rng(seed).permutation(count)
    return np.sort(order[round(share * count) :]).astype(np.int64)
