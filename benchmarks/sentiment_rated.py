"""Rated feedback of public sets as a store would hold it: frames, clauses, vectors; for benchmarks/sentiment_own.py."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.text.embedding import Embedder
from analysis.text.spoken import spoken_clauses


@dataclass(frozen=True)
class Place:
    """Where a set lies and how it is read."""

    path: str
    text: str
    score: str
    date: str | None = None
    day_first: bool = False
    separator: str = ","
    metric: str = "rating"


PLACES = {
    "greenlight": Place("app_reviews_greenlight/greenlight_google_play_reviews.csv.gz", "content", "score", "at"),
    "telecom": Place(
        "nps_survey_telecom/nps_verbatims.csv", "text", "NPS_SCORE", "CUSTOMER_RESPONSE_DATE", True, metric="nps"
    ),
    "shopzilla": Place(
        "support_csat_shopzilla/support_csat.csv.gz", "Customer Remarks", "CSAT Score", "issue_responded", True
    ),
    "hotstar": Place("app_reviews_hotstar/hotstar_google_play_reviews.csv", "content", "score", "at"),
    "alexa": Place("shop_reviews_amazon_alexa/amazon_alexa.tsv", "verified_reviews", "rating", "date", separator="\t"),
    "womens": Place("shop_reviews_womens_clothing/womens_clothing_reviews.csv.gz", "Review Text", "Rating"),
}


@dataclass(frozen=True, eq=False)
class Rated:
    """One set: FEEDBACK and CLAUSES frames (the columns that the own head reads) and the clauses' vectors."""

    name: str
    feedback: pd.DataFrame
    clauses: pd.DataFrame
    vectors: np.ndarray

    def part(self, rows: np.ndarray, *, dated: bool = True) -> Rated:
        """The set with those rows only (a mask over FEEDBACK), without their dates if so wished."""
        feedback = self.feedback[rows].reset_index(drop=True)
        if not dated:
            feedback["occurred_at"] = pd.Series(pd.NaT, index=feedback.index, dtype="datetime64[us, UTC]")
        held = self.clauses["feedback_id"].isin(feedback["feedback_id"]).to_numpy()
        clauses = self.clauses[held].reset_index(drop=True)
        return replace(self, feedback=feedback, clauses=clauses, vectors=self.vectors[held])


def rated_sets(data: Path) -> Iterator[Rated]:
    """Each set that is there."""
    embedder = Embedder()
    for name, place in PLACES.items():
        if not (data / place.path).exists():
            print(f"{name}: {data / place.path} is not there; left out")
            continue
        feedback = _feedback(name, place, data)
        clauses = spoken_clauses(feedback)
        yield Rated(name, feedback, clauses, embedder.embed(clauses["text"].tolist()))


def _feedback(name: str, place: Place, data: Path) -> pd.DataFrame:
    table = pd.read_csv(
        data / place.path,
        sep=place.separator,
        quoting=3 if place.separator == "\t" else 0,
        encoding="utf-8-sig",
    )
    texts = table[place.text].fillna("").astype(str).map(html.unescape)
    table = table.assign(_text=texts)[table[place.score].notna() & (texts.str.strip() != "")].reset_index(drop=True)
    if name == "womens":
        table = _half_unhappy(table, place.score)
    low, high = (0.0, 10.0) if place.metric == "nps" else (1.0, 5.0)
    dates = pd.Series(pd.NaT, index=table.index)
    if place.date:
        dates = pd.to_datetime(table[place.date], dayfirst=place.day_first, format="mixed", errors="coerce")
    return pd.DataFrame(
        {
            "feedback_id": [f"{name}:{row}" for row in range(len(table))],
            "source": name,
            "text": table["_text"],
            "occurred_at": dates.dt.tz_localize("UTC").astype("datetime64[us, UTC]"),
            "author": None,
            "metric": place.metric,
            "score_scaled": (table[place.score].astype(float) - low) / (high - low),
        }
    )


def _half_unhappy(table: pd.DataFrame, score: str) -> pd.DataFrame:
    """All reviews of 1-2 stars, as many of 4-5 and half as many of 3, drawn at random: so the figures had it."""
    draw = np.random.default_rng(0)
    stars = table[score].to_numpy()
    bad = np.flatnonzero(stars <= 2)
    good = draw.choice(np.flatnonzero(stars >= 4), len(bad), replace=False)
    middle = draw.choice(np.flatnonzero(stars == 3), len(bad) // 2, replace=False)
    return table.iloc[np.sort(np.concatenate([bad, good, middle]))].reset_index(drop=True)
