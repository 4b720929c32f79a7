"""[testimonials] of groundswell.toml: how often an author is asked, and how long a consent holds."""

from __future__ import annotations

from pydantic import Field

from groundswell.settings_table import Table

__all__ = ["TestimonialSettings"]


class TestimonialSettings(Table):
    """`[testimonials]`: how customers are asked whether they may be quoted."""

    cool_down_days: int = Field(
        default=365,
        ge=30,
        le=3650,
        description="days for which an author who was asked is not asked again, whatever the answer",
        examples=[365],
    )
    reply_days: int = Field(
        default=14,
        ge=1,
        le=180,
        description="days without an answer, after the request and after the one reminder, that count as no",
        examples=[14],
    )
    consent_days: int = Field(
        default=730,
        ge=1,
        le=3650,
        description="days that a consent holds where its author names no other day",
        examples=[730],
    )
