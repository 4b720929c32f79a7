"""From stored feedback to clauses, sentiment and themes: replaces the store's analysis as a whole.

A scheduled digest rests on an analysis of what was known when its period closed, so that it comes out the same
whether it is made in that week or filled in a year later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import pandas as pd
from pydantic import SecretStr

from analysis.periods import known_until, rows_hash
from flows.progress import stage
from flows.steps import step, subflow
from flows.themes import Content, Themed, ThemeOptions, find_themes, known_product_words, known_themes
from groundswell.errors import RegistryMoved
from groundswell.leases import Lease

__all__ = [
    "AnalysisSummary",
    "Reading",
    "analyse",
    "analyse_once",
    "models_of",
    "read_comments",
    "save_analysis",
    "stored_summary",
]


@dataclass(frozen=True)
class AnalysisSummary:
    """What one analysis did, in counts; `models` names what it was done with."""

    comments: int
    clauses: int
    contentless: int
    themes: int
    sub_themes: int
    unassigned_share: float | None
    models: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Reading:
    """The comments of an analysis, read: what is left to find are the themes of `content`."""

    key: str
    clauses: pd.DataFrame
    comments: pd.DataFrame
    content: Content


@subflow("analyse")
def analyse(
    store: SecretStr,
    until: datetime | None = None,
    options: ThemeOptions | None = None,
    lease: Lease | None = None,
) -> AnalysisSummary:
    """Reads the accepted comments of the store, and writes clauses, sentiments and themes back.

    With `until` those that were written before it, a year of them or the last 2,000 (analysis/periods.py).
    """
    options = options or ThemeOptions()
    reading = read_comments(store, until, options)
    for last in (False, False, True):
        themed = find_themes(known_themes(store), reading.clauses, reading.content, until, options)
        try:
            save_analysis(store, reading, themed, models_of(options), lease)
            break
        except RegistryMoved:
            # Somebody edited the themes meanwhile: what they say counts.
            if last:
                raise
    return summarise(reading.comments, themed, models_of(options))


def read_comments(store: SecretStr, until: datetime | None, options: ThemeOptions) -> Reading:
    """Everything about the comments but their themes, step by step."""
    feedback = load_feedback(store, until)
    clauses = split_into_clauses(feedback)
    words = known_product_words(store, clauses)
    clauses = mark_contentless(clauses, words)
    clauses, comments = score_sentiment(feedback, clauses)
    comments, copies = mark_duplicates(feedback, comments)
    content = embed_clauses(store, feedback, clauses, words, copies)
    return Reading(analysis_key(feedback, options), clauses, comments, content)


def analyse_once(
    store: SecretStr, until: datetime | None, options: ThemeOptions | None = None, lease: Lease | None = None
) -> bool:
    """Analyses, unless the store's analysis is already one of these very rows, settings and themes; whether it did."""
    if stored_summary(store, until, options) is not None:
        return False
    analyse(store, until, options, lease)
    return True


def stored_summary(
    store: SecretStr, until: datetime | None, options: ThemeOptions | None = None
) -> AnalysisSummary | None:
    """The counts of the store's analysis, where it is one of the very rows, settings and themes that it would be."""
    from groundswell.storage import open_store

    options = options or ThemeOptions()
    with open_store(store.get_secret_value()) as opened:
        state, version = opened.analysis_state(), opened.load_registry().version
        if state is None or state.registry != version:
            return None
        if state.key != analysis_key(known_until(opened.load_feedback(), until), options):
            return None
        clauses, comments, themes = opened.load_analysis()
    return summarise(comments, Themed(clauses, themes, None, version, ()), models_of(options))


def analysis_key(feedback: pd.DataFrame, options: ThemeOptions) -> str:
    """What an analysis rests on: the models with their settings, and a hash of the rows."""
    models = sha256(repr(sorted(models_of(options).items())).encode()).hexdigest()[:16]
    return f"{models} {rows_hash(feedback)}"


def models_of(options: ThemeOptions) -> dict[str, str]:
    """The models and settings of an analysis by their names."""
    from analysis.embedding import MODEL
    from analysis.sentiment import METHOD

    return {"embedding": MODEL, "sentiment": METHOD, "themes": str(options)}


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
def mark_duplicates(feedback: pd.DataFrame, comments: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """Comments with the mark of those that copy another one, and the ids of the copies."""
    from analysis.duplicates import find_duplicates

    with stage("repeated comments", len(feedback)):
        texts, authors = feedback["text"].tolist(), feedback["author"].tolist()
        found = find_duplicates(texts, authors, feedback["occurred_at"].to_numpy(dtype="datetime64[s]"))
    return comments.assign(duplicate=found.kind), set(feedback["feedback_id"].to_numpy()[found.of >= 0])


@step
def embed_clauses(
    store: SecretStr, feedback: pd.DataFrame, clauses: pd.DataFrame, words: tuple[str, ...], copies: set[str]
) -> Content:
    """The clauses that themes are found among, with their vectors.

    Left out are contentless clauses and those in a language that the encoder does not read.
    """
    from analysis.embedding import MODEL, Embedder, embed_cached, text_key
    from analysis.product_words import text_for_embedding
    from analysis.scores import people
    from groundswell.storage import open_store

    readable = ~clauses["contentless"] & clauses["language"].isin(_readable_languages(clauses))
    content = clauses.loc[readable, ["feedback_id", "start", "text"]].copy()
    content["embedded"] = [text_for_embedding(text, words) for text in content["text"]]
    comment = feedback.assign(who=people(feedback)).set_index("feedback_id")
    content["occurred_at"] = content["feedback_id"].map(comment["occurred_at"])
    content["who"] = content["feedback_id"].map(comment["who"])
    texts = content["embedded"].tolist()
    with open_store(store.get_secret_value()) as opened, stage("embedding", len(set(texts))) as advance:
        known = opened.known_vectors({text_key(text) for text in texts}, MODEL)
        vectors, new = embed_cached(texts, known, Embedder(), progress=advance)
        opened.save_vectors(new, MODEL)
    return Content(content, vectors, content["feedback_id"].isin(copies).to_numpy(), words)


@step
def save_analysis(
    store: SecretStr,
    reading: Reading,
    themed: Themed,
    models: Mapping[str, str],
    lease: Lease | None,
) -> None:
    """Replaces the store's analysis and tells the registry what it found, in one transaction."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened, stage("saving", len(themed.clauses)):
        opened.save_analysis(
            themed.clauses,
            reading.comments,
            themed.themes,
            key=reading.key,
            models=models,
            lease=lease,
            change=themed.change,
            made_for=themed.version,
        )


def summarise(comments: pd.DataFrame, themed: Themed, models: Mapping[str, str]) -> AnalysisSummary:
    """The counts of an analysis, said once."""
    clauses = themed.clauses
    content = clauses[~clauses["contentless"] & (clauses["label"] != "unscored")]
    unassigned = float(content["theme_id"].isna().mean()) if len(content) else None
    return AnalysisSummary(
        comments=len(comments),
        clauses=len(clauses),
        contentless=int(clauses["contentless"].sum()),
        themes=int(themed.themes["parent"].isna().sum()),
        sub_themes=int(themed.themes["parent"].notna().sum()),
        unassigned_share=unassigned,
        models=models,
        notes=themed.notes,
    )


def _readable_languages(clauses: pd.DataFrame) -> set[str]:
    """English, which the encoder was trained on, and the corpus's main language where that is another one."""
    counts = clauses["language"].value_counts()
    main = {str(counts.index[0])} if len(counts) and counts.iloc[0] > len(clauses) / 2 else set()
    return {"en"} | main
