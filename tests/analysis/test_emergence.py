"""The scan for new subjects: its neighbours in a large stock, and what counts as chance."""

from __future__ import annotations

import numpy as np
from streams_for_tests import START, Stream

from analysis.themes.assignment import Space
from analysis.themes.emergence import ScanRules, Stock, _nearest_rows, find_emerging
from analysis.themes.fit import ThemeSettings

UNTIL = START + 83


def stock_of(stream: Stream, theme: np.ndarray) -> Stock:
    """The stream as a stock, in the order of its texts."""
    space = Space(stream.texts, stream.vectors, ThemeSettings())
    return Stock(space.vectors, space.words, theme[space.order], stream.days[space.order].astype("datetime64[D]"))


def test_a_large_stock_finds_nearly_the_same_neighbours() -> None:
    """Above ten thousand rows nine tenths of the true neighbours are found, the same each time, the row among them."""
    random = np.random.default_rng(3)
    vectors = random.normal(size=(100, 16))[np.arange(10_200) % 100] + 0.4 * random.normal(size=(10_200, 16))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    asked = np.arange(0, 10_200, 50)
    found = _nearest_rows(vectors, asked, 11)
    assert (found == asked[:, None]).any(axis=1).all()
    exact = np.argsort(-(vectors[asked] @ vectors.T), axis=1)[:, :11]
    assert np.mean([np.isin(own, near).mean() for own, near in zip(exact, found, strict=True)]) > 0.9
    assert (found == _nearest_rows(vectors, asked, 11)).all()


def test_six_texts_are_too_few_only_when_the_rules_say_so() -> None:
    """A group smaller than `least` opens nothing; the same group does under a rule that allows it."""
    stream = Stream.of([60, 60, 60, 60, 60, 7])
    late = stream.subject == 5
    stream.days[late] = UNTIL - np.arange(7)
    stock = stock_of(stream, np.where(late, -1, stream.subject))
    none = np.empty((0, stock.vectors.shape[1]), dtype=np.float32)
    small = find_emerging(stock, {}, none, UNTIL, ThemeSettings(), ScanRules(least=8))
    found = find_emerging(stock, {}, none, UNTIL, ThemeSettings(), ScanRules(least=6))
    assert not small
    assert len(found) == 1 and set(found[0].places.tolist()) == set(np.flatnonzero(stock.theme < 0).tolist())


def test_a_scattered_group_is_no_theme() -> None:
    """Recent texts that are not like each other open nothing, however recent they are."""
    stream = Stream.of([60, 60, 60, 60, 60])
    odd = Stream.of([0, 0, 0, 0, 0, 12], seed=4, start=900, noise=1.0)
    both = Stream(
        stream.texts + [f"{number} {text.split()[-1]}" for number, text in enumerate(odd.texts)],
        np.vstack([stream.vectors, odd.vectors]),
        np.concatenate([stream.subject, np.full(12, -1)]),
        np.concatenate([stream.days, UNTIL - np.arange(12)]).astype("datetime64[D]"),
    )
    stock = stock_of(both, both.subject)
    none = np.empty((0, stock.vectors.shape[1]), dtype=np.float32)
    assert not find_emerging(stock, {}, none, UNTIL, ThemeSettings())
