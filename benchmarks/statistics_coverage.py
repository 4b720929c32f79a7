"""How often the 95 % intervals that a digest shows hold the truth, in simulated surveys of 20 to 5,000 answers.

Every draw calls the functions that the digest calls. A row is met where 93 to 98.5 % of the surveys hold the truth at
every size; `!` marks a size that is outside. The truth of each simulation is known, so no data folder is needed.
"""

from __future__ import annotations

from benchmarks.coverage_counts import count_rows, share_rows
from benchmarks.coverage_groups import group_rows
from benchmarks.coverage_scores import change_rows, score_rows
from benchmarks.coverage_service import service_rows
from benchmarks.coverage_themes import impact_rows, share_of_gap_rows
from benchmarks.statistics_rows import Asked, Row

__all__ = ["rows"]


def rows(asked: Asked) -> list[Row]:
    """One row for each figure and kind of survey, with the coverage at each number of answers."""
    runs = 600 if asked.quick else 4000
    return [
        *score_rows(runs),
        *change_rows(runs),
        *share_rows(),
        *impact_rows(runs),
        *share_of_gap_rows(runs),
        *count_rows(runs),
        *group_rows(runs),
        *service_rows(runs),
    ]
