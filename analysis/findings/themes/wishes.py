"""What customers ask for, against the period before: rising wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.findings.themes.weeks import changes_of
from analysis.scope.mentions import has_signal
from analysis.scope.scope import Scope
from analysis.statistics.intervals import FEW_AUTHORS
from groundswell.findings import Request

__all__ = ["with_changes"]


def with_changes(scope: Scope, requests: Sequence[Request]) -> list[Request]:
    """The same wishes, each with the share of people who wish for it now and in the period before.

    Significance is judged by Benjamini-Hochberg over all wishes. A wish of fewer than 5 people now is judged with the
    others and told without a change; so is every wish where there is no period before.
    """
    changes = changes_of(scope, [_key(wish.theme_id) for wish in requests], _wishes)
    return [
        replace(wish, change=changes[_key(wish.theme_id)]) if wish.authors >= FEW_AUTHORS else wish for wish in requests
    ]


def _key(theme: str | None) -> str:
    return theme or ""


def _wishes(mentions: pd.DataFrame) -> pd.DataFrame:
    """The clauses that ask for something; wishes that no theme holds are of the theme ""."""
    rows = mentions[has_signal(mentions, "request")]
    return rows.assign(theme_id=rows["theme_id"].fillna(""))
