"""The vote of the nearest member texts: who joins which theme, whatever else is asked and in whatever order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streams_for_tests import WIDTH, Stream, registered_of

from analysis.themes.assignment import Registered, assign_texts
from analysis.themes.fit import ThemeSettings


def known() -> tuple[Stream, Registered]:
    """Forty texts on each of four subjects, each subject a theme."""
    stream = Stream.of([40, 40, 40, 40])
    return stream, registered_of(stream, stream.subject)


def test_a_text_joins_the_theme_of_its_neighbours() -> None:
    """New texts on a known subject join its theme, with the cosine to its centroid."""
    stream, registered = known()
    new = Stream.of([10, 10, 10, 10], seed=2, start=1000)
    found, similarity = assign_texts(registered, new.texts, new.vectors)
    assert (found == new.subject).mean() > 0.9
    placed = found >= 0
    expected = np.einsum("ij,ij->i", new.vectors[placed], registered.centroids[found[placed]])
    assert np.allclose(similarity[placed], expected, atol=1e-4)
    assert np.isnan(similarity[~placed]).all()


def test_a_text_unlike_any_member_stays_without() -> None:
    """A text on a subject that no member has joins nothing, and neither does a blank one."""
    _, registered = known()
    other = Stream.of([0, 0, 0, 0, 0, 8], seed=3, start=1000)
    found, _ = assign_texts(registered, [*other.texts[:7], "  "], other.vectors)
    assert (found == -1).all()


def test_the_rule_hangs_on_the_members_alone() -> None:
    """The order of members and of new texts, and which others are asked about, change no theme and no similarity."""
    stream, registered = known()
    new = Stream.of([12, 12, 12, 12, 0, 4], seed=2, start=1000)
    found, similarity = assign_texts(registered, new.texts, new.vectors)
    order = np.random.default_rng(4).permutation(len(stream.texts))
    shuffled = registered_of(stream, stream.subject, order)
    for part in (np.array([3]), np.arange(0, len(new.texts), 5), np.arange(len(new.texts))[::-1]):
        again, cosine = assign_texts(shuffled, [new.texts[i] for i in part], new.vectors[part])
        assert (again == found[part]).all()
        assert np.allclose(cosine, similarity[part], atol=1e-5, equal_nan=True)


def test_members_without_a_theme_do_not_vote() -> None:
    """Texts of a theme that was closed are members still, but draw nobody."""
    stream, _ = known()
    registered = registered_of(stream, np.array([0, 1, -1, 2])[stream.subject])
    new = Stream.of([10, 0, 10, 0], seed=2, start=1000)
    found, _ = assign_texts(registered, new.texts, new.vectors)
    assert (found[new.subject == 2] == -1).all()
    assert (found[new.subject == 0] == 0).mean() > 0.9


def test_a_member_keeps_its_theme() -> None:
    """Asked about a text that is a member already, the answer is the theme that it has."""
    stream, registered = known()
    moved = np.where(np.arange(len(stream.subject)) == 5, 3, stream.subject)
    registered = replace(registered, member_theme=moved)
    found, _ = assign_texts(registered, stream.texts[:8], stream.vectors[:8])
    assert found.tolist() == moved[:8].tolist()


def test_a_theme_without_members_takes_what_is_near_its_centroid() -> None:
    """A theme that only has a centroid, such as one that a user named, is joined by what is nearer to it."""
    stream, registered = known()
    kept = np.flatnonzero(stream.subject != 1)
    registered = registered_of(stream, stream.subject, kept)
    assert (registered.member_theme != 1).all() and registered.theme_count == 4
    new = Stream.of([0, 10, 10, 0], seed=2, start=1000)
    found, _ = assign_texts(registered, new.texts, new.vectors)
    assert (found == new.subject).mean() > 0.9


@pytest.mark.parametrize("members", [0, 1, 3])
def test_few_members_are_enough(members: int) -> None:
    """With no member, one or three nothing breaks, and an equal text joins."""
    stream, registered = known()
    few = registered_of(stream, stream.subject, np.arange(members))
    few = replace(few, centroids=np.zeros((4, WIDTH), dtype=np.float32))
    found, _ = assign_texts(few, stream.texts[:2], stream.vectors[:2])
    assert found.tolist() == [0 if i < members else found[i] for i in range(2)]
    assert len(assign_texts(few, [], stream.vectors[:0])[0]) == 0


def test_lengths_must_agree() -> None:
    """Texts without their vectors, and members without their themes, are refused."""
    stream, registered = known()
    with pytest.raises(ValueError, match="8 texts, 7 vectors"):
        assign_texts(registered, stream.texts[:8], stream.vectors[:7], ThemeSettings())
    with pytest.raises(ValueError, match="differing lengths"):
        replace(registered, member_theme=registered.member_theme[:5])
    with pytest.raises(ValueError, match="theme 3, there are 2"):
        replace(
            registered,
            centroids=registered.centroids[:2],
            theme_opened=np.full(2, "NaT", dtype="datetime64[D]"),
            theme_young=np.zeros(2, dtype=bool),
        )
