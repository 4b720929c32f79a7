"""Sentiment on labelled sets: VADER as it comes against ours. `python -m benchmarks.sentiment --data DIR`.

Prints, per set: AUC (negative against positive), precision and recall of negative, macro-F1 of three classes and the
share left unscored. An unscored or mixed text counts as neutral. Ratings 1-2 are negative, 3 neutral, 4-5 positive;
NPS 0-6, 7-8, 9-10; Amazon sentences are neutral within a mean of 0.2. SemEval-2014 terms are scored by the clause
that holds them (VADER: by that clause too), conflict left out.
"""

from __future__ import annotations

import argparse
import html
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from analysis.clauses import clause_frame
from analysis.language import detect_languages
from analysis.sentiment import label_of, score_clauses, score_comments

CLASSES = {"negative": -1, "positive": 1}
NPS = {"Detractor": -1, "Passive": 0, "Promoter": 1}
STARS = {1: -1, 2: -1, 3: 0, 4: 1, 5: 1}


def documents(data: Path) -> Iterator[tuple[str, list[str], np.ndarray]]:
    """Name, texts and classes (-1, 0, 1) of each set of rated documents that is there."""
    for name, path, text, score, separator in (
        ("greenlight", "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz", "content", "score", ","),
        ("telecom", "nps_survey_telecom/nps_verbatims.csv", "text", "NPS_RATING", ","),
        ("shopzilla", "support_csat_shopzilla/support_csat.csv.gz", "Customer Remarks", "CSAT Score", ","),
        ("hotstar", "app_reviews_hotstar/hotstar_google_play_reviews.csv", "content", "score", ","),
        ("alexa", "shop_reviews_amazon_alexa/amazon_alexa.tsv", "verified_reviews", "rating", "\t"),
    ):
        if not (data / path).exists():
            print(f"{name}: {data / path} is not there; left out")
            continue
        table = pd.read_csv(data / path, sep=separator, quoting=3 if separator == "\t" else 0, encoding="utf-8-sig")
        classes = table[score].map(NPS if score == "NPS_RATING" else STARS)
        texts = table[text].fillna("").astype(str).map(html.unescape)
        kept = classes.notna() & (texts.str.strip() != "")
        yield name, texts[kept].tolist(), classes[kept].to_numpy(dtype=int)


def amazon(data: Path) -> tuple[list[str], np.ndarray]:
    """The human-rated sentences of product reviews."""
    path = data / "vader_ground_truth/amazonReviewSnippets_GroundTruth.txt"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line]
    means = np.array([float(row[1]) for row in rows])
    return [html.unescape(row[2]) for row in rows], np.where(np.abs(means) <= 0.2, 0, np.sign(means)).astype(int)


def terms(path: Path) -> tuple[list[str], list[tuple[int, int]], np.ndarray]:
    """SemEval sentences, (sentence, offset) of each term, and its class."""
    sentences: list[str] = []
    places: list[tuple[int, int]] = []
    classes: list[int] = []
    for sentence in ElementTree.parse(path).getroot().iter("sentence"):
        found = [term for term in sentence.iter("aspectTerm") if term.get("polarity") != "conflict"]
        places += [(len(sentences), int(term.get("from", 0))) for term in found]
        classes += [CLASSES.get(term.get("polarity", ""), 0) for term in found]
        sentences.append(sentence.findtext("text", ""))
    return sentences, places, np.array(classes)


def scored(texts: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Our clauses and comments of the texts."""
    feedback = pd.DataFrame({"feedback_id": [str(i) for i in range(len(texts))], "text": texts})
    languages = dict(zip(feedback["feedback_id"], detect_languages(texts, [None] * len(texts)), strict=True))
    clauses = clause_frame(feedback)
    clauses["language"] = clauses["feedback_id"].map(languages)
    clauses = score_clauses(clauses)
    return clauses, score_comments(feedback, clauses)


def report(name: str, method: str, classes: np.ndarray, scores: np.ndarray, labels: np.ndarray) -> None:
    """One line of figures."""
    from sklearn.metrics import f1_score, roc_auc_score

    polar = classes != 0
    guess = np.array([CLASSES.get(label, 0) for label in labels])
    negative = guess == -1
    auc = roc_auc_score(classes[polar] == 1, np.nan_to_num(scores[polar]))
    precision, recall = np.mean(classes[negative] == -1), np.mean(negative[classes == -1])
    f1 = f1_score(classes, guess, average="macro")
    print(
        f"{name:12} {method:6} n {len(classes):6,}  AUC {auc:.3f}  negative P/R {precision:.3f}/{recall:.3f}  "
        f"macro-F1 {f1:.3f}  unscored {np.mean(labels == 'unscored'):.1%}"
    )


def main() -> None:
    """Runs every set that is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled sets")
    data = parser.parse_args().data
    stock = SentimentIntensityAnalyzer()

    def vader(texts: list[str]) -> np.ndarray:
        return np.array([stock.polarity_scores(text)["compound"] for text in texts])

    sets = [("amazon", *amazon(data)), *documents(data)]
    for name, texts, classes in sets:
        plain = vader(texts)
        report(name, "VADER", classes, plain, np.array([label_of(score) for score in plain]))
        comments = scored(texts)[1]
        report(name, "ours", classes, comments["sentiment"].to_numpy(), comments["label"].to_numpy())
    for name, file in (("restaurant", "Restaurants_Train_v2.xml"), ("laptop", "Laptop_Train_v2.xml")):
        texts, places, classes = terms(data / "semeval2014_absa_train" / file)
        clauses = scored(texts)[0]
        by_text = {key: group for key, group in clauses.groupby("feedback_id")}
        rows = []
        for sentence, offset in places:
            group = by_text[str(sentence)]
            rows.append(group.index[(group["start"] <= offset) & (offset < group["end"])][0])
        held = clauses.loc[rows]
        plain = vader(held["text"].tolist())
        report(name, "VADER", classes, plain, np.array([label_of(score) for score in plain]))
        report(name, "ours", classes, held["sentiment"].to_numpy(), held["label"].to_numpy())


if __name__ == "__main__":
    main()
