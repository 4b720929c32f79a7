"""From stored feedback to clauses, sentiment and themes: replaces the store's analysis as a whole.

A scheduled digest rests on an analysis of what was known when its period closed, so that it comes out the same
whether it is made in that week or filled in a year later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import SecretStr

from analysis.scope.periods import known_until, rows_hash
from flows.progress import stage
from flows.reading import AnalysisOptions, Reading, read_comments
from flows.sentiment import HeadInUse, head_known
from flows.steps import step, subflow
from flows.themes import Themed, find_themes, known_themes
from groundswell.errors import RegistryMoved
from groundswell.leases import Lease

if TYPE_CHECKING:
    from groundswell.storage import AnalysisState, Store

__all__ = ["AnalysisSummary", "analyse", "analyse_once", "is_current", "models_of", "save_analysis", "stored_summary"]


@dataclass(frozen=True)
class AnalysisSummary:
    """What one analysis did, in counts; `models` names what it was done with."""

    comments: int
    clauses: int
    contentless: int
    themes: int
    sub_themes: int
    unassigned_share: float | None
    models: Mapping[str, str]
    notes: tuple[str, ...] = ()


@subflow("analyse")
def analyse(
    store: SecretStr,
    until: datetime | None = None,
    options: AnalysisOptions | None = None,
    lease: Lease | None = None,
) -> AnalysisSummary:
    """Reads the accepted comments of the store, and writes clauses, sentiments and themes back.

    With `until` those that were written before it, a year of them or the last 2,000 (analysis/scope/periods.py).
    """
    options = options or AnalysisOptions()
    reading = read_comments(store, until, options)
    for last in (False, False, True):
        themed = find_themes(known_themes(store), reading.clauses, reading.content, until, options.themes)
        try:
            save_analysis(store, reading, themed, options, lease)
            break
        except RegistryMoved:
            # Somebody edited the themes meanwhile: what they say counts.
            if last:
                raise
    return summarise(reading.comments, themed, models_of(options, reading.head))


def analyse_once(
    store: SecretStr, until: datetime | None, options: AnalysisOptions | None = None, lease: Lease | None = None
) -> bool:
    """Analyses, unless the store's analysis is already one of these very rows, settings and themes; whether it did."""
    if is_current(store, until, options):
        return False
    analyse(store, until, options, lease)
    return True


def is_current(store: SecretStr, until: datetime | None, options: AnalysisOptions | None = None) -> bool:
    """Whether the store's analysis is one of the very rows, settings, themes and sentiment head that it would be.

    False also where a head is due to be trained.
    """
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        return _current_state(opened, until, options or AnalysisOptions()) is not None


def stored_summary(
    store: SecretStr, until: datetime | None, options: AnalysisOptions | None = None
) -> AnalysisSummary | None:
    """The counts of the store's analysis where it is current; None where it is not."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        state = _current_state(opened, until, options or AnalysisOptions())
        if state is None:
            return None
        clauses, comments, themes = opened.load_analysis()
    return summarise(comments, Themed(clauses, themes, None, state.registry or 0, ()), state.models)


def _current_state(opened: Store, until: datetime | None, options: AnalysisOptions) -> AnalysisState | None:
    """What the store's analysis was made with, where it is the one that would be made; else None."""
    state = opened.analysis_state()
    if state is None or state.registry != opened.registry_version():
        return None
    rows = rows_hash(known_until(opened.load_feedback(), until))
    head = head_known(opened, until, rows, options.sentiment)
    if head is None or state.key != analysis_key(rows, options, head):
        return None
    # One that was damaged is trained again by the same name: the analysis has to point at the whole one.
    return state if state.head == head.kept else None


def analysis_key(rows: str, options: AnalysisOptions, head: HeadInUse) -> str:
    """What an analysis rests on: the models with their settings, and the hash of the rows."""
    # Also of a head that reads nothing: what is told of it stands in the digests.
    models = {**models_of(options, head), "head": head.version}
    return f"{sha256(repr(sorted(models.items())).encode()).hexdigest()[:16]} {rows}"


def models_of(options: AnalysisOptions, head: HeadInUse) -> dict[str, str]:
    """The models, lists and settings of an analysis by their names: where one is another, it is made anew."""
    from analysis.sentiment.signals import METHOD as SIGNALS
    from analysis.text.clauses import METHOD as CLAUSES
    from analysis.text.embedding import MODEL

    return {
        "clauses": CLAUSES,
        "embedding": MODEL,
        "sentiment": head.model.version,
        "signals": SIGNALS,
        "themes": str(options.themes),
    }


@step
def save_analysis(
    store: SecretStr, reading: Reading, themed: Themed, options: AnalysisOptions, lease: Lease | None
) -> None:
    """Replaces the store's analysis and tells the registry what it found, in one transaction."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened, stage("saving", len(themed.clauses)):
        opened.save_analysis(
            themed.clauses,
            reading.comments,
            themed.themes,
            key=analysis_key(reading.rows, options, reading.head),
            models=models_of(options, reading.head),
            lease=lease,
            change=themed.change,
            made_for=themed.version,
            head=reading.head.kept,
        )


def summarise(comments: pd.DataFrame, themed: Themed, models: Mapping[str, str]) -> AnalysisSummary:
    """The counts of an analysis, said once."""
    clauses = themed.clauses
    content = clauses[~clauses["contentless"] & (clauses["label"] != "unscored")]
    unassigned = float(content["theme_id"].isna().mean()) if len(content) else None
    return AnalysisSummary(
        comments=len(comments),
        clauses=len(clauses),
        contentless=int(clauses["contentless"].sum()),
        themes=int(themed.themes["parent"].isna().sum()),
        sub_themes=int(themed.themes["parent"].notna().sum()),
        unassigned_share=unassigned,
        models=models,
        notes=themed.notes,
    )
