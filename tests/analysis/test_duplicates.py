"""Near-duplicates and templates: what counts as a copy, of whom, and that order and size change nothing."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analysis.text.duplicates import JACCARD, MIN_CHARACTERS, _similar, find_duplicates

TEXT = "The parcel was left in the rain in front of the wrong door, and nobody rang the bell."
ALIKE = "the parcel was left in the rain in front of the wrong door and NOBODY rang the bell!!"
OTHER = "The engineer came two hours late, but the line has been working ever since he left again."
DAY = datetime(2026, 3, 2, tzinfo=UTC)


def found(texts, authors=None, dates=None):
    """`of` and `kind` as lists; by default nobody is known and everything is of one day."""
    copies = find_duplicates(texts, authors or [None] * len(texts), dates or [DAY] * len(texts))
    return copies.of.tolist(), copies.kind.tolist()


def test_a_near_copy_is_flagged_and_the_first_is_not():
    """Case and punctuation do not count; the copy points to the older text, whichever was given first."""
    assert found([TEXT, OTHER, ALIKE]) == ([-1, -1, 0], [None, None, "near"])
    assert found([ALIKE, OTHER, TEXT], dates=[DAY, DAY, DAY - timedelta(1)]) == ([2, -1, -1], ["near", None, None])


def test_a_changed_word_is_near_and_a_changed_half_is_not():
    """One word in seventeen may differ; two sentences that share a half are two."""
    assert found([TEXT, TEXT.replace("door", "gate")])[0] == [-1, 0]
    assert found([TEXT, TEXT[:42] + OTHER[42:]])[0] == [-1, -1]


def test_after_thirty_days_it_is_said_anew():
    """The same text 31 days later is no copy; by way of one between the two it is, and of the first."""
    dates = [DAY, DAY + timedelta(31)]
    assert found([TEXT, TEXT], dates=dates)[0] == [-1, -1]
    assert found([TEXT, TEXT], dates=[DAY, DAY + timedelta(30)])[0] == [-1, 0]
    assert found([TEXT, TEXT, ALIKE], dates=[*dates, DAY + timedelta(20)])[0] == [-1, 0, 0]


def test_three_authors_make_a_template():
    """The text of three authors is a template, its first too; of two it is near; of an unknown each counts for one."""
    texts = [TEXT, ALIKE, TEXT]
    assert found(texts, ["a", "b", "c"]) == ([-1, 0, 0], ["template"] * 3)
    assert found(texts, ["a", "b", "a"]) == ([-1, 0, 0], [None, "near", "near"])
    assert found(texts, [None, None, "a"])[1] == ["template"] * 3


def test_short_texts_are_alike_by_nature():
    """Three customers who write "Good app!" copied nobody; one who writes it twice did; empty texts never."""
    short = ["Good app!"] * 3
    assert found(short, ["a", "b", "c"])[0] == [-1, -1, -1]
    assert found(short, ["a", "b", "a"]) == ([-1, -1, 0], [None, None, "near"])
    assert found(["", "👍", ""], ["a", "a", "a"])[0] == [-1, -1, -1]
    edge = "x" * (MIN_CHARACTERS - 1)
    assert found([edge] * 2)[0] == [-1, -1] and found([edge + "y"] * 2)[0] == [-1, 0]


def test_undated_texts_are_near_to_every_date():
    """Without dates all are compared; a dated text comes before an undated one."""
    assert found([TEXT, ALIKE, OTHER], dates=[None, None, None])[0] == [-1, 0, -1]
    assert found([TEXT, ALIKE], dates=[None, DAY])[0] == [1, -1]
    days = np.array(["2026-03-02", "NaT"], dtype="datetime64[D]")
    assert find_duplicates([TEXT, ALIKE], [None, None], days).of.tolist() == [-1, 0]


def test_order_changes_only_positions():
    """The same groups come out in any order of the rows."""
    texts = [f"{TEXT} Number {number // 3}, and that makes it {number // 3} of many." for number in range(60)] + [OTHER]
    dates = [DAY + timedelta(minutes=number) for number in range(61)]
    order = np.random.default_rng(3).permutation(61)

    def groups(positions):
        copies = find_duplicates([texts[i] for i in positions], [None] * 61, [dates[i] for i in positions])
        first = np.where(copies.of < 0, np.arange(61), copies.of)
        return {frozenset(int(positions[i]) for i in np.flatnonzero(first == one)) for one in set(first.tolist())}

    assert groups(np.arange(61)) == groups(order)


def test_candidates_miss_no_pair():
    """On texts made alike to every degree MinHash finds the pairs that comparing all with all finds."""
    random = np.random.default_rng(8)
    words = [f"{first}{second}" for first in ("bal", "cor", "den", "fir", "gom") for second in ("ta", "lo", "mi", "ru")]
    texts = []
    for _ in range(40):
        text = random.choice(words, 30)
        texts += [" ".join(np.where(random.random(30) < share, random.choice(words, 30), text)) for share in (0, 0.05)]
    texts = sorted(set(texts))
    grams = [{text[i : i + 5] for i in range(len(text) - 4)} for text in texts]
    pairs = [(a, b) for b in range(len(texts)) for a in range(b)]
    true = {(a, b) for a, b in pairs if len(grams[a] & grams[b]) / len(grams[a] | grams[b]) >= JACCARD}
    assert set(_similar(texts)) == true and len(true) > 10


def test_a_form_sent_a_thousand_times_is_one_group():
    """A thousand variants of one text are one template of its oldest."""
    texts = [f"{TEXT} It was order {number} of this year, I shall not order again." for number in range(1000)]
    of, kind = found(texts)
    assert of == [-1, *[0] * 999] and set(kind) == {"template"}


def test_nothing_and_what_does_not_fit():
    """No texts give no copies; lists of different lengths are refused with their lengths."""
    assert find_duplicates([], [], []).of.shape == (0,)
    with pytest.raises(ValueError, match="2 texts, 1 authors, 2 dates"):
        find_duplicates(["a", "b"], [None], [None, None])


def test_emoji_and_lone_surrogates_are_read():
    """Characters beyond the common plane, whole or broken, neither fail nor shift what is compared."""
    broken = TEXT + " \ud83d"
    assert found([OTHER + " 🎉🎉", TEXT + " 🎉", broken])[0] == [-1, -1, 1]
