"""Journey stages: the nearest phrases decide, and nothing does where they do not."""

import numpy as np
import pytest

from analysis.text.wordlists import read_rows
from analysis.themes.journey import STAGES, journey_stages

PHRASES = [phrase for _, phrase in read_rows("journey_phrases.tsv")]
CLASSES = (*STAGES, "none")


def embed(texts):
    """Vectors with one axis for each stage and for none: a phrase lies on the axis of its stage, all else on none."""
    known = dict((phrase, CLASSES.index(stage)) for stage, phrase in read_rows("journey_phrases.tsv"))
    vectors = np.zeros((len(texts), 9), dtype=np.float32)
    for row, text in enumerate(texts):
        vectors[row, known.get(text, 8)] = 1
    return vectors


def stages_of(*centroids):
    """The stages of themes without a telling label."""
    return journey_stages(["?"] * len(centroids), [[]] * len(centroids), np.array(centroids, dtype=np.float32), embed)


def test_the_nearest_phrases_name_the_stage():
    """A theme on the axis of a stage has that stage, each of the seven."""
    assert stages_of(*np.eye(9)[:7]) == list(STAGES)


def test_unsure_is_none():
    """Between two stages, far from all, or nearest to what is said at any stage: no stage."""
    between, far, any_stage = np.eye(9)[1] + np.eye(9)[4], np.eye(9)[8], np.eye(9)[7]
    assert stages_of(between, far, any_stage) == [None, None, None]


def test_the_phrases_cover_every_stage_once():
    """Each stage has ten phrases and more, no phrase stands twice, and no stage is unknown."""
    stages = [stage for stage, _ in read_rows("journey_phrases.tsv")]
    assert set(stages) == set(CLASSES) and min(map(stages.count, CLASSES)) >= 10
    assert len(set(PHRASES)) == len(PHRASES)


def test_no_themes_and_wrong_lengths():
    """Without themes nothing is embedded; lists of different lengths are refused."""
    assert journey_stages([], [], np.empty((0, 9), dtype=np.float32), embed) == []
    with pytest.raises(ValueError, match="1 labels, 0 lists"):
        journey_stages(["a"], [], np.eye(9, dtype=np.float32)[:1], embed)


def test_with_the_real_model():
    """Themes of a shop and of a bank that nobody could mistake are placed where they belong."""
    from analysis.text.embedding import Embedder

    told = {
        "delivery is late": "buy",
        "charged twice": "pay",
        "can't log in": "use",
        "on hold": "get help",
        "close my account": "leave",
        "activate my card": "onboard",
    }
    model = Embedder()
    centroids = model.embed([f"{label}, again" for label in told])
    assert journey_stages(list(told), [[]] * len(told), centroids, model.embed) == list(told.values())
