"""Word vectors: scikit-learn's TF-IDF of words and pairs, made faster."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.text.words import MIN_TEXTS, WordModel

FRAMES = ("why was I charged {}", "the {} is late, the {} again", "How do I get my {}?", "{}", "no {} since May é")
WORDS = ("card", "fee", "refund", "e-mail", "money back")


def texts() -> list[str]:
    """Fifty texts that share words and pairs."""
    return [f"{frame.replace('{}', word)} {n}" for n in range(2) for frame in FRAMES for word in WORDS]


def test_the_weights_are_those_of_scikit_learn() -> None:
    """Products of rows are equal to scikit-learn's, for the texts themselves and for others."""
    known, other = texts(), ["why was my card late", "The FEE, the fee", "nothing shared", ""]
    model = WordModel(known)
    theirs = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b", ngram_range=(1, 2), min_df=MIN_TEXTS, sublinear_tf=True)
    expected = theirs.fit_transform(known)
    assert model.vectors.shape == expected.shape
    assert np.allclose((model.vectors @ model.vectors.T).toarray(), (expected @ expected.T).toarray(), atol=1e-6)
    products = (model.of(other) @ model.vectors.T).toarray()
    assert np.allclose(products, (theirs.transform(other) @ expected.T).toarray(), atol=1e-6)


def test_no_shared_word_and_no_text_at_all() -> None:
    """Texts without a common word, blank ones and none at all give rows of zeros."""
    for few in (["one", "two", " "], []):
        model = WordModel(few)
        assert model.vectors.shape == (len(few), 1) and model.vectors.nnz == 0
        assert model.of(["one two", ""]).nnz == 0
