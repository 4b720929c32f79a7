"""Themes against aspects that people labelled: a section of `benchmarks.themes`.

Restaurant sentences have one to several of five categories, tweets to a company's support none to several topics out
of the company's own list. A text can only be in one theme here, so two rules are printed: rows with exactly one label,
and all rows with a label, each by its first. Each company's tweets are grouped alone, as the company would. V-measure
grows with the number of themes whatever they hold, so the mutual information adjusted for chance stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.theme_quality import Bench, v_and_ari
from benchmarks.theme_rows import Row, share
from benchmarks.theme_sets import Ints, Sets, TextSet, fit_set
from benchmarks.theme_stock import Job, Topics

__all__ = ["aspects", "aspects_jobs"]

COMPANIES = ("AmazonHelp", "AppleSupport", "SpotifyCares")


def aspects_jobs(sets: Sets, quick: bool) -> list[Job]:
    """What BERTopic is asked for beside `aspects`."""
    rows = [Job("semeval_restaurants", "semeval_restaurants")] if sets.has("semeval_restaurants") else []
    if sets.has("support_tweets"):
        tweets = sets.get("support_tweets")
        rows += [Job(company, "support_tweets", tuple(_of_company(tweets, company).tolist())) for company in COMPANIES]
    return rows


def aspects(bench: Bench) -> list[Row]:
    """Themes of restaurant reviews against five categories, of tweets against each company's own list of topics.

    Rows may have several labels. First the rows with exactly one; below, all rows with a label, each by its first.
    """
    restaurants = bench.sets.get("semeval_restaurants")
    lines = _against(
        "semeval_restaurants",
        restaurants.labels,
        bench.first("semeval_restaurants").assignment,
        bench.stock.get("semeval_restaurants"),
    )
    tweets = bench.sets.get("support_tweets")
    single: list[tuple[float, float | None]] = []
    for company in COMPANIES:
        part = tweets.only(_of_company(tweets, company))
        labels = [found[1:] for found in part.labels]
        run, stock = fit_set(part, bench.settings), bench.stock.get(company)
        lines += _against(f"support_tweets, {company}", labels, run.assignment, stock)
        one = [len(found) == 1 for found in labels]
        single.append((_v(labels, run.assignment, one), _v(labels, stock.assignment, one) if stock else None))
    ours = float(np.mean([value for value, _ in single]))
    theirs = [value for _, value in single if value is not None]
    mean = float(np.mean(theirs)) if theirs else None
    said = "" if mean is None else f"{mean:.3f}"
    row = Row(
        "support_tweets, mean of the companies: V, rows of one label",
        f"{ours:.3f}",
        "> stock",
        None if mean is None else ours > mean,
        said,
    )
    return [*lines, row]


def _of_company(tweets: TextSet, company: str) -> Ints:
    """The rows of a company, which is each row's first label."""
    return np.flatnonzero([labels[0] == company for labels in tweets.labels]).astype(np.int64)


def _ami(labels: Sequence[tuple[str, ...]], found: Ints, rows: Sequence[bool]) -> float:
    """Adjusted mutual information of the chosen rows: unlike V-measure it does not grow with the number of themes."""
    from sklearn.metrics import adjusted_mutual_info_score

    at = np.flatnonzero(rows)
    return float(adjusted_mutual_info_score([labels[i][0] for i in at.tolist()], found[at]))


def _v(labels: Sequence[tuple[str, ...]], found: Ints, rows: Sequence[bool]) -> float:
    """V-measure of the chosen rows against their first label."""
    at = np.flatnonzero(rows)
    return v_and_ari([labels[i][0] for i in at.tolist()], found[at])[0]


def _against(name: str, labels: Sequence[tuple[str, ...]], found: Ints, stock: Topics | None) -> list[Row]:
    """V-measure by both rules, and how many themes and unassigned rows stand behind it."""
    rules = {"rows of one label": [len(of) == 1 for of in labels], "all rows, first label": [bool(of) for of in labels]}
    lines = []
    for rule, rows in rules.items():
        ours = _v(labels, found, rows)
        theirs = _v(labels, stock.assignment, rows) if stock else None
        beside = f"{theirs:.3f} ({_ami(labels, stock.assignment, rows):.3f})" if stock else ""
        lines.append(
            Row(
                f"{name}: V (AMI), {rule} ({sum(rows):,})",
                f"{ours:.3f} ({_ami(labels, found, rows):.3f})",
                "> stock",
                None if theirs is None else ours > theirs,
                beside,
            )
        )
    counts = f"{len(set(found[found >= 0].tolist()))}; {share(float((found < 0).mean()))}"
    lines.append(
        Row(
            f"{name}: themes; unassigned",
            counts,
            stock=f"{len(stock.names)}; {share(stock.unassigned)}" if stock else "",
        )
    )
    return lines
