"""Sub-themes: Leiden inside each theme, children that are large enough, any order of rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis.themes.fit import ThemeSettings
from analysis.themes.subthemes import find_sub_themes

WIDTH = 48


def corpus(sizes: dict[int, list[int]]) -> tuple[np.ndarray, np.ndarray, list[str], np.ndarray]:
    """Theme, vector, text and planted child of each row; `sizes` are those of the children of each theme."""
    random = np.random.default_rng(4)
    themes, truth, vectors = [], [], []
    for theme, children in sizes.items():
        centre = 3 * random.normal(size=WIDTH)
        for child in children:
            own = centre + 2.5 * random.normal(size=WIDTH)
            vectors.append(own + random.normal(size=(child, WIDTH)))
            truth += [len(vectors)] * child
            themes += [theme] * child
    rows = np.vstack(vectors)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.array(themes), rows.astype(np.float32), [f"text {i:05d}" for i in range(len(rows))], np.array(truth)


def test_large_themes_get_the_children_that_were_planted() -> None:
    """A theme of three planted parts gets three sub-themes, one of a hundred texts gets none."""
    themes, vectors, texts, truth = corpus({0: [80, 80, 80], 1: [50, 50]})
    found = find_sub_themes(themes, vectors, texts, ThemeSettings())
    assert adjusted_rand_score(truth[:240], found[:240]) > 0.95
    assert (found[240:] == -1).all() and set(found[:240]) == {0, 1, 2}


def test_numbers_run_on_over_all_themes() -> None:
    """Sub-themes are numbered over all themes, grouped by parent; rows without a theme have none."""
    themes, vectors, texts, _ = corpus({0: [70, 70], 1: [90, 60], -1: [30]})
    found = find_sub_themes(themes, vectors, texts, ThemeSettings())
    assert set(found[:140]) == {0, 1} and set(found[140:290]) == {2, 3}
    assert (found[290:] == -1).all()


def test_small_groups_join_the_nearest_child() -> None:
    """A part of fewer than 25 texts is no child: its texts are in the others, and every row has one."""
    themes, vectors, texts, _ = corpus({0: [80, 80, 12]})
    found = find_sub_themes(themes, vectors, texts, ThemeSettings())
    assert set(found) == {0, 1}
    found = find_sub_themes(themes, vectors, texts, replace(ThemeSettings(), sub_theme_size=5))
    assert set(found) == {0, 1, 2}


def test_order_of_rows_and_copies_change_nothing() -> None:
    """Shuffled rows, and copies of some, leave every text in the sub-theme that it had."""
    themes, vectors, texts, _ = corpus({0: [80, 70], 1: [90, 60]})
    once = dict(zip(texts, find_sub_themes(themes, vectors, texts), strict=True))
    order = np.random.default_rng(1).permutation(len(texts))
    order = np.concatenate([order, order[:40]])
    again = find_sub_themes(themes[order], vectors[order], [texts[i] for i in order])
    assert again.tolist() == [once[texts[i]] for i in order]


def test_a_theme_of_one_kind_has_no_sub_themes() -> None:
    """Equal vectors, one text many times, and no rows at all give no sub-themes."""
    same = np.repeat(corpus({0: [1]})[1], 200, axis=0)
    zeros = np.zeros(200, dtype=np.int64)
    assert (find_sub_themes(zeros, same, ["the same"] * 200) == -1).all()
    assert len(find_sub_themes(zeros[:0], same[:0], [])) == 0


def test_lengths_that_differ_are_refused() -> None:
    """Themes, vectors and texts of different length are an error that counts them."""
    with pytest.raises(ValueError, match="3 themes, 2 embeddings, 3 texts"):
        find_sub_themes(np.zeros(3, dtype=np.int64), np.zeros((2, 8), np.float32), ["a", "b", "c"])
