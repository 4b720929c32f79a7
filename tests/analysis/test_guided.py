"""Guided themes: clauses go to the theme whose examples they are like, and to none where they are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.themes.guided import GuidedRule, GuidedTheme, assign_guided, example_texts, unused_guided

WIDTH = 48
DELIVERY = GuidedTheme("Delivery", ("where is my parcel", "it came late", "the courier never came"))
REFUNDS = GuidedTheme("Refunds", ("give me my money back", "no refund yet", "refund took weeks"))
PETS = GuidedTheme("Pets", ("my dog", "a cat"))


def world(per_subject: int = 60, subjects: int = 8) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Texts of several subjects with vectors of length 1, and the subject of each; subjects 0 and 1 are the guided."""
    random = np.random.default_rng(5)
    centres = np.linalg.qr(random.normal(size=(WIDTH, WIDTH)))[0][:subjects]
    kinds = np.repeat(np.arange(subjects), per_subject)
    vectors = centres[kinds] + random.normal(scale=0.04, size=(len(kinds), WIDTH))
    texts = [f"text {row} of subject {kind}" for row, kind in enumerate(kinds)]
    return texts, np.float32(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)), kinds


def near(vectors: np.ndarray, rows: np.ndarray, count: int = 3) -> np.ndarray:
    """Example vectors: a few of these rows, moved a little."""
    moved = vectors[rows[:count]] + np.random.default_rng(9).normal(scale=0.03, size=(count, WIDTH))
    return np.float32(moved / np.linalg.norm(moved, axis=1, keepdims=True))


def examples_of(vectors: np.ndarray, kinds: np.ndarray, subjects: tuple[int, ...] = (0, 1)) -> np.ndarray:
    """Three example vectors for each of the subjects."""
    return np.concatenate([near(vectors, np.flatnonzero(kinds == subject)) for subject in subjects])


def test_clauses_go_to_the_theme_that_they_are_like():
    """Both subjects that are named are found, the six others stay free, and the likeness is told."""
    texts, vectors, kinds = world()
    found, similarity = assign_guided(texts, vectors, [DELIVERY, REFUNDS], examples_of(vectors, kinds))
    assert (found[kinds < 2] == kinds[kinds < 2]).mean() > 0.5 and (found[kinds >= 2] == -1).all()
    assert set(found.tolist()) == {-1, 0, 1} and (kinds[found >= 0] == found[found >= 0]).all()
    assert ((found >= 0) == ~np.isnan(similarity)).all()
    assert found.dtype == np.int64 and similarity.dtype == np.float64
    assert (similarity[found >= 0] > 0.5).all() and (similarity[found >= 0] <= 1).all()


def test_the_order_of_rows_changes_nothing():
    """Shuffled rows, and equal texts several times, give each text the same theme and likeness."""
    texts, vectors, kinds = world()
    examples = examples_of(vectors, kinds)
    found, similarity = assign_guided(texts, vectors, [DELIVERY, REFUNDS], examples)
    order = np.random.default_rng(1).permutation(np.concatenate([np.arange(len(texts)), np.arange(0, len(texts), 7)]))
    again, likeness = assign_guided([texts[i] for i in order], vectors[order], [DELIVERY, REFUNDS], examples)
    assert np.array_equal(again, found[order]) and np.array_equal(likeness, similarity[order], equal_nan=True)


def test_texts_beyond_the_sample_follow_those_in_it():
    """A graph of a part of the texts gives nearly what the graph of all gives."""
    texts, vectors, kinds = world(200)
    examples = examples_of(vectors, kinds)
    settings = replace(GuidedRule(), sample=800)
    found, _ = assign_guided(texts, vectors, [DELIVERY, REFUNDS], examples, settings)
    assert (kinds[found >= 0] == found[found >= 0]).all() and (found[kinds < 2] >= 0).mean() > 0.5


def test_a_parents_clauses_are_in_its_sub_themes():
    """What the examples of a theme with sub-themes attract goes to the likest sub-theme: none is in the parent."""
    texts, vectors, kinds = world()
    parent = GuidedTheme("Orders", ("my order", "an order of mine", "the order"))
    children = [
        GuidedTheme("Delivery", DELIVERY.examples, "orders"),
        GuidedTheme("Refunds", REFUNDS.examples, "Orders"),
    ]
    examples = examples_of(vectors, kinds, (0, 0, 1))
    found, _ = assign_guided(texts, vectors, [parent, *children], examples)
    assert set(found.tolist()) == {-1, 1, 2}
    assert (kinds[found >= 0] + 1 == found[found >= 0]).all() and (found[kinds < 2] >= 0).mean() > 0.5


def test_an_example_itself_belongs():
    """A clause that says just what an example says is in the theme, however alone it stands, and in few texts too."""
    texts, vectors, _ = world(4, 3)
    own = near(vectors, np.array([0]), 1)
    delivery = GuidedTheme("Delivery", ("where is my parcel",))
    found, similarity = assign_guided([*texts, "where is my parcel"], np.vstack([vectors, own]), [delivery], own)
    assert found[-1] == 0 and similarity[-1] > 0.99


@pytest.mark.parametrize("texts", [[], ["", " "], ["one"], ["same"] * 5, ["a", "b", "c"]])
def test_few_texts_are_no_error(texts):
    """None, blank ones, a single one, all equal: what is like no example is in no theme."""
    vectors = np.zeros((len(texts), WIDTH), np.float32)
    vectors[:, 5] = 1
    examples = np.zeros((3, WIDTH), np.float32)
    examples[:, 0] = 1
    found, similarity = assign_guided(texts, vectors, [DELIVERY], examples)
    assert found.tolist() == [-1] * len(texts) and np.isnan(similarity).all() and len(similarity) == len(texts)


def test_without_guided_themes_nothing_is_assigned():
    """The usual case: nobody named any."""
    texts, vectors, _ = world(5)
    found, _ = assign_guided(texts, vectors, [], np.empty((0, WIDTH), np.float32))
    assert (found == -1).all()


def test_lengths_that_differ_are_refused():
    """Vectors have to be of these texts, and of these examples."""
    texts, vectors, kinds = world(5)
    with pytest.raises(ValueError, match="3 examples, 2 vectors"):
        assign_guided(texts, vectors, [DELIVERY], examples_of(vectors, kinds)[:2])
    with pytest.raises(ValueError, match="39 texts, 40 vectors"):
        assign_guided(texts[1:], vectors, [DELIVERY], examples_of(vectors, kinds)[:3])


def test_a_theme_that_attracts_nothing_is_told():
    """Fewer than three clauses are a line with what to do; a parent counts those of its sub-themes."""
    guided = [GuidedTheme("Orders", ("my order",)), replace(DELIVERY, parent="Orders"), REFUNDS, PETS]
    found = np.array([1, 1, 1, 2, -1, -1])
    assert unused_guided(guided, found) == [
        "guided theme 'Refunds' attracts 1 clause: write its examples in [[themes.guided]] as customers write, one "
        "thing in each, or take it out",
        "guided theme 'Pets' attracts no clause: it has 2 examples, and three to five find more; write its examples in "
        "[[themes.guided]] as customers write, one thing in each, or take it out",
    ]
    assert unused_guided(guided[:2], np.array([1, 1, 1])) == []


def test_an_id_hangs_on_the_name_alone():
    """Other examples, the same theme; another name, another one."""
    assert DELIVERY.theme_id == replace(DELIVERY, examples=("x",), owner="logistics").theme_id
    assert DELIVERY.theme_id != REFUNDS.theme_id
    assert len(DELIVERY.theme_id) == 9 and DELIVERY.theme_id[0] == "t" and int(DELIVERY.theme_id[1:], 16) >= 0


def test_examples_are_in_the_order_of_the_themes():
    """What the example vectors are made of."""
    assert example_texts([PETS, DELIVERY]) == ["my dog", "a cat", *DELIVERY.examples]


def test_real_sentences_find_their_theme():
    """With the encoder: clauses of other words than the examples', among those of other subjects."""
    from analysis.text.embedding import Embedder

    late = (
        "my parcel has not arrived; still waiting for my package; the delivery was a week late; ordered in May and it "
        "never came; where is my order; the courier did not show up; my package is late; it came too late for Christmas"
    )
    other = (
        "the colour has faded; this jacket is too small; great battery life; the screen is scratched; I cannot log in; "
        "the price is too high; lovely soft fabric; staff were friendly; the manual is hard to read; it broke soon; "
        "sound quality is poor; the app crashes; my coupon was refused; they charged me twice; the zip is stuck"
    )
    texts = [*late.split("; "), *other.split("; ")]
    embed = Embedder(threads=1).embed
    found, _ = assign_guided(texts, embed(texts), [DELIVERY], embed(list(DELIVERY.examples)))
    count = len(late.split("; "))
    assert (found[:count] == 0).sum() >= 3 and (found[count:] == -1).all()
