"""What feedback is taken apart into: its clauses, each with the language of its comment."""

from __future__ import annotations

import pandas as pd

from analysis.text.clauses import clause_frame
from analysis.text.language import detect_languages

__all__ = ["spoken_clauses"]


def spoken_clauses(feedback: pd.DataFrame) -> pd.DataFrame:
    """One row per clause: the columns of `clause_frame`, and `language`.

    `feedback` needs feedback_id and text; a column `language` holds what the source says of each text, where it does.
    """
    texts = feedback["text"].tolist()
    declared = feedback["language"].tolist() if "language" in feedback else [None] * len(texts)
    languages = dict(zip(feedback["feedback_id"], detect_languages(texts, declared), strict=True))
    clauses = clause_frame(feedback)
    clauses["language"] = clauses["feedback_id"].map(languages)
    return clauses
