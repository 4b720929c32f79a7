"""Trains the own head of a store on its rated feedback; says per source whether it reads better than the starter."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.sentiment.calibration import (
    Bools,
    Floats,
    Measured,
    Scale,
    area,
    fit_scale,
    fit_thresholds,
    log_losses,
    measure,
)
from analysis.sentiment.heads import Heads
from analysis.sentiment.own_fit import RIDGE
from analysis.sentiment.own_head import OwnHead, OwnSource
from analysis.sentiment.own_rows import Ints, RatedRows, rated_rows, rating_classes
from analysis.sentiment.own_trial import (
    CUTS,
    FULL_WEIGHT,
    LEAST_FOLD,
    MOST_WEIGHT,
    Trial,
    cross_validated,
    fit_rows,
    own_weight,
    taught,
)
from analysis.sentiment.own_words import telling_words
from analysis.sentiment.rules import RULES
from analysis.text.lexicon import LANGUAGES, METHOD

__all__ = ["LEAST_EACH", "LEAST_LANGUAGE", "train_own_head"]

LEAST_EACH = 50  # ratings of a kind, below which a source has neither figures nor a scale of its own
LEAST_LANGUAGE = 200  # rated comments in a language other than English before the head may read it
LANGUAGE_AREA = 0.6  # what its cross-validated AUC must lie above, by two standard errors
SETTINGS = f"mil 4 ridge {RIDGE} weight {FULL_WEIGHT} {MOST_WEIGHT} cuts {CUTS}"


def train_own_head(
    feedback: pd.DataFrame,
    clauses: pd.DataFrame,
    vectors: NDArray[np.float32],
    starter: Heads,
    *,
    copies: Set[str],
    as_of: datetime | None,
) -> OwnHead:
    """One head for all rated sources, and what it is worth in each.

    `feedback` and `clauses` as groundswell/frames.py has them, `vectors` float32[len(clauses), 384]: rows of zeros were
    not embedded. `copies` are the feedback ids of near-duplicates and templates. `as_of` is the moment that the caller
    has cut the feedback at (`known_until`). Always returns a head; where there is too little to learn from, its weights
    are zero, it is in use nowhere, and each source's `reason` says why.
    """
    rows, trial, read = _readings(feedback, clauses, vectors, starter, copies)
    rated = sorted({str(name) for name in feedback["source"][feedback["score_scaled"].notna()]})
    sources = {name: _source(name, rows, trial, read) for name in rated}
    learn, counts = taught(rows, rows.learn)
    fitted = fit_rows(rows, learn)
    in_use = {name: one.weight * one.scale.slope for name, one in sources.items() if one.in_use and one.scale}
    made = f"{SETTINGS}\n{starter.version}\n{METHOD}\n{RULES.name}\n{as_of}\n{rows.fingerprint}"
    return OwnHead(
        version=f"own-{sha256(made.encode()).hexdigest()[:8]}",
        starter=starter.version,
        terms=rows.terms,
        parts={name: part for name, part, count in zip(rows.names, fitted.parts(), counts, strict=True) if count},
        sources=sources,
        words=telling_words(rows, fitted.logits(rows), in_use),
        as_of=as_of,
    )


def _readings(
    feedback: pd.DataFrame, clauses: pd.DataFrame, vectors: NDArray[np.float32], starter: Heads, copies: Set[str]
) -> tuple[RatedRows, Trial, set[tuple[str, str]]]:
    """The rated comments, what heads say of them that had not seen them, and the (source, language) that these read."""
    spoken = _candidate_languages(feedback, clauses, copies)
    rows = rated_rows(feedback, clauses, vectors, starter, copies=copies, languages=spoken)
    trial = cross_validated(rows)
    read = {pair for pair in spoken if _is_readable(rows, trial, *pair)}
    if read != spoken:
        # What cannot be read after all must not weigh on the rest.
        rows = rated_rows(feedback, clauses, vectors, starter, copies=copies, languages=read)
        trial = cross_validated(rows)
    return rows, trial, read


def _source(name: str, rows: RatedRows, trial: Trial, read: Set[tuple[str, str]]) -> OwnSource:
    """Whether the own head is in use for the source, by what it said of comments that it had not seen."""
    mine = rows.sources == name
    plain = _unread(mine, rows, by_time=name in trial.by_time)
    if min(plain.negatives, plain.positives) < LEAST_EACH:
        return plain
    asked = mine & ~np.isnan(trial.own)
    if min((asked & (rows.classes == side)).sum() for side in (-1, 1)) < LEAST_FOLD:
        alone = _tried(trial.starter[mine], rows.classes[mine])
        different = int((mine & rows.learn).sum())
        reason = f"too few different comments to make your own model of and test it on: {different:,}"
        return replace(plain, scale=alone.scale, starter_figures=alone.figures, reason=reason)
    classes = rows.classes[asked]
    starter, own = _tried(trial.starter[asked], classes), _tried(trial.own[asked], classes)
    gain = starter.losses - own.losses
    # One standard error: of heads that change nothing, one in six would still pass.
    better = bool(gain.mean() > gain.std() / np.sqrt(len(gain)))
    return replace(
        plain,
        in_use=better,
        scale=(own if better else starter).scale,
        starter_figures=starter.figures,
        own_figures=own.figures,
        starter_loss=round(float(starter.losses.mean()), 4),
        own_loss=round(float(own.losses.mean()), 4),
        languages=tuple(sorted(language for source, language in read if source == name)) if better else (),
        reason=_reason(better, by_time=plain.by_time),
    )


def _unread(mine: Bools, rows: RatedRows, *, by_time: bool) -> OwnSource:
    """A source with too few ratings for figures of any kind; `mine` marks its comments."""
    downs, ups = (int((mine & (rows.classes == side)).sum()) for side in (-1, 1))
    return OwnSource(
        in_use=False,
        ratings=int(mine.sum()),
        negatives=downs,
        positives=ups,
        weight=float(own_weight(int((mine & rows.learn).sum()))),
        scale=None,
        starter_figures=None,
        own_figures=None,
        starter_loss=None,
        own_loss=None,
        by_time=by_time,
        languages=(),
        reason=f"{downs:,} unhappy and {ups:,} happy ratings are too few to learn from or to check with: "
        f"{LEAST_EACH} of each are needed",
    )


@dataclass(frozen=True, eq=False)
class _Tried:
    scale: Scale
    figures: Measured
    losses: Floats  # of each comment rated negative or positive


def _tried(logits: Floats, classes: Ints) -> _Tried:
    """Platt's scale of the logits with the thresholds that their ratings ask for, and what comes of it."""
    polar = classes != 0
    happy = classes[polar] > 0
    scale = fit_scale(logits[polar], happy)
    probability = scale.comment_probability(logits)
    low, high = fit_thresholds(probability, classes)
    return _Tried(
        replace(scale, negative=low, positive=high),
        measure(probability, classes, low),
        log_losses(probability[polar], happy),
    )


def _reason(better: bool, *, by_time: bool) -> str:
    """Which model reads the source and why, for a manager."""
    tested = "tested on later comments" if by_time else "tested on comments that it had not seen"
    if better:
        return f"your own model reads it more surely than the shipped one, {tested}"
    return f"your own model was tried and not surely better, {tested}"


def _candidate_languages(feedback: pd.DataFrame, clauses: pd.DataFrame, copies: Set[str]) -> set[tuple[str, str]]:
    """(source, language) with enough rated comments of both kinds in a language other than English."""
    first = clauses.sort_values("start").drop_duplicates("feedback_id").set_index("feedback_id")["language"]
    frame = pd.DataFrame({"source": feedback["source"], "class": rating_classes(feedback)})
    frame["language"] = feedback["feedback_id"].map(first)
    frame = frame[frame["class"].isin([-1, 1]) & ~feedback["feedback_id"].isin(copies)]
    frame = frame[frame["language"].notna() & ~frame["language"].isin(LANGUAGES)]
    counts = frame.groupby(["source", "language", "class"]).size().unstack(fill_value=0)
    if counts.shape[1] < 2:
        return set()
    enough = counts[(counts.sum(axis=1) >= LEAST_LANGUAGE) & (counts.min(axis=1) >= LEAST_EACH)]
    return {(str(source), str(language)) for source, language in enough.index.to_list()}


def _is_readable(rows: RatedRows, trial: Trial, source: str, language: str) -> bool:
    """True where the head tells happy from unhappy in comments of that language that it had not seen."""
    asked = (rows.sources == source) & (rows.languages == language) & (rows.classes != 0) & ~np.isnan(trial.own)
    if len(np.unique(rows.classes[asked])) < 2:
        return False
    happy = rows.classes[asked] > 0
    found = area(trial.own[asked], happy)
    # Standard error of an AUC: Hanley and McNeil 1982, its bound for the smaller class.
    error = np.sqrt(found * (1 - found) / min(happy.sum(), (~happy).sum()))
    return bool(found - 2 * error > LANGUAGE_AREA)
