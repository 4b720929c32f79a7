"""What Great Expectations sees of a load: numbers, one row per record; and what is expected of them.

Each area of the batch suite (volume, refused records, age, fields, scores, texts) gives an `Area`: columns of the
measured table, and checks with thresholds that were computed from the history. No column holds a customer's words.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MAXIMUM", "MEAN", "Area", "BatchCheck", "LoadFacts", "Severity", "build_table"]

Severity = Literal["warning", "critical"]
MEAN = "ExpectColumnMeanToBeBetween"  # of a column of 0 and 1: the share
MAXIMUM = "ExpectColumnMaxToBeBetween"  # of a column with one value for the whole load: that value


@dataclass(frozen=True, slots=True)
class LoadFacts:
    """The accounting of one load, as far as the batch suite reads it; `started_at` with a time zone."""

    started_at: datetime
    read: int
    new: int
    changed: int
    unchanged: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class BatchCheck:
    """One expectation on one column of the measured table.

    `name` is the check's, the same for its warning and its critical threshold; `says` turns the observed value into
    the message; `explains` is what the documentation page says of the expectation.
    """

    name: str
    severity: Severity
    column: str
    expectation: str
    arguments: Mapping[str, float]
    says: Callable[[float], str]
    explains: str


@dataclass(frozen=True, slots=True)
class Area:
    """Columns of the measured table (one value for the load, or one per record) and the checks on them."""

    columns: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    checks: tuple[BatchCheck, ...] = ()


def build_table(areas: list[Area], rows: int) -> pd.DataFrame:
    """The measured table: one row per record, or a single one for a load that brought none. All columns float64."""
    import pandas as pd

    columns = {name: values for area in areas for name, values in area.columns.items()}
    return pd.DataFrame(columns, index=range(max(rows, 1))).astype("float64")
