"""The stored feedback as the frame that the analysis reads (frames.FEEDBACK)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from groundswell.frames import FEEDBACK, SEGMENT, empty_frame
from groundswell.versions import load_visible, load_written

__all__ = ["load_feedback", "load_known", "load_recent", "load_rows"]

# Column of the frame -> column of the table, where the names differ.
_STORED = {"feedback_id": "id", "metric": "score_metric", "score": "score_value"}
_COMPUTED = {"score_scaled"}
_PLAIN = [name for name in FEEDBACK if name not in _COMPUTED]
_NAMES = [*(_STORED.get(name, name) for name in _PLAIN), "score_higher_is_better", "segments"]


def load_feedback(connection: Connection, sources: Sequence[str] | None) -> pd.DataFrame:
    """One row per visible record, sorted by (source, row, feedback_id), with a column for each segment."""
    return _frame(load_visible(connection, _NAMES, sources))


def load_recent(connection: Connection, since: datetime) -> pd.DataFrame:
    """One row per visible record that was written at `since` or later, in the same form."""
    return _frame(load_visible(connection, _NAMES, since=since))


def load_known(connection: Connection, feedback_ids: Sequence[str]) -> pd.DataFrame:
    """One row per visible record of the given ids, in the same form."""
    return _frame(load_visible(connection, _NAMES, ids=feedback_ids))


def load_rows(connection: Connection, load_id: int) -> pd.DataFrame:
    """One row per record that the load wrote, visible or not, in the same form."""
    return _frame(load_written(connection, _NAMES, load_id))


def _frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    if not rows:
        return empty_frame(FEEDBACK)
    at = {name: position for position, name in enumerate(_PLAIN)}
    # Sorted here, not by the database: the order of texts there depends on its locale.
    rows.sort(key=lambda row: (row[at["source"]], row[at["row"]], row[at["feedback_id"]]))
    *lists, higher_is_better, segments = zip(*rows, strict=True)
    columns = {name: _typed(values, FEEDBACK[name]) for name, values in zip(_PLAIN, lists, strict=True)}
    columns["score_scaled"] = _scale(columns, higher_is_better)
    ordered = {name: columns[name] for name in FEEDBACK}
    return pd.DataFrame({**ordered, **_segments(segments)})


def _typed(values: Sequence[Any], dtype: str) -> pd.Series[Any]:
    """The values in their dtype; None is NaN in numbers and NaT in times, and stays None in objects."""
    if dtype.startswith("datetime64"):
        return pd.Series(np.array(values, dtype="datetime64[us]")).dt.tz_localize("UTC")
    if dtype == "object":
        return pd.Series(list(values), dtype="object")
    return pd.Series(np.array(values, dtype=dtype))


def _scale(columns: dict[str, pd.Series[Any]], higher_is_better: Sequence[bool | None]) -> pd.Series[Any]:
    """`Score.scaled` for all rows at once: the same operations in the same order, so the same bits."""
    value, low, high = (columns[name].to_numpy() for name in ("score", "score_low", "score_high"))
    upwards = np.array([up is not False for up in higher_is_better])
    with np.errstate(all="ignore"):  # as Python's own floats: an absurd scale gives inf or NaN, not a warning
        share = (value - low) / (high - low)
        return pd.Series(np.where(upwards, share, 1.0 - share))


def _segments(stored: Sequence[str]) -> dict[str, pd.Series[Any]]:
    """A column for each segment that some row has, sorted by name."""
    parsed = [json.loads(text) for text in stored]
    names = sorted({name for segments in parsed for name in segments})
    return {SEGMENT + name: pd.Series([segments.get(name) for segments in parsed], dtype="object") for name in names}
