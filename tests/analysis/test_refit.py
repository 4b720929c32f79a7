"""A refit keeps the names of what lives on, and says what became one, fell apart, ended or is new."""

from __future__ import annotations

import numpy as np
import pytest
from streams_for_tests import WIDTH, Stream

from analysis.themes.centroids import centroids_of
from analysis.themes.fit import ThemeSettings
from analysis.themes.refit import Matching, match_themes, needs_refit, refit_settings, refit_themes, young_settings


def matched(old: np.ndarray, new: np.ndarray, stream: Stream) -> Matching:
    """The matching of two groupings of the stream."""
    return match_themes(old, new, centroids_of(old, stream.vectors), centroids_of(new, stream.vectors))


def test_the_same_themes_keep_their_numbers() -> None:
    """The same groups in another order are the same themes, whatever their numbers."""
    stream = Stream.of([40, 30, 20, 10])
    found = matched(stream.subject, np.array([2, 0, 3, 1])[stream.subject], stream)
    assert found.old_of.tolist() == [1, 3, 0, 2]
    assert found.same.all()
    assert (found.merges, found.splits, found.ended) == ((), (), ())


def test_merges_splits_and_ends_are_named() -> None:
    """What became one is a merge into the group that keeps a name, what fell apart a split, what nobody has an end."""
    stream = Stream.of([40, 20, 60, 12, 12])
    old = np.array([0, 1, 2, 2, 3])[stream.subject]
    new = np.array([0, 0, 1, 2, -1])[stream.subject]
    found = matched(old, new, stream)
    assert found.old_of.tolist() == [0, 2, -1]
    assert found.merges == ((1, 0),)
    assert found.splits == ()  # a sixth of a theme is a new one, not a part
    assert found.ended == (3,)
    even = matched(np.array([0, 1, 2, 2, 3])[stream.subject], np.array([0, 1, 2, 3, 4])[stream.subject], stream)
    assert even.old_of.tolist() == [0, 1, 2, -1, 3]


def test_a_theme_that_falls_in_halves_is_split() -> None:
    """The larger half keeps the name, the other is a part of it."""
    stream = Stream.of([40, 30, 25])
    found = matched(np.array([0, 0, 1])[stream.subject], stream.subject, stream)
    assert found.old_of.tolist() == [0, -1, 1]
    assert found.splits == ((0, 1),)


def test_a_group_with_little_of_a_theme_is_another() -> None:
    """A group that has a fifth of an old theme, and mostly other texts, does not take its name."""
    stream = Stream.of([40, 40])
    old = np.where(np.arange(80) < 10, 0, -1)
    new = np.where((np.arange(80) < 2) | (np.arange(80) > 40), 0, -1)
    found = matched(old, new, stream)
    assert found.old_of.tolist() == [-1]
    assert found.ended == (0,)


def test_themes_without_members_match_by_centroid() -> None:
    """A theme whose members are out of sight keeps its name with the group at the same place."""
    stream = Stream.of([40, 40])
    centroids = centroids_of(stream.subject, stream.vectors)
    found = match_themes(np.where(stream.subject == 0, 0, -1), stream.subject, centroids, centroids)
    assert found.old_of.tolist() == [0, 1] and found.same.all()


def test_a_refit_moves_only_who_clearly_belongs_elsewhere() -> None:
    """Texts at random in another group stay where their neighbours are; a new group gets a number of its own."""
    stream = Stream.of([40, 40, 40])
    old = np.array([0, 1, 1])[stream.subject]
    new = stream.subject.copy()
    strays = np.arange(0, 40, 8)
    new[strays] = 1
    found = refit_themes(
        stream.texts, stream.vectors, old, new, centroids_of(old, stream.vectors), centroids_of(new, stream.vectors)
    )
    assert (found.theme[stream.subject == 0] == 0).all()
    assert found.matching.splits and len(found.fresh) == 1
    moved = found.theme[stream.subject > 0]
    assert set(moved.tolist()) == {1, 2}
    assert found.centroids.shape == (3, WIDTH) and np.allclose(np.linalg.norm(found.centroids, axis=1), 1, atol=1e-5)
    assert found.kept == pytest.approx(80 / 120)


def test_the_order_of_texts_changes_no_refit() -> None:
    """Shuffled texts end in the same themes."""
    stream = Stream.of([40, 40, 40], noise=0.2)
    old = np.array([0, 1, 1])[stream.subject]
    new = np.where(np.arange(120) % 7 == 0, (stream.subject + 1) % 3, stream.subject)
    centroids = centroids_of(old, stream.vectors), centroids_of(new, stream.vectors)
    found = refit_themes(stream.texts, stream.vectors, old, new, *centroids)
    order = np.random.default_rng(3).permutation(120)
    again = refit_themes([stream.texts[i] for i in order], stream.vectors[order], old[order], new[order], *centroids)
    assert (again.theme == found.theme[order]).all()


def test_a_thin_first_fit_that_was_short_of_texts_is_made_again_once_the_store_has_doubled() -> None:
    """Under 40 texts per theme, held down by that, and twice as many since: yes. A thick fit, one whose themes are as
    cohesive as wanted, few new texts or no theme: no."""
    assert needs_refit(1_600, 80, 3_200, short_of_texts=True)
    assert not needs_refit(1_600, 80, 3_200, short_of_texts=False)
    assert not needs_refit(1_600, 80, 3_199, short_of_texts=True)
    assert not needs_refit(3_200, 80, 90_000, short_of_texts=True)
    assert not needs_refit(60, 0, 120, short_of_texts=True)
    settings = ThemeSettings()
    assert young_settings(settings).cohesion > refit_settings(settings).cohesion > settings.cohesion
    assert young_settings(settings).ceiling > settings.ceiling


def test_lengths_must_agree() -> None:
    """Groupings of different texts are refused."""
    stream = Stream.of([4, 4])
    centroids = centroids_of(stream.subject, stream.vectors)
    with pytest.raises(ValueError, match="8 old themes, 7 new groups"):
        match_themes(stream.subject, stream.subject[:7], centroids, centroids)
    with pytest.raises(ValueError, match="8 texts, 8 vectors, 8 old themes, 3 new groups"):
        refit_themes(stream.texts, stream.vectors, stream.subject, stream.subject[:3], centroids, centroids)
