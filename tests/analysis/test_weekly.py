"""One period in the life of themes: a new subject opens a theme, grows, and an old one that swells stays itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streams_for_tests import START, WIDTH, Stream, registered_of

from analysis.themes.assignment import Registered, assign_texts
from analysis.themes.weekly import Advance, advance

UNTIL = START + 83  # the last day of the streams
NONE = np.datetime64("NaT", "D")


def recent(stream: Stream, weeks: int = 2) -> Stream:
    """The same texts, written in the last weeks."""
    days = UNTIL - np.arange(len(stream.texts)) % (7 * weeks)
    return replace(stream, days=days.astype("datetime64[D]"))


def known() -> tuple[Stream, Registered]:
    """Five old subjects, each a theme; twelve weeks."""
    stream = Stream.of([60, 60, 60, 60, 60])
    return stream, registered_of(stream, stream.subject)


def week(registered: Registered, stream: Stream, until: np.datetime64 = UNTIL) -> Advance:
    """The period for the stream's texts."""
    return advance(registered, stream.texts, stream.vectors, stream.days, until)


def test_a_new_subject_opens_one_theme() -> None:
    """Texts that are like each other and like nothing before open a theme with all of them, and only they do."""
    _, registered = known()
    new = recent(Stream.of([8, 8, 8, 8, 8, 14], seed=2, start=1000))
    found = week(registered, new)
    assert len(found.opened) == 1 and found.opened[0].chance < -4
    assert (found.theme[new.subject == 5] == 5).all()
    assert (found.theme[new.subject < 5] < 5).all()
    assert sorted(found.opened[0].texts) == np.flatnonzero(new.subject == 5).tolist()
    assert np.nanmin(found.similarity[new.subject == 5]) > 0.6


def test_what_a_sibling_took_goes_over() -> None:
    """Recent members that an old theme had taken leave it when their subject turns out to be a new one."""
    old = Stream.of([60, 60, 60, 60, 60])
    taken = recent(Stream.of([0, 0, 0, 0, 0, 10], seed=3, start=2000))
    both = Stream(
        old.texts + taken.texts,
        np.vstack([old.vectors, taken.vectors]),
        np.concatenate([old.subject, np.full(10, 2)]),
        np.concatenate([old.days, taken.days]),
    )
    new = recent(Stream.of([6, 6, 6, 6, 6, 8], seed=2, start=1000))
    found = week(registered_of(both, both.subject), new)
    assert len(found.opened) == 1
    assert found.moved == {member: 5 for member in range(300, 310)}
    assert sorted(found.opened[0].members) == list(range(300, 310))


def test_a_young_theme_grows_instead_of_doubling() -> None:
    """A week later more of the new subject joins the theme that it opened; no second one is opened."""
    old = Stream.of([60, 60, 60, 60, 60])
    first = recent(Stream.of([0, 0, 0, 0, 0, 10], seed=3, start=2000))
    both = Stream(
        old.texts + first.texts,
        np.vstack([old.vectors, first.vectors]),
        np.concatenate([old.subject, first.subject]),
        np.concatenate([old.days, first.days]),
    )
    registered = replace(registered_of(both, both.subject, young=(5,)), theme_opened=np.full(6, UNTIL - 7))
    new = recent(Stream.of([6, 6, 6, 6, 6, 12], seed=2, start=1000))
    found = week(registered, new)
    assert not found.opened
    assert (found.theme[new.subject == 5] == 5).all()


def test_an_old_theme_that_swells_stays_itself() -> None:
    """Five times as many texts on an old subject join its theme and open none."""
    _, registered = known()
    new = recent(Stream.of([8, 60, 8, 8, 8], seed=2, start=1000))
    found = week(registered, new)
    assert not found.opened and not found.moved
    assert (found.theme[new.subject == 1] == 1).mean() > 0.9


def test_quiet_weeks_open_nothing() -> None:
    """Texts on the old subjects alone open no theme and move no member; without openings the plain rule holds."""
    _, registered = known()
    new = recent(Stream.of([10, 10, 10, 10, 10], seed=2, start=1000))
    found = week(registered, new)
    assert not found.opened and not found.moved
    plain, _ = assign_texts(registered, new.texts, new.vectors)
    assert (found.theme == plain).all()


def test_a_rejected_subject_does_not_come_up_again() -> None:
    """Near the centroid of a theme that a person refused nothing is opened."""
    _, registered = known()
    new = recent(Stream.of([8, 8, 8, 8, 8, 14], seed=2, start=1000))
    refused = week(registered, new).opened[0].centroid[None]
    found = week(replace(registered, rejected=refused), new)
    assert not found.opened


def test_a_guided_theme_keeps_its_texts() -> None:
    """Nothing emerges from a theme that a user named, though all of its texts are new."""
    old = Stream.of([60, 60, 60, 60, 60])
    named = recent(Stream.of([0, 0, 0, 0, 0, 20], seed=3, start=2000))
    both = Stream(
        old.texts + named.texts,
        np.vstack([old.vectors, named.vectors]),
        np.concatenate([old.subject, named.subject]),
        np.concatenate([old.days, named.days]),
    )
    registered = replace(registered_of(both, both.subject), theme_guided=np.arange(6) == 5)
    new = recent(Stream.of([6, 6, 6, 6, 6, 10], seed=2, start=1000))
    found = week(registered, new)
    assert not found.opened and not found.moved
    assert (found.theme[new.subject == 5] == 5).all()


def test_undated_weeks_and_young_stores_open_nothing() -> None:
    """Without days, or in the first eight weeks, nothing is known to be new."""
    stream, registered = known()
    new = recent(Stream.of([8, 8, 8, 8, 8, 14], seed=2, start=1000))
    undated = replace(new, days=np.full(len(new.texts), NONE))
    assert not week(registered, undated).opened
    assert not week(registered, new, NONE).opened
    young = replace(registered, member_dates=stream.days + 40)
    assert not week(young, replace(new, days=new.days + 1)).opened


def test_what_waits_four_weeks_joins_its_likeliest_theme() -> None:
    """A text too unlike its theme waits; four weeks later it joins, if it is like it at all."""
    _, registered = known()
    loose = Stream.of([30, 0, 0, 0, 0], seed=5, start=3000, noise=0.22)
    fresh = week(registered, recent(loose, weeks=1)).theme
    assert 0 < (fresh < 0).sum() < 30
    waited = week(registered, replace(loose, days=np.full(30, UNTIL - 28))).theme
    assert (waited < 0).sum() < (fresh < 0).sum()
    assert (waited[fresh >= 0] == fresh[fresh >= 0]).all()


def test_the_order_of_rows_changes_nothing() -> None:
    """Shuffled members and texts give the same themes to the same texts, repeated texts the theme of the first."""
    stream, registered = known()
    new = recent(Stream.of([8, 8, 8, 8, 8, 14], seed=2, start=1000))
    found = week(registered, new)
    members = np.random.default_rng(4).permutation(len(stream.texts))
    order = np.concatenate([np.random.default_rng(5).permutation(len(new.texts)), np.arange(6)])
    shuffled = Stream([new.texts[i] for i in order], new.vectors[order], new.subject[order], new.days[order])
    again = week(registered_of(stream, stream.subject, members), shuffled)
    assert (again.theme == found.theme[order]).all()
    assert len(again.opened) == len(found.opened)


def test_nothing_known_and_nothing_new() -> None:
    """No members, no texts, blank texts: no theme, no error; differing lengths are refused."""
    stream, registered = known()
    nothing = registered_of(stream, stream.subject, np.arange(0))
    nothing = replace(nothing, centroids=np.zeros((5, WIDTH), dtype=np.float32))
    assert (week(nothing, stream).theme == -1).all()
    assert len(advance(registered, [], stream.vectors[:0], stream.days[:0], UNTIL).theme) == 0
    assert advance(registered, [" "], stream.vectors[:1], stream.days[:1], UNTIL).theme.tolist() == [-1]
    with pytest.raises(ValueError, match="1 texts, 2 vectors, 1 dates"):
        advance(registered, ["a"], stream.vectors[:2], stream.days[:1], UNTIL)
