"""The topic model: BERTopic with our vectors and our Leiden communities, and its c-TF-IDF keywords.

BERTopic is imported inside the function: the import takes seconds and silences every UserWarning of the process.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.themes.keywords import keyword_tokens

__all__ = ["Clusterer", "fit_topics"]

TOP_WORDS = 10
MIN_TEXTS = 3


class Clusterer(Protocol):
    """What BERTopic asks of its `hdbscan_model`: a label for each row after `fit`, -1 for none."""

    labels_: NDArray[np.int64]

    def fit(self, embeddings: NDArray[np.float32]) -> Clusterer:
        """Cluster the rows and set `labels_`."""

    def predict(self, embeddings: NDArray[np.float32]) -> NDArray[np.int64]:
        """The label of rows that were not fitted."""


def fit_topics(
    texts: Sequence[str], embeddings: NDArray[np.float32], clusterer: Clusterer, stop_words: Collection[str]
) -> tuple[NDArray[np.int64], list[list[str]]]:
    """The topic of each text and the keywords of each topic, strongest first.

    Topics count from 0, the largest first, as BERTopic numbers them; -1 is no topic. `texts` must not be blank.
    """
    with warnings.catch_warnings():
        # Also puts back the filters that the import changes for the whole process.
        warnings.simplefilter("ignore")
        model = _model(clusterer, texts, stop_words)
        topics, _ = model.fit_transform(list(texts), embeddings)
    found = np.asarray(topics, dtype=np.int64)
    words = model.get_topics()
    return found, [
        [word for word, weight in words[topic] if word and weight > 0]
        for topic in range(int(found.max(initial=-1)) + 1)
    ]


def _model(clusterer: Clusterer, texts: Sequence[str], stop_words: Collection[str]) -> Any:
    """A BERTopic that neither embeds nor reduces, clusters with ours and skips its slow search for examples."""
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer

    class Topics(BERTopic):  # type: ignore[misc]
        def _save_representative_docs(self, documents: Any) -> None:
            """Left out: it re-counts every document, and our examples are the clauses nearest to the centroid."""

    return Topics(
        embedding_model=BaseEmbedder(),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=clusterer,
        vectorizer_model=_vectorizer(texts, stop_words),
        ctfidf_model=ClassTfidfTransformer(),
        top_n_words=TOP_WORDS,
    )


def _vectorizer(texts: Sequence[str], stop_words: Collection[str]) -> Any:
    """Counts words of two letters and more that stand in at least three texts, stop words apart.

    `stop_words` are without apostrophes. Where no such word is written, every token counts.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    tokens = partial(keyword_tokens, stopped=frozenset(stop_words))
    counts = Counter(word for text in texts for word in set(tokens(text)))
    # BERTopic joins the texts of a topic before it counts: a name that one customer wrote has to go before.
    frequent = sorted(word for word, count in counts.items() if count >= MIN_TEXTS)
    if frequent:
        return CountVectorizer(analyzer=tokens, vocabulary=frequent)
    return CountVectorizer(token_pattern=r"\S+")
