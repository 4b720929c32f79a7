"""A second look at members: who goes over to the theme that what came since speaks for, and who stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streams_for_tests import Stream, registered_of

from analysis.themes.second_look import second_look

STREAM = Stream.of([40, 40, 40])
FIRST_OF_ALL = np.array([3, 17, 44, 90])  # of the first subject two, of the others one
ELSEWHERE = np.array([1, 2, 0, 1])


def misplaced() -> np.ndarray:
    """Each subject is a theme, but for four texts that are in another subject's."""
    themes = STREAM.subject.copy()
    themes[FIRST_OF_ALL] = ELSEWHERE
    return themes


def test_a_member_goes_over_to_the_theme_of_those_like_it() -> None:
    """Texts whose neighbours are all of another theme go there, and nobody else goes anywhere."""
    moved = second_look(registered_of(STREAM, misplaced()))
    assert moved == dict(zip(FIRST_OF_ALL.tolist(), STREAM.subject[FIRST_OF_ALL].tolist(), strict=True))


def test_who_is_among_their_like_stays() -> None:
    """Where each text is in its subject's theme nothing moves, and what moved once does not move back."""
    assert second_look(registered_of(STREAM, STREAM.subject)) == {}


def test_a_text_alone_is_no_reason_to_go() -> None:
    """Before its like came, a text was where it is best placed: its own vote does not count for it, nor against."""
    early = np.array([*range(40), 60])  # one text of the second subject in the first theme
    themes = np.where(np.arange(120) == 60, 0, STREAM.subject)
    assert second_look(registered_of(STREAM, themes, early)) == {}
    later = np.array([*range(40), 60, *range(61, 67)])
    assert second_look(registered_of(STREAM, themes, later)) == {40: 1}


def test_the_order_of_members_changes_nothing() -> None:
    """The same texts go over whatever the order in which the members are given."""
    order = np.random.default_rng(3).permutation(len(STREAM.texts))
    moved = second_look(registered_of(STREAM, misplaced(), order))
    assert {int(order[place]): theme for place, theme in moved.items()} == second_look(
        registered_of(STREAM, misplaced())
    )


def test_what_a_person_named_gives_nobody_away() -> None:
    """Members of a guided theme stay in it; others may go there."""
    guided = np.array([True, False, False])
    moved = second_look(replace(registered_of(STREAM, misplaced()), theme_guided=guided))
    assert moved == {3: 0, 17: 0, 90: 2}


def test_members_without_a_theme_neither_go_nor_vote() -> None:
    """Texts of a theme that was closed draw nobody, and nobody draws them."""
    closed = np.where(STREAM.subject == 0, -1, STREAM.subject)
    closed[[44, 90]] = 2, 1
    assert second_look(registered_of(STREAM, closed)) == {44: 1, 90: 2}


def test_no_theme_is_ended() -> None:
    """Where most members of a theme would go, all of them stay: one look must not empty it."""
    themes = STREAM.subject.copy()
    scattered = [3, 47, 95]  # a theme of three that are each like another theme
    themes[scattered] = 3
    assert not set(scattered) & set(second_look(registered_of(STREAM, themes)))


def test_of_many_members_the_most_contested_are_looked_at() -> None:
    """Those nearest to another theme come first; with room for four, it is the four that are in the wrong one."""
    registered = registered_of(STREAM, misplaced())
    assert second_look(registered, at_most=4) == second_look(registered)
    assert len(second_look(registered, at_most=2)) == 2
    assert second_look(registered, at_most=0) == {}


@pytest.mark.parametrize("rows", [[], [0], [0, 1, 2, 3, 4, 5]])
def test_few_members_or_one_theme_stay_as_they_are(rows: list[int]) -> None:
    """Nothing to compare with is no reason to move."""
    assert second_look(registered_of(STREAM, STREAM.subject, np.array(rows, dtype=np.int64))) == {}
