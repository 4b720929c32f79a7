"""The batch gate of a load: its rows beside those that the source brought before."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import SecretStr

from flows.progress import stage
from flows.steps import step
from groundswell.records import Kind

if TYPE_CHECKING:
    from expectations.batch import BatchLimits, BatchVerdict, LoadFacts
    from groundswell.storage import Accounting, Store

__all__ = ["check_batch", "facts_of"]

HISTORY = pd.Timedelta(weeks=26)
HISTORY_ROWS = 20_000
LANGUAGES = 2_000  # texts whose language is detected on either side: the mix needs no more
EARLIER = 60  # loads


@step
def check_batch(
    store: SecretStr, load: int, source: str, kind: Kind, today: datetime, limits: BatchLimits
) -> BatchVerdict:
    """What the batch suites say of a load that has been read whole."""
    from expectations.batch import BatchGate
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened, stage(f"batch checks of {source}"):
        rows, history = opened.load_rows(load), recent(opened.load_feedback([source]))
        this, earlier = loads_of(opened, load, source)
        return BatchGate(kind, limits).validate(
            facts_of(this), with_languages(rows), with_languages(history), [facts_of(one) for one in earlier], today
        )


def loads_of(opened: Store, load: int, source: str) -> tuple[Accounting, list[Accounting]]:
    """This load and the accepted ones of its source before it, oldest first."""
    accepted = [total for total in opened.accounting(state="accepted") if total.source == source]
    return opened.accounting([load])[0], [total for total in accepted if total.load_id < load][-EARLIER:]


def facts_of(total: Accounting) -> LoadFacts:
    """A load as the batch gate looks at it."""
    from expectations.batch import LoadFacts

    return LoadFacts(
        started_at=total.started_at,
        read=total.read,
        new=total.new,
        changed=total.changed,
        unchanged=total.unchanged,
        quarantined=total.quarantined,
    )


def recent(feedback: pd.DataFrame) -> pd.DataFrame:
    """The source's last half year, 20,000 rows at most; the last rows of an undated source."""
    times = feedback["occurred_at"]
    if times.notna().any():
        feedback = feedback[~(times < times.max() - HISTORY)].sort_values("occurred_at", kind="stable")
    return feedback.tail(HISTORY_ROWS)


def with_languages(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the detected language of the last of them; None where it was not looked at."""
    from analysis.language import detect_languages

    last = rows.index[-LANGUAGES:]
    found = detect_languages(rows.loc[last, "text"].tolist(), rows.loc[last, "language"].tolist())
    languages = pd.Series(None, index=rows.index, dtype=object)
    languages.loc[last] = found
    return rows.assign(language=languages)
