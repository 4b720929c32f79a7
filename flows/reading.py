"""The first half of an analysis: comments to clauses, vectors, sentiment and signals. What is left are the themes."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import SecretStr

from analysis.scope.periods import known_until, rows_hash
from flows.progress import stage
from flows.sentiment import HeadInUse, head_known, model_with, rated_languages, train_head
from flows.steps import step
from flows.themes import Content, ThemeOptions, known_product_words
from groundswell.settings_sentiment import SentimentSettings

if TYPE_CHECKING:
    from analysis.sentiment.model import SentimentModel

__all__ = ["AnalysisOptions", "Reading", "Texts", "read_comments", "read_texts"]

_Vectors = np.ndarray[Any, Any]


@dataclass(frozen=True)
class AnalysisOptions:
    """What a project says of its analysis."""

    themes: ThemeOptions = field(default_factory=ThemeOptions)
    sentiment: SentimentSettings = field(default_factory=SentimentSettings)


@dataclass(frozen=True, eq=False)
class Texts:
    """The comments of an analysis in clauses, before anything is said of them.

    `vectors` are those of the clauses, float32[clauses, 384], zeros in languages that nobody reads. `copies` are the
    ids of the comments that copy another one, `duplicates` says of each comment how. `head` is what is known already
    to read them, None where it is to be trained on them first.
    """

    feedback: pd.DataFrame
    rows: str  # the hash of the feedback
    head: HeadInUse | None
    clauses: pd.DataFrame
    vectors: _Vectors
    content: Content
    copies: set[str]
    duplicates: _Vectors


@dataclass(frozen=True, eq=False)
class Reading:
    """The comments of an analysis, read: what is left to find are the themes of `content`."""

    rows: str  # the hash of the feedback
    clauses: pd.DataFrame
    comments: pd.DataFrame
    content: Content
    head: HeadInUse


def read_comments(store: SecretStr, until: datetime | None, options: AnalysisOptions) -> Reading:
    """Everything about the comments but their themes, step by step."""
    texts = read_texts(store, until, options.sentiment)
    head = texts.head or learn(texts, until)
    clauses, comments = score_sentiment(texts, head.model)
    return Reading(texts.rows, clauses, comments.assign(duplicate=texts.duplicates), texts.content, head)


def read_texts(store: SecretStr, until: datetime | None, rules: SentimentSettings | None) -> Texts:
    """The accepted comments that an analysis of that moment reads, split and embedded.

    Without rules for a head to be trained, whatever is known.
    """
    feedback, rows, head = load_feedback(store, until, rules)
    clauses = split_into_clauses(feedback)
    words = known_product_words(store, clauses)
    clauses = mark_contentless(clauses, words)
    of_themes = _readable_languages(clauses)
    spoken = rated_languages(feedback, clauses) if head is None else head.model.languages
    vectors, embedded = embed_clauses(store, clauses, words, of_themes | spoken)
    duplicates, copies = find_copies(feedback)
    content = content_of(feedback, clauses[clauses["language"].isin(of_themes)], vectors, embedded, words, copies)
    return Texts(feedback, rows, head, clauses, vectors, content, copies, duplicates)


@step
def load_feedback(
    store: SecretStr, until: datetime | None, rules: SentimentSettings | None
) -> tuple[pd.DataFrame, str, HeadInUse | None]:
    """The feedback of all accepted loads (with `until` what an analysis of that moment reads), its hash, and what is
    known to read it."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        feedback = known_until(opened.load_feedback(), until)
        rows = rows_hash(feedback)
        return feedback, rows, None if rules is None else head_known(opened, until, rows, rules)


@step
def split_into_clauses(feedback: pd.DataFrame) -> pd.DataFrame:
    """Clauses with offsets and the language of their comment."""
    from analysis.text.spoken import spoken_clauses

    with stage("languages and clauses", len(feedback)):
        return spoken_clauses(feedback)


@step
def mark_contentless(clauses: pd.DataFrame, words: tuple[str, ...]) -> pd.DataFrame:
    """Clauses with the mark of those that name nothing."""
    from analysis.text import contentless

    texts, languages = clauses["text"].tolist(), clauses["language"].tolist()
    return clauses.assign(contentless=contentless.mark_contentless(texts, words, languages=languages))


@step
def embed_clauses(
    store: SecretStr, clauses: pd.DataFrame, words: tuple[str, ...], languages: Set[str]
) -> tuple[_Vectors, pd.Series]:
    """The vectors of all clauses, and the texts that were embedded, by the clauses in these languages.

    Without the product's name, for themes and sentiment alike: a text has one vector, which the store keeps.
    """
    from analysis.text.embedding import MODEL, embed_cached, shared_embedder, text_key
    from analysis.text.encoder import WIDTH
    from analysis.text.product_words import text_for_embedding
    from groundswell.storage import open_store

    readable = clauses["language"].isin(languages)
    texts = [text_for_embedding(text, words) for text in clauses.loc[readable, "text"]]
    distinct = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    with open_store(store.get_secret_value()) as opened, stage("embedding", len(distinct)) as advance:
        known = opened.known_vectors({text_key(text) for text in distinct}, MODEL)
        found, new = embed_cached(list(distinct), known, shared_embedder(), progress=advance)
        opened.save_vectors(new, MODEL)
    vectors = np.zeros((len(clauses), WIDTH), np.float32)
    vectors[readable.to_numpy()] = found[[distinct[text] for text in texts]]
    return vectors, pd.Series(texts, index=clauses.index[readable], dtype=object)


@step
def find_copies(feedback: pd.DataFrame) -> tuple[_Vectors, set[str]]:
    """How each comment copies another one, None for those that do not, and the ids of the copies."""
    from analysis.text.duplicates import find_duplicates

    with stage("repeated comments", len(feedback)):
        texts, authors = feedback["text"].tolist(), feedback["author"].tolist()
        found = find_duplicates(texts, authors, feedback["occurred_at"].to_numpy(dtype="datetime64[s]"))
    return found.kind, set(feedback["feedback_id"].to_numpy()[found.of >= 0])


@step
def content_of(
    feedback: pd.DataFrame,
    clauses: pd.DataFrame,
    vectors: _Vectors,
    embedded: pd.Series,
    words: tuple[str, ...],
    copies: set[str],
) -> Content:
    """Those of the clauses that name something, which themes are found among, with the vectors of all clauses."""
    from analysis.scope.scores import people

    content = clauses.loc[~clauses["contentless"], ["feedback_id", "start", "text"]].copy()
    content["embedded"] = embedded[content.index].tolist()
    comment = feedback.assign(who=people(feedback)).set_index("feedback_id").loc[content["feedback_id"]]
    content["occurred_at"] = comment["occurred_at"].array
    content["who"] = comment["who"].array
    return Content(content, vectors[content.index.to_numpy()], content["feedback_id"].isin(copies).to_numpy(), words)


@step
def learn(texts: Texts, until: datetime | None) -> HeadInUse:
    """The model that reads the clauses, with a head trained on the ratings among these comments."""
    head = train_head(texts, until)
    # As it is stored, so that the next analysis reads with the very same.
    return HeadInUse(model_with(head), head, head.version)


@step
def score_sentiment(texts: Texts, model: SentimentModel) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Clauses with their sentiment and signals, and the sentiment of each comment."""
    from threadpoolctl import threadpool_limits

    from analysis.sentiment.scoring import score_clauses, score_comments
    from analysis.sentiment.signals import find_signals

    with stage("sentiment", len(texts.clauses)), threadpool_limits(1):
        scored = score_clauses(texts.feedback, texts.clauses, texts.vectors, model)
        signals = find_signals(scored["text"].tolist(), scored["language"].tolist(), scored["label"].tolist())
        scored["signals"] = pd.Series(signals, index=scored.index, dtype=object)
        return scored, score_comments(texts.feedback, scored, model)


def _readable_languages(clauses: pd.DataFrame) -> set[str]:
    """Those of themes: English, which the encoder was trained on, and the corpus's main one where that is another."""
    counts = clauses["language"].value_counts()
    main = {str(counts.index[0])} if len(counts) and counts.iloc[0] > len(clauses) / 2 else set()
    return {"en"} | main
