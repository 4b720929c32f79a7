"""[sentiment] of groundswell.toml: whether a model learns from the ratings in the store, and how often."""

from __future__ import annotations

from pydantic import Field

from groundswell.settings_table import Table

__all__ = ["SentimentSettings"]


class SentimentSettings(Table):
    """`[sentiment]`: how the tone of comments is read."""

    own_head: bool = Field(
        default=True,
        description="whether your own model is trained on your rated comments; it reads a source only where it reads "
        "it better than the shipped model",
        examples=[True],
    )
    retrain_weeks: int = Field(
        default=4,
        ge=1,
        le=520,
        description="weeks after which it is trained anew; of undated feedback whenever there is more of it",
        examples=[4],
    )
