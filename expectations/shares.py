"""Shares of a load's records against those of the history: missing fields, the main language, repeated texts."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from expectations.chance import highest_usual, share_improbable
from expectations.limits import BatchLimits
from expectations.measured import MEAN, Area, BatchCheck, Severity

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["judge_language", "judge_missing", "judge_repeats"]

_FIELDS = {"text": "text", "score": "score", "occurred_at": "date", "author": "author"}
_LEAST = 5  # records: fewer are an accident, however improbable
_NOT_WORDS = re.compile(r"\W+")


class _Share:
    """A column of 0 and 1 (NaN: not in question) of the load, and of the history in the order of time."""

    def __init__(self, load: NDArray[np.float64], history: NDArray[np.float64]) -> None:
        import numpy as np

        self.load = load
        self.n = int(np.sum(~np.isnan(load)))
        self._known = history[~np.isnan(history)]
        self.earlier = len(self._known)
        self.usual = float(self._known.mean()) if self.earlier else 0.0

    def swing(self) -> float:
        """The share that one earlier stretch of this load's size in twenty exceeds; 0 where there are too few."""
        blocks = self.earlier // max(self.n, 1)
        if not blocks:
            return 0.0
        kept = self._known[self.earlier - blocks * self.n :]
        return highest_usual(kept.reshape(blocks, self.n).mean(axis=1)) or 0.0

    def fewest(self, at_least: float, improbable: float) -> int | None:
        """The lowest count that is this share of the load, beyond the usual swing and improbable by chance."""
        chance = (self.usual * self.earlier + 1) / (self.earlier + 50)
        least = max(at_least * self.n, int(self.swing() * self.n + 1e-9) + 1, _LEAST)
        return share_improbable(self.n, chance, improbable, least)


def judge_missing(rows: pd.DataFrame, history: pd.DataFrame, limits: BatchLimits) -> Area:
    """The share of records without text, score, date or author, each against the history's."""
    areas = [_judge_field(field, rows, history, limits) for field in _FIELDS]
    columns = {name: values for area in areas for name, values in area.columns.items()}
    return Area(columns, tuple(check for area in areas for check in area.checks))


def _judge_field(field: str, rows: pd.DataFrame, history: pd.DataFrame, limits: BatchLimits) -> Area:
    share = _Share(_missing(rows, field), _missing(history, field))
    if not share.n or share.earlier < limits.history_rows:
        return Area()
    word, column = _FIELDS[field], f"{_FIELDS[field]}_missing"

    def says(found: float) -> str:
        return (
            f"{found:.0%} of {share.n:,} records have no {word}, usually {share.usual:.0%} (of {share.earlier:,} "
            f"earlier records): the source may have renamed or dropped the column, or writes it in another way"
        )

    levels: list[tuple[Severity, float]] = [("warning", share.usual + limits.missing_rise)]
    if share.usual < 0.5 and share.n >= limits.held_rows:
        levels.append(("critical", limits.missing_held))
    return Area({column: share.load}, _checks("missing", column, share, levels, says, limits))


def judge_language(rows: pd.DataFrame, history: pd.DataFrame, limits: BatchLimits) -> Area:
    """The share of texts that are not in the history's main language; empty where no language was detected."""
    import numpy as np

    before, now = _languages(history), _languages(rows)
    counted = before[before.notna() & (before != "")].value_counts()
    if counted.empty or counted.index[0] == "und":
        return Area()
    main = str(counted.index[0])
    share = _Share(*(np.where(texts == "", np.nan, texts != main).astype("float64") for texts in (now, before)))
    if not share.n or share.earlier < limits.history_rows:
        return Area()

    def says(found: float) -> str:
        return (
            f"{1 - found:.0%} of {share.n:,} texts are in the main language ({main}), usually {1 - share.usual:.0%} "
            f"(of {share.earlier:,} earlier texts): another market's feedback may come in, or the texts are damaged"
        )

    levels: list[tuple[Severity, float]] = [("warning", share.usual + limits.language_drop)]
    return Area({"other_language": share.load}, _checks("language", "other_language", share, levels, says, limits))


def judge_repeats(rows: pd.DataFrame, history: pd.DataFrame, limits: BatchLimits) -> Area:
    """The share of long texts that another record, earlier in the load or in the history, has too."""
    import numpy as np
    import pandas as pd

    # A changed record is not a repetition of what it was before.
    before = history.loc[~history["feedback_id"].isin(rows["feedback_id"]), "text"]
    texts = [*before, *rows["text"]]
    hashes = pd.Series([_hash(text, limits.repeat_characters) for text in texts], dtype="object")
    repeats = np.where(hashes.isna(), np.nan, hashes.duplicated()).astype("float64")
    share = _Share(repeats[len(before) :], repeats[: len(before)])
    if not share.n:
        return Area()

    def says(found: float) -> str:
        usual = f"usually {share.usual:.0%}, of {share.earlier:,} earlier texts" if share.earlier else "first load"
        return (
            f"{found:.0%} of {share.n:,} longer texts repeat another record's word for word ({usual}): records may "
            "come again under new ids, or one text is sent many times"
        )

    levels: list[tuple[Severity, float]] = [("warning", share.usual + limits.repeats)]
    if share.n >= limits.held_rows:
        levels.append(("critical", share.usual + limits.repeats_held))
    return Area({"repeated_text": share.load}, _checks("repeats", "repeated_text", share, levels, says, limits))


def _checks(
    name: str, column: str, share: _Share, levels: list[tuple[Severity, float]], says: Any, limits: BatchLimits
) -> tuple[BatchCheck, ...]:
    """A check for each severity that a load of this size can reach at all."""
    made = []
    for severity, at_least in levels:
        fewest = share.fewest(at_least, limits.improbable)
        if fewest is not None:
            explains = (
                f"share of {share.n:,} records, usually {share.usual:.1%} of {share.earlier:,}: "
                f"{severity} from {fewest / share.n:.1%} on"
            )
            bounds = {"max_value": (fewest - 0.5) / share.n}
            made.append(BatchCheck(name, severity, column, MEAN, bounds, says, explains))
    return tuple(made)


def _missing(frame: pd.DataFrame, field: str) -> NDArray[np.float64]:
    values = frame[field]
    missing = values.fillna("").str.strip() == "" if field == "text" else values.isna()
    return missing.to_numpy().astype("float64")


def _languages(frame: pd.DataFrame) -> pd.Series[str]:
    """The language of each text, "" where there is no text or none was detected."""
    return frame["language"].where(frame["text"].fillna("").str.strip() != "", "").fillna("").astype("object")


def _hash(text: str | None, characters: int) -> bytes | None:
    """64 bits of the text without case, spaces and punctuation; None for a short one. Lives in memory only."""
    plain = _NOT_WORDS.sub(" ", (text or "").casefold()).strip()
    return None if len(plain) < characters else blake2b(plain.encode(), digest_size=8).digest()
