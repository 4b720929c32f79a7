"""The VADER layer beside vaderSentiment, on the same texts in the same run.

    python -m benchmarks.lexicon --data DIR

Prints texts a second of both (processor time, texts scored once), on how many texts no entry of the lists applies and
the scores agree to the digit, one text of ever more emoji (vaderSentiment's issue 110), AUC and precision and recall
of negative by VADER's own thresholds, and how fast texts are cut into clauses.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis.text.clauses import split_clauses
from analysis.text.lexicon import METHOD, ServiceAnalyzer, lexicon_scores
from benchmarks.sentiment_sets import HUMAN, Labelled, human

POLAR = 0.05  # thresholds of the VADER README
RUNS = (100, 1_000, 2_000)
STARS = {1: -1, 2: -1, 3: 0, 4: 1, 5: 1}
NPS = {"Detractor": -1, "Passive": 0, "Promoter": 1}
RATED = {
    "greenlight": ("app_reviews_greenlight/greenlight_google_play_reviews.csv.gz", "content", "score"),
    "hotstar": ("app_reviews_hotstar/hotstar_google_play_reviews.csv", "content", "score"),
    "alexa": ("shop_reviews_amazon_alexa/amazon_alexa.tsv", "verified_reviews", "rating"),
    "shopzilla": ("support_csat_shopzilla/support_csat.csv.gz", "Customer Remarks", "CSAT Score"),
    "telecom": ("nps_survey_telecom/nps_verbatims.csv", "text", "NPS_RATING"),
    "womens": ("shop_reviews_womens_clothing/womens_clothing_reviews.csv.gz", "Review Text", "Rating"),
}


def labelled_sets(data: Path) -> Iterator[Labelled]:
    """The human-rated and the rated sets, every row with a text."""
    for name in HUMAN:
        yield human(data, name)
    for name, (path, text, score) in RATED.items():
        tabbed = path.endswith(".tsv")
        table = pd.read_csv(
            data / path, sep="\t" if tabbed else ",", quoting=3 if tabbed else 0, encoding="utf-8-sig"
        ).dropna(subset=[text, score])
        classes = table[score].map(NPS if score == "NPS_RATING" else STARS).to_numpy(dtype=int)
        yield Labelled(name, table[text].astype(str).tolist(), classes)


def seconds_of(score: Callable[[str], object], texts: Sequence[str]) -> float:
    """Processor seconds to score the texts once."""
    start = time.process_time()
    for text in texts:
        score(text)
    return time.process_time() - start


def report_set(found: Labelled, stock: SentimentIntensityAnalyzer, ours: ServiceAnalyzer) -> tuple[float, float]:
    """Speed, agreement and figures on one set; gives the seconds of both."""
    plain: list[float] = []
    times = (
        seconds_of(lambda text: plain.append(stock.polarity_scores(text)["compound"]), found.texts),
        seconds_of(ours.polarity_scores, found.texts),
    )
    scores = lexicon_scores(found.texts)[:, 0]
    speed = [len(found.texts) / seconds for seconds in times]
    print(
        f"{found.name:11} texts/s: vaderSentiment {speed[0]:7,.0f}  ours {speed[1]:7,.0f} ({times[0] / times[1]:.1f}x)"
        f"   same score {np.mean(np.array(plain) == scores):4.0%}   "
        f"{figures(found.classes, np.array(plain))} -> {figures(found.classes, scores)}"
    )
    return times


def figures(classes: np.ndarray, scores: np.ndarray) -> str:
    """AUC of negative against positive, precision / recall of negative."""
    from sklearn.metrics import roc_auc_score

    polar, negative = classes != 0, scores <= -POLAR
    auc = roc_auc_score(classes[polar] > 0, scores[polar])
    return f"AUC {auc:.3f} P/R {np.mean(classes[negative] < 0):.2f}/{np.mean(negative[classes < 0]):.2f}"


def report_runs(stock: SentimentIntensityAnalyzer, ours: ServiceAnalyzer) -> None:
    """Seconds for one text of emoji."""
    for run in RUNS:
        text = ["\U0001f602" * run]
        print(
            f"a text of {run:5,} emoji: vaderSentiment {seconds_of(stock.polarity_scores, text):7.3f} s, "
            f"ours {seconds_of(ours.polarity_scores, text):.4f} s"
        )


def main() -> None:
    """Runs every section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled sets")
    data = parser.parse_args().data
    print(METHOD)
    stock, ours = SentimentIntensityAnalyzer(), ServiceAnalyzer()
    texts: list[str] = []
    times: list[tuple[float, float]] = []
    for found in labelled_sets(data):
        times.append(report_set(found, stock, ours))
        texts += found.texts
    spent = np.sum(times, axis=0)
    print(f"all sets: ours takes {spent[1] / spent[0]:.2f} of vaderSentiment's time ({len(texts):,} texts)")
    report_runs(stock, ours)
    clauses = 0
    start = time.process_time()
    for text in texts:
        clauses += len(split_clauses(text))
    print(
        f"clauses: {clauses / (time.process_time() - start):,.0f} a second ({len(texts):,} texts, {clauses:,} clauses)"
    )


if __name__ == "__main__":
    main()
