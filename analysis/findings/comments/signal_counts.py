"""What the clauses of a period ask for, threaten or tell, as marks on their rows and as counts of people."""

from __future__ import annotations

import pandas as pd

from analysis.scope.mentions import has_signal
from analysis.sentiment.signals import SIGNALS

__all__ = ["SERIOUS", "asks_for_something", "people_by_signal"]

# What calls for an answer by a person, with how much it weighs: a threat outweighs leaving and haste together.
SERIOUS = {"escalation": 4, "churn": 2, "urgency": 1}


def asks_for_something(mentions: pd.DataFrame) -> pd.Series:
    """Which clauses want something of the company: an answer, a change, an end, or less trouble."""
    asks = pd.Series(False, index=mentions.index)
    for signal in ("request", "effort", *SERIOUS):
        asks |= has_signal(mentions, signal)
    return asks


def people_by_signal(mentions: pd.DataFrame) -> dict[str, int]:
    """How many people give each signal in these clauses."""
    return {signal: int(mentions.loc[has_signal(mentions, signal), "who"].nunique()) for signal in SIGNALS}
