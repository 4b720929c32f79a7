"""The shipped starter heads."""

from importlib.resources import files

import numpy as np
import pytest

from analysis.sentiment.heads import (
    DIMENSIONS,
    FILES,
    NAMES,
    clause_lexicon,
    features,
    parse_heads,
    starter_heads,
    terms_of,
)
from analysis.text.lexicon import lexicon_scores
from groundswell.errors import ModelError


def bodies():
    return [(files("analysis") / "data" / name).read_bytes() for name in FILES]


def read(texts, vectors=None):
    vectors = np.zeros((len(texts), DIMENSIONS), np.float32) if vectors is None else vectors
    return texts, vectors, lexicon_scores(texts)


def test_the_shipped_heads_have_their_shape():
    """The starter has a weight per feature for both heads, words in lower case, and is named by its bytes."""
    heads = starter_heads()
    assert heads.dense.shape == (DIMENSIONS + 4, 2) and heads.bias.shape == (2,)
    assert heads.version.startswith("starter-") and len(heads.version) == len("starter-") + 8
    assert heads is starter_heads()
    assert all(word == word.lower() and word.count(" ") < 2 for word in heads.words)


def test_the_shipped_files_are_small():
    """The two files stay under 400 kB and say who made them."""
    assert sum(map(len, bodies())) < 400_000
    assert all(b"train_sentiment" in body.splitlines()[0] for body in bodies())


def test_better_words_are_read_as_better():
    """Even without an embedding, praise has a higher polar logit than blame."""
    better, worse = starter_heads().polar(*read(["It works very well", "It broke after a week"]))
    assert better > worse


def test_logits_are_the_weighted_features():
    """A logit is bias, weighted features and the weights of its words by the root of their number."""
    heads = starter_heads()
    vectors = np.random.default_rng(0).normal(scale=0.05, size=(3, DIMENSIONS)).astype(np.float32)
    texts, _, lexicon = read(["It works well", "no, it’s not good", ""])
    dense = features(vectors, lexicon) @ heads.dense + heads.bias
    words = []
    for text in texts:
        found = [heads.words[term] for term in dict.fromkeys(terms_of(text)) if term in heads.words]
        words.append(sum(found) / len(found) ** 0.5 if found else 0.0)
    assert np.allclose(heads.polar(texts, vectors, lexicon), dense[:, 0] + words, atol=1e-6)
    assert np.allclose(heads.neutral(vectors, lexicon), dense[:, 1], atol=1e-6)


def test_a_text_is_read_alike_in_any_company():
    """A logit depends on its own text and vector alone, however many others are read with it."""
    heads = starter_heads()
    vectors = np.random.default_rng(1).normal(scale=0.05, size=(9000, DIMENSIONS)).astype(np.float32)
    texts = [f"card number {i} is not good" for i in range(9000)]
    lexicon = np.tile(lexicon_scores(texts[:1]), (9000, 1))
    whole = heads.polar(texts, vectors, lexicon)
    alone = [heads.polar(texts[i : i + 1], vectors[i : i + 1], lexicon[i : i + 1])[0] for i in (0, 4321, 8999)]
    assert alone == pytest.approx(whole[[0, 4321, 8999]], abs=2e-6)


def test_terms_are_words_and_pairs():
    """Words in lower case with their apostrophes, marks of feeling, and neighbouring pairs; digits are left out."""
    assert list(terms_of("It’s GOOD 24 hours!")) == [
        "it's",
        "good",
        "hours",
        "!",
        "it's good",
        "good hours",
        "hours !",
    ]
    assert list(terms_of("")) == []


def test_features_are_embedding_and_lexicon():
    """384 columns of the embedding as they are, then the four lexicon scores on their scales."""
    seen = features(np.ones((2, DIMENSIONS), np.float32), np.array([[0.5, 0.1, 0.2, 0.7], [0, 0, 1, 0]]))
    assert seen.shape == (2, len(NAMES)) and (seen[:, :DIMENSIONS] == 1).all()
    assert seen[0, DIMENSIONS:] == pytest.approx([1.5, 0.4, 0.2, 2.8])


def test_the_lexicon_is_asked_for_what_it_can_read():
    """English and undecided texts have the lexicon's scores; any other language has no feeling."""
    found = clause_lexicon(["It is awful", "It is awful", "It is awful"], ["en", "und", "de"])
    assert found[0].tolist() == found[1].tolist() == lexicon_scores(["It is awful"])[0].tolist()
    assert found[2].tolist() == [0, 0, 1, 0]
    assert clause_lexicon([], []).shape == (0, 4)


@pytest.mark.parametrize(
    "broken",
    [
        lambda dense, words: (dense.replace(b"\nv7\t", b"\nw7\t"), words),
        lambda dense, words: (dense.replace(b"\nbias\t", b"\nbias\tnan"), words),
        lambda dense, words: (dense, words + b"very good\tnan\n"),
        lambda dense, words: (dense, words + b"very good\n"),
        lambda dense, words: (dense + b"\xff\t1\t1\n", words),
    ],
    ids=["a feature is missing", "a bias is no number", "a word is not finite", "a cut line", "not UTF-8"],
)
def test_broken_files_are_refused(broken):
    """Files that are not what the training script wrote raise an error that names them."""
    with pytest.raises(ModelError, match="starter_heads.tsv or starter_words.tsv"):
        parse_heads(*broken(*bodies()))


def test_other_weights_have_another_name():
    """The version follows the bytes of both files."""
    dense, words = bodies()
    assert parse_heads(dense, words).version == starter_heads().version
    assert parse_heads(dense, words + b"zzz\t0.10\n").version != starter_heads().version
