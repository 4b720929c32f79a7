"""Near-doubles become one theme; opposites stay two."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analysis.themes.centroids import Ints
from analysis.themes.near_doubles import merge_near_doubles

Together = Callable[[Ints], np.ndarray]

DOUBLE = (
    ["I was charged twice", "why was I charged twice for one order"],
    ["I was charged double", "why was I charged double for one order"],
)
DENIED = (["my card arrived quickly", "the card arrived"], ["my card never arrived", "the card never arrived"])
FELT = (["the phone support was great", "great support"], ["the phone support was terrible", "terrible support"])


ENDS_LIKE_DENIAL = (
    ["I was charged in a different amount", "why was I charged for one different order"],
    ["I was charged in a double amount", "why was I charged for one double order"],
)


def two_themes(texts: tuple[list[str], list[str]], angle: float) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Ten copies of the texts of either theme with vectors around two centres that are `angle` apart."""
    written = [text for side in texts for text in side * 10]
    labels = np.repeat([0, 1], 20)
    centres = np.zeros((2, 16), np.float32)
    centres[:, 0], centres[1, :2] = 1, (np.cos(angle), np.sin(angle))
    vectors = centres[labels] + 0.05 * np.random.default_rng(3).normal(size=(40, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return labels, vectors.astype(np.float32), written


def always_together(labels: Ints) -> np.ndarray:
    """What `Consensus.together` says where every run had all themes together."""
    return np.ones((labels.max(initial=-1) + 1,) * 2)


def hardly_together(labels: Ints) -> np.ndarray:
    """The same where two themes were together in every other run only."""
    return 0.5 * (always_together(labels) + np.eye(labels.max(initial=-1) + 1))


def merged(texts: tuple[list[str], list[str]], angle: float = 0.3, together: Together = always_together) -> list[int]:
    """The labels of `two_themes` after merging."""
    labels, vectors, written = two_themes(texts, angle)
    return merge_near_doubles(labels, vectors, together, written, meaning=0.8, runs=0.55).tolist()


def test_near_doubles_become_one() -> None:
    """ "Charged twice" and "charged double" are one theme when their vectors say one thing."""
    assert merged(DOUBLE) == [0] * 40


def test_words_that_end_like_a_denial_deny_nothing() -> None:
    """ "Different" and "want" end in nt as "isnt" does: they keep no near-doubles apart."""
    assert merged(ENDS_LIKE_DENIAL, angle=0.02) == [0] * 40


@pytest.mark.parametrize("texts", [DENIED, FELT])
def test_opposites_stay_two(texts: tuple[list[str], list[str]]) -> None:
    """ "Arrived" and "never arrived", "great" and "terrible" stay apart, however near their vectors are."""
    assert merged(texts, angle=0.02) == [0] * 20 + [1] * 20


def test_themes_that_are_far_apart_or_seldom_together_stay_two() -> None:
    """Runs that have two themes together do not join them without the meaning, nor the meaning without the runs."""
    assert merged(DOUBLE, angle=1.0) == [0] * 20 + [1] * 20
    assert merged(DOUBLE, together=hardly_together) == [0] * 20 + [1] * 20


def test_the_pair_that_is_together_most_is_joined_first() -> None:
    """Of three themes in a row the pair with the larger share becomes one, and is measured anew before it grows."""
    labels, vectors, written = two_themes(DOUBLE, 0.3)
    labels[30:] = 2

    def in_a_row(found: Ints) -> np.ndarray:
        if found.max() == 2:
            return np.array([[1.0, 0.6, 0.0], [0.6, 1.0, 0.9], [0.0, 0.9, 1.0]])
        return np.array([[1.0, 0.3], [0.3, 1.0]])

    found = merge_near_doubles(labels, vectors, in_a_row, written, meaning=0.8, runs=0.55)
    assert found.tolist() == [0] * 20 + [1] * 20


def test_numbers_have_no_gaps_and_unassigned_stay() -> None:
    """After merging the others move up in their order, and -1 stays -1."""
    labels, vectors, written = two_themes(DOUBLE, 0.3)
    far = np.zeros((5, 16), np.float32)
    far[:, 9] = 1
    labels = np.concatenate([labels, [2] * 4, [-1]])
    written = [*written, *["late parcel"] * 5]
    found = merge_near_doubles(labels, np.vstack([vectors, far]), always_together, written, meaning=0.8, runs=0.55)
    assert found.tolist() == [0] * 40 + [1] * 4 + [-1]


def test_nothing_to_merge_is_no_error() -> None:
    """Without a theme, and with one, the labels come back."""
    labels, vectors, written = two_themes(DOUBLE, 0.3)
    for given in (np.full(40, -1), np.zeros(40, dtype=np.int64)):
        found = merge_near_doubles(given, vectors, always_together, written, meaning=0.5, runs=0.5)
        assert found.tolist() == given.tolist()
