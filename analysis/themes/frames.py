"""An analysis' themes as the frames that are stored: which clause mentions which theme, and the themes themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.themes.draft import Draft
from groundswell.frames import THEMES

__all__ = ["mention_columns", "theme_frame", "without_undecided"]


def mention_columns(draft: Draft, index: pd.Index[int]) -> pd.DataFrame:
    """theme_id, sub_theme_id and similarity of the rows that the draft's texts were made of, under this index."""
    place = draft.texts.place
    # Position -1, a blank row, picks the value added at the end.
    top, sub = [*draft.top.tolist(), None], [*draft.sub.tolist(), None]
    return pd.DataFrame(
        {
            "theme_id": pd.Series([top[text] for text in place.tolist()], dtype=object, index=index),
            "sub_theme_id": pd.Series([sub[text] for text in place.tolist()], dtype=object, index=index),
            "similarity": np.append(draft.similarity, np.nan)[place],
        },
        index=index,
    )


def theme_frame(draft: Draft, mentions: pd.DataFrame) -> pd.DataFrame:
    """The THEMES frame: the open themes and sub-themes with what the given mentions hold of them."""
    similarity = {theme_id: rows.sort_values() for theme_id, rows in mentions.groupby("theme_id")["similarity"]}
    similarity |= {theme_id: rows.sort_values() for theme_id, rows in mentions.groupby("sub_theme_id")["similarity"]}
    rows = []
    for theme_id, theme in sorted(draft.themes.items()):
        near = similarity.get(theme_id)
        rows.append(
            {
                "theme_id": theme_id,
                "label": theme.label,
                "keywords": list(theme.keywords),
                "clauses": 0 if near is None else len(near),
                "cohesion": np.nan if near is None else float(near.mean()),
                "parent": theme.parent,
                "status": theme.status,
                "origin": theme.origin,
                "opened": theme.opened,
                "stability": np.nan if theme.stability is None else theme.stability,
                "journey_stage": theme.journey_stage,
                "owner": theme.owner,
            }
        )
    frame = pd.DataFrame(rows, columns=list(THEMES))
    frame["opened"] = pd.to_datetime(frame["opened"], utc=True)
    return frame.astype(THEMES)


def without_undecided(mentions: pd.DataFrame, themes: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both without the new themes: their clauses are without one until somebody accepts them."""
    new = set(themes.loc[themes["status"] == "new", "theme_id"])
    decided = ~themes["theme_id"].isin(new) & ~themes["parent"].isin(new)
    held = mentions["theme_id"].isin(new)
    kept = mentions.assign(
        theme_id=mentions["theme_id"].where(~held, None),
        sub_theme_id=mentions["sub_theme_id"].where(~held, None),
        similarity=mentions["similarity"].where(~held),
    )
    return kept, themes[decided].reset_index(drop=True)
