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

HISTORY_ROWS = 20_000  # the gate itself cuts closer where that is right; repeats are looked for in all of them
LANGUAGES = 2_000  # texts whose language is detected on either side: the mix needs no more
EARLIER = 400  # loads: of a source that is looked at every hour, the last two weeks


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
    """The source's newest rows, by date where they have one, else in their order."""
    return feedback.sort_values("occurred_at", kind="stable", na_position="first").tail(HISTORY_ROWS)


def with_languages(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the detected language of the last of them; None where it was not looked at."""
    from analysis.text.language import detect_languages

    last = rows.index[-LANGUAGES:]
    found = detect_languages(rows.loc[last, "text"].tolist(), rows.loc[last, "language"].tolist())
    languages = pd.Series(None, index=rows.index, dtype=object)
    languages.loc[last] = found
    return rows.assign(language=languages)
