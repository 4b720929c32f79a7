"""Themes on made-up vectors: the same for any order of rows, with ids, labels, keywords; small inputs."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis.themes.clusters import LeidenClusters
from analysis.themes.fit import FITTED, ThemeFit, ThemeSettings, fit_themes
from analysis.themes.graph import graph_of, nearest

SUBJECTS = {
    "card never arrived": ["my {}", "the {} by post", "{} after two weeks", "still no letter, {}"],
    "monthly fee": ["the {} went up", "I pay a {} of {n} dollars", "{} is too high", "nobody mentioned the {}"],
    "locked out of my account": ["I am {}", "{} since May", "again {} for {n} days", "{} and no reply"],
    "phone support hung up": ["{} on me", "the {} twice", "{} after {n} minutes", "your {} again"],
    "refund still pending": ["my {}", "{} for {n} days", "the {} since June", "{} and nobody cares"],
}


def corpus(per_subject: int = 40, width: int = 48) -> tuple[list[str], np.ndarray, list[str], np.ndarray]:
    """Texts on five subjects, vectors around one centre for each, ids, and the subject of each text."""
    random = np.random.default_rng(5)
    texts, truth = [], []
    for subject, (phrase, frames) in enumerate(SUBJECTS.items()):
        for number in range(per_subject):
            frame = frames[number % len(frames)].format(phrase, n=number + 2)
            texts.append(f"{frame} {'again ' * (number // 8)}".strip() + f" no{number}")
            truth.append(subject)
    centres = random.normal(size=(len(SUBJECTS), width))
    vectors = centres[truth] + 0.5 * random.normal(size=(len(texts), width))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return texts, vectors.astype(np.float32), [f"f{i:04d}" for i in range(len(texts))], np.array(truth)


def shuffled_fit(seed: int) -> tuple[ThemeFit, np.ndarray]:
    """The fit of shuffled rows, its assignment put back into the order of `corpus`."""
    texts, vectors, ids, _ = corpus()
    order = np.random.default_rng(seed).permutation(len(texts))
    fit = fit_themes([texts[i] for i in order], vectors[order], ids=[ids[i] for i in order])
    back = np.argsort(order)
    return fit, fit.assignment[back]


def test_planted_subjects_become_themes() -> None:
    """Each planted subject is a theme whose label and keywords name it."""
    texts, vectors, ids, truth = corpus()
    fit = fit_themes(texts, vectors, ids=ids)
    assert adjusted_rand_score(truth, fit.assignment) > 0.95
    assert {name: str(dtype) for name, dtype in fit.themes.dtypes.items()} == FITTED
    for subject, phrase in enumerate(SUBJECTS):
        theme = fit.themes.loc[np.bincount(fit.assignment[truth == subject]).argmax()]
        assert theme["label"] == phrase
        assert set(theme["keywords"]) & set(phrase.split())
    assert fit.themes["clauses"].sum() == len(texts)
    assert fit.stability is not None and fit.stability > 0.8


def test_order_of_rows_changes_not_one_byte() -> None:
    """Fitted twice and shuffled: equal frames, centroids and assignment, byte for byte."""
    texts, vectors, ids, _ = corpus()
    first = fit_themes(texts, vectors, ids=ids)
    for seed in (1, 2):
        again, assignment = shuffled_fit(seed)
        pd.testing.assert_frame_equal(first.themes, again.themes, check_exact=True)
        assert first.centroids.tobytes() == again.centroids.tobytes()
        assert first.assignment.tolist() == assignment.tolist()
        assert (first.note, first.stability) == (again.note, again.stability)


def test_repeated_texts_weigh_nothing_but_are_counted() -> None:
    """Copies of a text get its theme and are counted, but move no theme and no id."""
    texts, vectors, ids, _ = corpus()
    once = fit_themes(texts, vectors, ids=ids)
    copies = list(range(30)) * 3
    more = fit_themes(
        texts + [texts[i] for i in copies],
        np.vstack([vectors, vectors[copies]]),
        ids=ids + [f"g{n}" for n in range(len(copies))],
    )
    assert more.themes["theme_id"].tolist() == once.themes["theme_id"].tolist()
    assert more.assignment.tolist() == once.assignment.tolist() + once.assignment[copies].tolist()
    assert more.themes["clauses"].sum() == len(texts) + len(copies)


def test_ids_are_unique_and_sorted() -> None:
    """Theme ids are "t" and eight hexadecimal digits, all different, in order."""
    themes = fit_themes(*corpus()[:2], ids=corpus()[2]).themes
    assert themes["theme_id"].str.fullmatch("t[0-9a-f]{8}").all()
    assert themes["theme_id"].is_unique and themes["theme_id"].is_monotonic_increasing
    assert themes["label"].is_unique


@pytest.mark.parametrize("count", [0, 1, 49])
def test_too_few_clauses_are_not_grouped(count: int) -> None:
    """Under fifty different clauses nothing is grouped, and the note says so."""
    texts, vectors, ids, _ = corpus()
    fit = fit_themes(texts[:count] * 2, np.vstack([vectors[:count]] * 2), ids=ids[: 2 * count])
    assert fit.assignment.tolist() == [-1] * (2 * count)
    assert np.isnan(fit.similarity).all()
    assert fit.note.startswith(f"fewer than 50 different clauses ({count})")
    assert list(fit.themes.columns) == list(FITTED) and fit.themes.empty


@pytest.mark.parametrize("text", ["", "   ", "late again"])
def test_equal_or_blank_texts_are_no_error(text: str) -> None:
    """A hundred equal texts, or blank ones, are fewer than fifty different clauses."""
    vectors = np.repeat(corpus()[1][:1], 100, axis=0)
    fit = fit_themes([text] * 100, vectors, ids=[str(i) for i in range(100)])
    assert fit.themes.empty and "fewer than 50" in fit.note


def test_equal_and_zero_vectors_are_no_error() -> None:
    """Different texts with one vector are one theme; with vectors of zeros none."""
    texts, vectors, ids, _ = corpus()
    alike = fit_themes(texts, np.repeat(vectors[:1], len(texts), axis=0), ids=ids)
    assert len(alike.themes) >= 1
    nothing = fit_themes(texts, np.zeros_like(vectors), ids=ids)
    assert nothing.themes.empty and nothing.note == "no theme is tight enough: nothing was grouped"


def test_texts_of_stop_words_are_no_error() -> None:
    """Texts in which every word is a stop word are grouped and get labels all the same."""
    vectors = corpus(12)[1]
    texts = [f"it is {'so ' * number}that" for number in range(len(vectors))]
    fit = fit_themes(texts, vectors, ids=[str(i) for i in range(len(texts))])
    assert fit.themes["label"].map(bool).all()


def test_beyond_the_limit_clauses_join_their_neighbours() -> None:
    """Above the fit's limit a sample is grouped and the rest gets the theme of its neighbours."""
    texts, vectors, ids, truth = corpus()
    fit = fit_themes(texts, vectors, ids=ids, settings=replace(ThemeSettings(), fit_limit=120))
    assert "from 120 different clauses (80 more joined their neighbours)" in fit.note
    assert adjusted_rand_score(truth, fit.assignment) > 0.95


def test_lengths_that_differ_are_refused() -> None:
    """Texts and embeddings of different length are an error that counts both."""
    with pytest.raises(ValueError, match="200 texts, 199 embeddings"):
        fit_themes(corpus()[0], corpus()[1][:-1], ids=corpus()[2])


def test_bertopic_leaves_the_warnings_alone() -> None:
    """Fitting, and with it the import of BERTopic, changes no warnings filter."""
    before = list(warnings.filters)
    fit_themes(*corpus(12)[:2], ids=corpus(12)[2])
    assert warnings.filters == before


def test_settings_print_in_one_line() -> None:
    """The one setting is printed in one line with every value."""
    line = str(ThemeSettings())
    assert "\n" not in line and "cohesion=0.78" in line and "seed=" in line


def test_a_warm_start_keeps_what_was_there() -> None:
    """A fit that sets out from an earlier one, of which a third is unknown, ends with the same themes."""
    texts, vectors, ids, _ = corpus()
    first = fit_themes(texts, vectors, ids=ids)
    start = np.where(np.arange(len(texts)) % 3 > 0, first.assignment, -1)
    again = fit_themes(texts, vectors, ids=ids, start=start)
    assert adjusted_rand_score(first.assignment, again.assignment) > 0.98
    with pytest.raises(ValueError, match="200 texts, 3 in start"):
        fit_themes(texts, vectors, ids=ids, start=start[:3])


def test_every_theme_has_a_stability() -> None:
    """Planted subjects are found again by the runs: their stability is high and a share."""
    texts, vectors, ids, _ = corpus()
    stability = fit_themes(texts, vectors, ids=ids).themes["stability"]
    assert stability.between(0.7, 1).all()


def test_a_text_that_is_like_no_other_has_no_theme() -> None:
    """Texts without neighbours are left out, whatever the seed; the others lose nothing by it."""
    texts, vectors, ids, truth = corpus()
    strange = np.random.default_rng(8).normal(size=(6, vectors.shape[1])).astype(np.float32)
    strange /= np.linalg.norm(strange, axis=1, keepdims=True)
    written = [*texts, *(f"{word} entirely" for word in ("zebra", "quartz", "fjord", "vortex", "glyph", "sphinx"))]
    named = [*ids, *(f"x{number}" for number in range(6))]
    for seed in (7, 8):
        found = fit_themes(written, np.vstack([vectors, strange]), ids=named, settings=ThemeSettings(seed=seed))
        assert (found.assignment[-6:] == -1).all()
        assert adjusted_rand_score(truth, found.assignment[:-6]) > 0.95


def test_the_number_of_themes_has_no_cliff() -> None:
    """Between feedback that gets as cohesive as wanted and feedback that never does, the ceiling falls step by step."""
    texts, vectors, _, _ = corpus(per_subject=60)
    near = nearest(vectors, 30)
    ceilings = []
    for cohesion in np.arange(0.60, 0.99, 0.01):
        clusters = LeidenClusters(texts, ThemeSettings(cohesion=float(cohesion), texts_per_theme=10, loose_themes=0.4))
        ceilings.append(clusters.ceiling_of(graph_of(near, 15), vectors, 4))
    assert (ceilings[0], ceilings[-1]) == (30, 7)
    assert ceilings == sorted(ceilings, reverse=True)
    assert max(-np.diff(ceilings)) <= 5
