"""The columns of the DataFrames that the rooms hand each other; storage loads them, analysis fills them.

FEEDBACK   one row per record, index 0..n-1, sorted by (source, row, feedback_id)
CLAUSES    one row per clause, index 0..n-1, sorted by (feedback position, start)
COMMENTS   one row per record, same order as FEEDBACK: the sentiment of the whole comment
THEMES     one row per open theme or sub-theme, sorted by theme_id
MEMBERS    one row per text that a theme holds, by the text's key, sorted by key
Segments are columns of FEEDBACK named `segment:<name>` (`segment:version`), present only where some row has one.
Missing values: None in text columns, NaN in numbers, NaT in times. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

__all__ = [
    "CLAUSES",
    "COMMENTS",
    "FEEDBACK",
    "MEMBERS",
    "SEGMENT",
    "THEMES",
    "empty_frame",
    "segment_columns",
]

SEGMENT = "segment:"

FEEDBACK = {
    "feedback_id": "object",
    "source": "object",
    "reference": "object",  # what a reader is shown: the source's own id, else "row 12"
    "row": "int64",
    "kind": "object",  # survey | review | ticket
    "text": "object",  # redacted; "" where there is none
    "occurred_at": "datetime64[us, UTC]",
    "author": "object",  # keyed hash, None where unknown
    "response_id": "object",
    "language": "object",  # as the source declares it
    "metric": "object",  # nps | csat | ces | rating, None without a score
    "score": "float64",  # raw
    "score_low": "float64",
    "score_high": "float64",
    "score_scaled": "float64",  # 0-1, 1 is best
    "reported_at": "datetime64[us, UTC]",
    "responded_at": "datetime64[us, UTC]",
    "resolved_at": "datetime64[us, UTC]",
    "handled_seconds": "float64",
    "reopened": "object",  # True, False or None
    "compensation": "float64",  # what was paid to make up for it, 0: nothing was
    "currency": "object",  # of the compensation: GBP, None where unknown
}

CLAUSES = {
    "feedback_id": "object",
    "start": "int64",
    "end": "int64",  # offsets into FEEDBACK.text
    "text": "object",  # FEEDBACK.text[start:end], exactly
    "sentence": "int64",  # number of its sentence within the comment
    "language": "object",  # ISO 639-1, "und" where undecided
    "contentless": "bool",  # names nothing ("good app")
    "sentiment": "float64",  # -1..1, NaN: unscored
    "label": "object",  # negative | neutral | positive | unscored
    "theme_id": "object",  # the top theme; None: contentless or unassigned
    "sub_theme_id": "object",  # None: the theme has no sub-themes, or none of them holds the clause
    "similarity": "float64",  # cosine to the theme's centroid
    "signals": "object",  # names of analysis.sentiment.signals.SIGNALS with a space between them, "" for none
}

COMMENTS = {
    "feedback_id": "object",
    "language": "object",
    "sentiment": "float64",
    "label": "object",  # negative | neutral | positive | mixed | unscored | empty
    "method": "object",  # the model that scored it
    "duplicate": "object",  # near: it copies an earlier comment; template: many say it word for word; None: neither
}

THEMES = {
    "theme_id": "object",
    "label": "object",
    "keywords": "object",  # list[str], strongest first
    "clauses": "int64",
    "cohesion": "float64",  # mean cosine of its clauses to its centroid
    "parent": "object",  # the theme that a sub-theme belongs to, None for a theme
    "status": "object",  # active | new (it emerged, and nobody has accepted or rejected it yet)
    "origin": "object",  # fit | emerged | guided | refit: how it came to be
    "opened": "datetime64[us, UTC]",  # the end of the period whose analysis opened it, NaT for undated data
    "stability": "float64",  # 0-1: how surely repeated fits keep its clauses together, NaN where never measured
    "journey_stage": "object",  # discover | buy | onboard | use | pay | get help | leave, None where undecided
    "owner": "object",  # who looks after it, None for nobody
}

MEMBERS = {
    "key": "object",  # of the text that was embedded (analysis.text.embedding.text_key)
    "theme_id": "object",  # as the analysis wrote it: Registry.resolve says where it is now
    "sub_theme_id": "object",
    "similarity": "float64",
    "since": "datetime64[us, UTC]",  # the end of the period whose analysis put it there, NaT for undated data
}


def empty_frame(columns: dict[str, str]) -> pd.DataFrame:
    """A frame without rows that has the given columns and dtypes."""
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})


def segment_columns(columns: Iterable[str]) -> list[str]:
    """Those of the columns that hold a segment."""
    return [name for name in columns if name.startswith(SEGMENT)]
