"""Small frames that tests of the statistics build by hand, and an alert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd

from groundswell.findings import Alert, Interval
from groundswell.frames import CLAUSES, COMMENTS, FEEDBACK, THEMES

MONDAY = datetime(2026, 11, 9, tzinfo=UTC)
ALERT = Alert(
    alert_id="a1",
    theme_id="t1",
    label="card never arrived",
    kind="surge",
    state="open",
    opened=MONDAY + timedelta(weeks=1),
    since="2026-W46",
    last_week="2026-W46",
    weeks=1,
    authors=30,
    of=300,
    usual=Interval(20.0, 12.0, 29.0),
    ratio=1.5,
    p_value=1e-5,
    mood="pain",
    event="a1",
)


def feedback_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """A FEEDBACK frame of the given rows; fields left out are unknown, one comment a minute from Monday on."""
    blank = dict.fromkeys(FEEDBACK)
    full = []
    for i, row in enumerate(rows):
        base = {
            **blank,
            "feedback_id": f"f{i:05d}",
            "source": "survey",
            "reference": f"row {i + 1}",
            "row": i + 1,
            "kind": "survey",
            "text": f"comment {i}",
            "occurred_at": MONDAY + timedelta(minutes=i),
        }
        full.append({**base, **row})
    frame = pd.DataFrame(full)
    for name, dtype in FEEDBACK.items():
        if dtype.startswith("datetime"):
            frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame.astype({k: v for k, v in FEEDBACK.items() if v != "object"})


def clause_frame(feedback: pd.DataFrame, themes: list[str | None], labels: list[str]) -> pd.DataFrame:
    """One clause per comment, the whole of it, with the given theme and label."""
    polarity = {"negative": -0.6, "neutral": 0.0, "positive": 0.6, "unscored": float("nan")}
    frame = pd.DataFrame(
        {
            "feedback_id": feedback["feedback_id"],
            "start": 0,
            "end": feedback["text"].str.len(),
            "text": feedback["text"],
            "sentence": 0,
            "language": "en",
            "contentless": [t is None for t in themes],
            "sentiment": [polarity[label] for label in labels],
            "label": labels,
            "theme_id": themes,
            "sub_theme_id": None,
            "similarity": 0.7,
            "signals": "",
        }
    )
    return frame.astype({k: v for k, v in CLAUSES.items() if v != "object"})


def comment_frame(feedback: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """The sentiment of each comment."""
    polarity = {"negative": -0.8, "neutral": 0.0, "positive": 0.8, "mixed": 0.0}
    return pd.DataFrame(
        {
            "feedback_id": feedback["feedback_id"],
            "language": "en",
            "sentiment": [polarity.get(label, float("nan")) for label in labels],
            "label": labels,
            "method": "by hand",
            "duplicate": None,
        }
    )[list(COMMENTS)]


def theme_frame(labels: dict[str, str]) -> pd.DataFrame:
    """A THEMES frame: theme_id -> label."""
    rows = [
        {"theme_id": t, "label": name, "keywords": name.split(), "clauses": 1, "cohesion": 0.7}
        for t, name in sorted(labels.items())
    ]
    known = {"parent": None, "status": "active", "origin": "fit", "stability": 0.9, "journey_stage": None}
    opened = pd.Series(pd.NaT, index=range(len(rows)), dtype=THEMES["opened"])
    return pd.DataFrame(rows).assign(**known, owner=None, opened=opened)[list(THEMES)]
