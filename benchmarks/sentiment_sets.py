"""The sets of texts that sentiment is trained and tested on, as they lie in the folder of the labelled sets.

Human-rated sentences are neutral within a mean of 0.2; SemEval-2014 terms leave "conflict" out. Rated reviews
are read by benchmarks/sentiment_rated.py.
"""

from __future__ import annotations

import html
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

HUMAN = {
    "amazon": "amazonReviewSnippets_GroundTruth.txt",
    "movies": "movieReviewSnippets_GroundTruth.txt",
    "tweets": "tweets_GroundTruth.txt",
    "editorials": "nytEditorialSnippets_GroundTruth.txt",
}
TERMS = {"restaurant": "Restaurants_Train_v2.xml", "laptop": "Laptop_Train_v2.xml"}
NEUTRAL = 0.2  # the largest mean of its raters at which a sentence takes no side
_GREENLIGHT = "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz"
_SERVICE = Path(__file__).parent / "data" / "service_sentences.tsv"
_POLARITY = {"negative": -1, "neutral": 0, "positive": 1}


@dataclass(frozen=True, eq=False)
class Labelled:
    """Texts and their classes: -1 negative, 0 neutral or in between, 1 positive."""

    name: str
    texts: list[str]
    classes: np.ndarray


@dataclass(frozen=True, eq=False)
class Terms:
    """Sentences, and of each term in them the sentence, the offset and the class."""

    name: str
    sentences: list[str]
    sentence: np.ndarray
    offset: np.ndarray
    classes: np.ndarray

    @property
    def both_sided(self) -> np.ndarray:
        """True for the terms of sentences that hold a positive and a negative one."""
        happy, unhappy = (set(self.sentence[self.classes == side]) for side in (1, -1))
        return np.isin(self.sentence, sorted(happy & unhappy))


def human(data: Path, name: str) -> Labelled:
    """Sentences that twenty people rated (VADER's sets: movies, tweets, editorials, amazon)."""
    path = data / "vader_ground_truth" / HUMAN[name]
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]
    means = np.array([float(row[1]) for row in rows])
    classes = np.where(np.abs(means) <= NEUTRAL, 0, np.sign(means)).astype(int)
    return Labelled(name, [html.unescape(row[2]) for row in rows], classes)


def greenlight(data: Path) -> Labelled:
    """Reviews of one app, 1-2 stars negative and 4-5 positive, each wording once per class."""
    table = pd.read_csv(data / _GREENLIGHT, encoding="utf-8-sig").dropna(subset=["content", "score"])
    texts = table["content"].astype(str).map(html.unescape)
    found = pd.DataFrame({"text": texts, "class": np.sign(table["score"] - 3).astype(int)})
    found = found[found["text"].str.strip() != ""]
    found = found[~found.assign(text=found["text"].str.strip().str.lower()).duplicated()]
    return Labelled("greenlight", found["text"].tolist(), found["class"].to_numpy())


def service() -> Labelled:
    """The sentences that were written for this project."""
    rows = [line.split("\t") for line in _SERVICE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return Labelled("service", [row[2] for row in rows], np.array([int(row[0]) for row in rows]))


def terms(data: Path, name: str) -> Terms:
    """The aspect terms of SemEval-2014 task 4 (restaurant, laptop)."""
    root = ElementTree.parse(data / "semeval2014_absa_train" / TERMS[name]).getroot()
    sentences: list[str] = []
    found: list[tuple[int, int, int]] = []
    for sentence in root.iter("sentence"):
        for term in sentence.iter("aspectTerm"):
            side = term.get("polarity", "")
            if side in _POLARITY:
                found.append((len(sentences), int(term.get("from", 0)), _POLARITY[side]))
        sentences.append(sentence.findtext("text", ""))
    return Terms(name, sentences, *np.array(found).T)
