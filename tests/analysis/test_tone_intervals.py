"""Net sentiment: one number per theme, in which the clauses of one author go together."""

import numpy as np
import pandas as pd
import pytest

from analysis.findings.themes.tone_intervals import net_sentiments


def clauses(labels, who, theme="t1"):
    """Mentions with the columns that the tone is read from."""
    return pd.DataFrame({"theme_id": theme, "label": labels, "who": who})


def tone(mentions, theme="t1"):
    """The net sentiment of one theme."""
    return net_sentiments(mentions, [theme])[theme]


def test_tone_is_the_surplus_of_happy_clauses():
    """Six happy, two neutral and twelve unhappy clauses of twenty people are -.3; unread ones do not count."""
    labels = ["positive"] * 6 + ["neutral"] * 2 + ["negative"] * 12 + ["unscored"] * 30
    found = tone(clauses(labels, [f"a{i}" for i in range(50)]))
    assert found.value == pytest.approx(-0.3)
    assert -1 <= found.low < found.value < found.high <= 1


def test_clauses_of_one_author_are_one_cluster():
    """Ten clauses of each of ten people are about as sure as ten clauses, not as a hundred."""
    moods = ["positive", "negative"] * 5
    once = tone(clauses(moods, range(10)))
    tenfold = tone(clauses(np.repeat(moods, 10), np.repeat(np.arange(10), 10)))
    alone = tone(clauses(np.repeat(moods, 10), range(100)))
    assert tenfold.high - tenfold.low > 0.9 * (once.high - once.low)
    assert tenfold.high - tenfold.low > 2 * (alone.high - alone.low)


def test_nothing_read_is_unknown():
    """A theme whose clauses nobody could score, or that nobody mentions, has no tone: not 0."""
    found = net_sentiments(clauses(["unscored", "unscored"], ["a", "b"]), ["t1", "t2"])
    assert all(np.isnan([i.value, i.low, i.high]).all() for i in found.values())
    assert np.isnan(tone(clauses([], [])).value)


def test_all_themes_at_once_are_the_same_as_one_by_one():
    """One pass over the mentions says of each theme what its own mentions say; themes not asked for stay out."""
    rng = np.random.default_rng(1)
    rows = pd.concat(
        clauses(rng.choice(["positive", "neutral", "negative", "unscored"], 40), rng.integers(0, 25, 40), theme)
        for theme in ("t1", "t2", "t3", None)
    )
    found = net_sentiments(rows, ["t3", "t1"])
    assert list(found) == ["t3", "t1"]
    for theme, one in found.items():
        alone = tone(rows[rows["theme_id"] == theme], theme)
        assert (one.value, one.low, one.high) == pytest.approx((alone.value, alone.low, alone.high))
