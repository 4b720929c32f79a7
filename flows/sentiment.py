"""The sentiment head of a project: which one reads, when it is trained anew. Without Prefect, for `score` needs it too.

A head is trained from what the analysis of a moment reads and belongs to that moment: an analysis uses none of a later
one. So filling in a history gives the digests that weekly runs would have given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flows.head_card import card_of, read_card
from flows.progress import stage
from groundswell.errors import ModelError
from groundswell.settings_sentiment import SentimentSettings
from groundswell.storage import SentimentHead, Store, StoredHead

if TYPE_CHECKING:
    import pandas as pd

    from analysis.sentiment.model import SentimentModel
    from analysis.sentiment.own_head import OwnHead
    from flows.reading import Texts

__all__ = ["HeadInUse", "head_known", "model_with", "rated_languages", "starter_name", "train_head"]

# Between two weeks' ends lie seven days, but for an hour where the clocks are changed.
_CLOCK_CHANGE = timedelta(hours=12)


@dataclass(frozen=True, eq=False)
class HeadInUse:
    """The model that reads, and what the store has to keep of it: the head's number, or the head where it is new."""

    model: SentimentModel
    kept: SentimentHead | int | None = None
    version: str = ""  # of the head, "" without one


def head_known(opened: Store, until: datetime | None, rows: str, rules: SentimentSettings) -> HeadInUse | None:
    """What an analysis of this moment and these rows reads with; None where it has to train a head first.

    So it has where the head at hand is damaged: the same ratings give the same one again.
    """
    if not rules.own_head:
        return HeadInUse(_model(None))
    stored = opened.newest_head(until, starter_name(), rows)
    if stored is None or _is_due(stored, until, rules):
        return None
    try:
        read_card(stored.head.card)
        return HeadInUse(model_with(stored.head), stored.number, stored.head.version)
    except ModelError:
        return None


def _is_due(stored: StoredHead, until: datetime | None, rules: SentimentSettings) -> bool:
    if until is None or stored.head.as_of is None:
        return False  # of undated data it was found by its very rows
    return until - stored.head.as_of > timedelta(weeks=rules.retrain_weeks) - _CLOCK_CHANGE


def rated_languages(feedback: pd.DataFrame, clauses: pd.DataFrame) -> frozenset[str]:
    """The languages with so many rated comments that a head may learn to read them."""
    from analysis.sentiment.own_training import LEAST_LANGUAGE

    rated = set(feedback.loc[feedback["score_scaled"].notna(), "feedback_id"])
    of_rated = clauses.loc[clauses["feedback_id"].isin(rated), ["feedback_id", "language"]].drop_duplicates()
    counts = of_rated["language"].value_counts()
    return frozenset(counts.index[counts >= LEAST_LANGUAGE])


def train_head(texts: Texts, until: datetime | None) -> SentimentHead:
    """A head trained on the ratings among these comments, as it is to be stored.

    Where there are too few ratings, it reads nothing and says so: it is not tried again before it is due.
    """
    import scipy.optimize  # noqa: F401  (brings another BLAS, which has to be there to be limited)
    from threadpoolctl import threadpool_limits

    from analysis.sentiment.heads import starter_heads
    from analysis.sentiment.own_training import train_own_head

    feedback, clauses = texts.feedback, texts.clauses
    # One thread: the order of a sum, and with it the last bits of a weight, depends on their number; and these products
    # are small: on a busy machine two threads took ten times as long (42 s instead of 4, measured on 2,825 ratings).
    with stage("learning from ratings", int(feedback["score_scaled"].notna().sum())), threadpool_limits(1):
        own = train_own_head(feedback, clauses, texts.vectors, starter_heads(), copies=texts.copies, as_of=until)
    return SentimentHead(
        version=own.version,
        as_of=until,
        made_at=datetime.now(UTC),
        starter=starter_name(),
        rows=texts.rows,
        card=card_of(own),
        body=own.to_bytes(),
    )


def model_with(head: SentimentHead) -> SentimentModel:
    """The model with this stored head. ModelError where the head is damaged."""
    from analysis.sentiment.own_head import OwnHead

    return _model(OwnHead.from_bytes(head.body))


def starter_name() -> str:
    """What a head is trained on and how it is kept: the shipped heads with the word lists, the encoder, the format."""
    from analysis.sentiment.own_head import FORMAT
    from analysis.text.embedding import MODEL

    return f"{_model(None).version} {MODEL} {FORMAT}"


def _model(own: OwnHead | None) -> SentimentModel:
    from analysis.sentiment.heads import starter_heads
    from analysis.sentiment.model import SentimentModel

    return SentimentModel(starter_heads(), own)
