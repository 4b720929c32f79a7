"""When a load counts as unusual: every threshold of the batch suite, in one place."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BatchLimits"]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """The thresholds of the batch suite. A share is 0-1. `*_held` holds the load, the others warn."""

    improbable: float = 1e-5
    """How improbable by chance alone, given the history, a difference must be before it counts at all. Much below the
    usual 0.01: some ten checks run on each load, and customers come in waves that no formula for chance knows of."""
    history_rows: int = 50
    """Earlier records (of the field in question) that are needed before a load is compared with them."""
    held_rows: int = 20
    """A load with fewer records in question warns at most; it is never held."""
    volume_loads: int = 4
    """Earlier loads that brought new records, each half a day or more after the one before, needed to judge volume."""
    volume_floor: float = 0.3
    """Warns where a load brings less than this share of the new records that were to be expected since the last."""
    volume_ceiling: float = 4.0
    """Warns where a load brings this many times the new records that were to be expected."""
    volume_ceiling_held: float = 10.0
    """Holds where it is this many times; warns only, where most are dated since the load before: that is news."""
    refused: float = 0.01
    """Warns where more than this share of the records was refused by the row suite, ..."""
    refused_rows: int = 5
    """... and as many records at least."""
    refused_held: float = 0.5
    """Holds where this share of at least `held_rows` records was refused."""
    stale_gaps: float = 3.0
    """Warns where the newest record is older than this many usual gaps between days with records, ..."""
    stale_days: float = 4.0
    """... and older than this many days in any case."""
    missing_rise: float = 0.2
    """Warns where the share of records without text, score, date or author is higher than usual by this much."""
    missing_held: float = 0.9
    """Holds where this share misses a field that more than half of the earlier records had."""
    score_drift: float = 0.25
    """Warns where the scores' distribution lies this far (largest gap of the cumulated shares) from the usual one."""
    score_held: float = 0.4
    """Holds from this distance on where the scores look like those of a reversed or another scale."""
    repeats: float = 0.15
    """Warns where the share of long texts that repeat another record's is higher than usual by this much."""
    repeats_held: float = 0.4
    """Holds where it is higher than usual by this much: records come again under new ids."""
    repeat_characters: int = 40
    """Texts of fewer characters ("great app") repeat by chance; they are not looked at for repeats."""
    language_drop: float = 0.3
    """Warns where the share of the usual main language falls by this much."""
