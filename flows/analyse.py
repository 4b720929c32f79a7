"""From stored feedback to clauses, sentiment and themes: replaces the store's analysis as a whole.

A scheduled digest rests on an analysis of what was known when its period closed, so that it comes out the same
whether it is made in that week or filled in a year later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import SecretStr

from analysis.periods import known_until, rows_hash
from flows.progress import say, stage
from flows.steps import step, subflow
from groundswell.leases import Lease

if TYPE_CHECKING:
    from analysis.clusters import ThemeSettings

__all__ = ["AnalysisSummary", "analyse", "analyse_once"]


@dataclass(frozen=True)
class AnalysisSummary:
    """What one analysis did, in counts; `models` names what it was done with."""

    comments: int
    clauses: int
    contentless: int
    themes: int
    unassigned_share: float | None
    models: Mapping[str, str]
    notes: tuple[str, ...] = ()


@subflow("analyse")
def analyse(
    store: SecretStr,
    until: datetime | None = None,
    settings: ThemeSettings | None = None,
    lease: Lease | None = None,
) -> AnalysisSummary:
    """Reads the accepted comments of the store, and writes clauses, sentiments and themes back.

    With `until` those that were written before it, a year of them or the last 2,000 (analysis/periods.py).
    """
    feedback = load_feedback(store, until)
    key = analysis_key(feedback, settings)
    clauses = split_into_clauses(feedback)
    words = find_product_words(clauses)
    clauses = mark_contentless(clauses, words)
    clauses, comments = score_sentiment(feedback, clauses)
    vectors, content = embed_clauses(store, clauses, words)
    clauses, themes, note = find_themes(clauses, vectors, content, words, settings)
    save_analysis(store, clauses, comments, themes, key, models_of(settings), lease)
    return summarise(clauses, comments, themes, note, models_of(settings))


def analyse_once(store: SecretStr, until: datetime | None, settings: ThemeSettings, lease: Lease | None) -> bool:
    """Analyses, unless the store's analysis is already one of these very rows under these settings; whether it did."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        state, feedback = opened.analysis_state(), known_until(opened.load_feedback(), until)
    if state is not None and state.key == analysis_key(feedback, settings):
        return False
    analyse(store, until, settings, lease)
    return True


def analysis_key(feedback: pd.DataFrame, settings: ThemeSettings | None) -> str:
    """What an analysis rests on: the models with their settings, and a hash of the rows."""
    models = sha256(repr(sorted(models_of(settings).items())).encode()).hexdigest()[:16]
    return f"{models} {rows_hash(feedback)}"


def models_of(settings: ThemeSettings | None) -> dict[str, str]:
    """The models and settings of an analysis by their names."""
    from analysis.clusters import ThemeSettings
    from analysis.embedding import MODEL
    from analysis.sentiment import METHOD

    return {"embedding": MODEL, "sentiment": METHOD, "themes": str(settings or ThemeSettings())}


@step
def load_feedback(store: SecretStr, until: datetime | None) -> pd.DataFrame:
    """The feedback of all accepted loads; with `until` what an analysis of that moment reads."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        return known_until(opened.load_feedback(), until)


@step
def split_into_clauses(feedback: pd.DataFrame) -> pd.DataFrame:
    """Clauses with offsets and the language of their comment."""
    from analysis.clauses import clause_frame
    from analysis.language import detect_languages

    with stage("languages and clauses", len(feedback)):
        languages = detect_languages(feedback["text"].tolist(), feedback["language"].tolist())
        clauses = clause_frame(feedback)
        clauses["language"] = clauses["feedback_id"].map(dict(zip(feedback["feedback_id"], languages, strict=True)))
    return clauses


@step
def find_product_words(clauses: pd.DataFrame) -> tuple[str, ...]:
    """The product's own names, which say nothing about what a clause is about."""
    from analysis.product_words import product_words

    return product_words(clauses["text"].tolist())


@step
def mark_contentless(clauses: pd.DataFrame, words: tuple[str, ...]) -> pd.DataFrame:
    """Clauses with the mark of those that name nothing."""
    from analysis import contentless

    texts, languages = clauses["text"].tolist(), clauses["language"].tolist()
    return clauses.assign(contentless=contentless.mark_contentless(texts, words, languages=languages))


@step
def score_sentiment(feedback: pd.DataFrame, clauses: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Clauses with their sentiment, and the sentiment of each comment."""
    from analysis.sentiment import score_clauses, score_comments

    with stage("sentiment", len(clauses)):
        scored = score_clauses(clauses)
        return scored, score_comments(feedback, scored)


@step
def embed_clauses(
    store: SecretStr, clauses: pd.DataFrame, words: tuple[str, ...]
) -> tuple[np.ndarray[Any, Any], pd.DataFrame]:
    """Vectors of the clauses that themes are found among, and these clauses with the text that was embedded.

    Left out are contentless clauses and those in a language that the encoder does not read.
    """
    from analysis.embedding import MODEL, Embedder, embed_cached, text_key
    from analysis.product_words import text_for_embedding
    from groundswell.storage import open_store

    readable = ~clauses["contentless"] & clauses["language"].isin(_readable_languages(clauses))
    content = clauses.loc[readable, ["feedback_id", "start", "text"]].copy()
    content["embedded"] = [text_for_embedding(text, words) for text in content["text"]]
    texts = content["embedded"].tolist()
    with open_store(store.get_secret_value()) as opened, stage("embedding", len(set(texts))) as advance:
        known = opened.known_vectors({text_key(text) for text in texts}, MODEL)
        vectors, new = embed_cached(texts, known, Embedder(), progress=advance)
        opened.save_vectors(new, MODEL)
    return vectors, content


@step
def find_themes(
    clauses: pd.DataFrame,
    vectors: np.ndarray[Any, Any],
    content: pd.DataFrame,
    words: tuple[str, ...],
    settings: ThemeSettings | None,
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Clauses with their theme, the themes, and a note on what could not be had."""
    from analysis.embedding import Embedder
    from analysis.themes import fit_themes

    with stage("themes", len(content)):
        fit = fit_themes(
            content["embedded"].tolist(),
            vectors,
            ids=[f"{f}:{s}" for f, s in zip(content["feedback_id"], content["start"], strict=True)],
            shown=content["text"].tolist(),
            product_words=words,
            embed=Embedder().embed,
            settings=settings,
        )
    ids = fit.themes["theme_id"].to_numpy(dtype=object)
    assigned = clauses.assign(theme_id=None, similarity=np.nan)
    found = fit.assignment >= 0
    rows = content.index[found]
    assigned["theme_id"] = assigned["theme_id"].astype(object)
    assigned.loc[rows, "theme_id"] = ids[fit.assignment[found]]
    assigned.loc[rows, "similarity"] = fit.similarity[found]
    return assigned, fit.themes, fit.note


@step
def save_analysis(
    store: SecretStr,
    clauses: pd.DataFrame,
    comments: pd.DataFrame,
    themes: pd.DataFrame,
    key: str,
    models: Mapping[str, str],
    lease: Lease | None,
) -> None:
    """Replaces the store's analysis in one transaction."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened, stage("saving", len(clauses)):
        opened.save_analysis(clauses, comments, themes, key=key, models=models, lease=lease)


def summarise(
    clauses: pd.DataFrame, comments: pd.DataFrame, themes: pd.DataFrame, note: str, models: Mapping[str, str]
) -> AnalysisSummary:
    """The counts of an analysis, said once."""
    content = clauses[~clauses["contentless"] & (clauses["label"] != "unscored")]
    unassigned = float(content["theme_id"].isna().mean()) if len(content) else None
    if note:
        say(f"  note: {note}")
    return AnalysisSummary(
        comments=len(comments),
        clauses=len(clauses),
        contentless=int(clauses["contentless"].sum()),
        themes=len(themes),
        unassigned_share=unassigned,
        models=models,
        notes=(note,) if note else (),
    )


def _readable_languages(clauses: pd.DataFrame) -> set[str]:
    """English, which the encoder was trained on, and the corpus's main language where that is another one."""
    counts = clauses["language"].value_counts()
    main = {str(counts.index[0])} if len(counts) and counts.iloc[0] > len(clauses) / 2 else set()
    return {"en"} | main
