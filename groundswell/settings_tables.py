"""The tables of groundswell.toml as frozen models: each key with its limits, its meaning and an example.

docs/settings.md is held equal to them by a test. Defaults that another room owns (themes, batches, regions) are
repeated here, since this package imports no room; a test holds both equal.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from groundswell.cron import parse_cron
from groundswell.records import Kind, Metric
from groundswell.settings_delivery import Sends
from groundswell.settings_sentiment import SentimentSettings
from groundswell.settings_table import Share, Table, as_list
from groundswell.settings_themes import ThemeSettings

__all__ = [
    "Audience",
    "AudienceSettings",
    "BatchSettings",
    "ColumnSettings",
    "PrivacySettings",
    "ScheduleSettings",
    "ScoreSettings",
    "SentimentSettings",
    "ServeSettings",
    "SourceName",
    "SourceSettings",
    "ThemeSettings",
    "Weekday",
    "Zone",
]


_USUAL_REGIONS = ("US", "GB", "IN", "DE", "FR")


def _as_questions(value: Any) -> Any:
    """ "body", ["title", "body"] in a list of questions, each with its columns."""
    if isinstance(value, str):
        return ((value,),)
    return [as_list(entry) for entry in value] if isinstance(value, list | tuple) else value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = get_close_matches(name, available_timezones(), n=3)
        hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "as Europe/Berlin, America/New_York, UTC"
        raise ValueError(f"no time zone of that name is known; {hint}") from None
    return name


def _cron(text: str) -> str:
    parse_cron(text)
    return " ".join(text.split())


def _region(code: str) -> str:
    if code in _USUAL_REGIONS:
        return code
    from phonenumbers import SUPPORTED_REGIONS

    if code not in SUPPORTED_REGIONS:
        raise ValueError("the two capital letters of a country are wanted, as in DE, US, IN")
    return code


def _source_name(name: str) -> str:
    # Lower case without "__": so that an environment variable can name the source.
    if not re.fullmatch(r"\w[\w-]*", name) or name != name.lower() or "__" in name:
        raise ValueError("a source's name is made of lower-case letters, digits, - and _")
    return name


Names = Annotated[tuple[str, ...], BeforeValidator(as_list)]
Zone = Annotated[str, AfterValidator(_zone)]
CronText = Annotated[str, AfterValidator(_cron)]
Audience = Literal["service", "product", "marketing", "operations"]
SourceName = Annotated[str, AfterValidator(_source_name)]
Times = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class ScoreSettings(Table):
    """`[sources.NAME.columns.score]`: the column with the customer's score, and how to read it."""

    column: str = Field(description="the column that holds the score", examples=["rating"])
    low: float = Field(description="the lowest score that can be given", examples=[1])
    high: float = Field(description="the highest score that can be given", examples=[5])
    metric: Metric = Field(
        default=Metric.RATING, description="what it measures: nps, csat, ces or rating", examples=["rating"]
    )
    higher_is_better: bool = Field(default=True, description="false where 1 is the best", examples=[True])


class ColumnSettings(Table):
    """`[sources.NAME.columns]`: which column fills which field; `groundswell init FILE` writes it."""

    text: Annotated[tuple[Names, ...], BeforeValidator(_as_questions)] = Field(
        default=(),
        description="the customer's words: a list of questions, each a list of columns that are joined by a newline",
        examples=[[["title", "body"]]],
    )
    id: str | None = Field(default=None, description="the record's own id", examples=["review_id"])
    date: str | None = Field(default=None, description="the record's date", examples=["created_at"])
    author: str | None = Field(default=None, description="who wrote; only a keyed hash is kept", examples=["user"])
    response_id: str | None = Field(
        default=None, description="what ties a response's answers together", examples=["response"]
    )
    language: str | None = Field(default=None, description="the text's language; else detected", examples=["lang"])
    reported: str | None = Field(default=None, description="when a contact began", examples=["opened_at"])
    responded: str | None = Field(default=None, description="when the first reply was given", examples=["replied_at"])
    resolved: str | None = Field(default=None, description="when it was solved", examples=["solved_at"])
    handled: str | None = Field(default=None, description="the handling time", examples=["handle_time"])
    handled_unit: float = Field(
        default=1.0, gt=0, description="seconds that a bare number in `handled` means", examples=[60]
    )
    reopened: str | None = Field(
        default=None, description="whether, or how often, it was opened again", examples=["reopened"]
    )
    compensation: str | None = Field(
        default=None, description="what was paid to make up for it; blank: nothing was", examples=["goodwill"]
    )
    currency: str | None = Field(
        default=None, description="its currency, where the amounts do not name it", examples=["currency"]
    )
    score: ScoreSettings | None = Field(default=None, description="the customer's score")
    segments: dict[str, str] = Field(
        default={},
        description="segments that themes are compared by, each with its column",
        examples=[{"version": "app_ver"}],
    )
    names: Names = Field(
        default=(),
        description="columns with names of persons: marked out of the texts, not stored",
        examples=[["agent"]],
    )
    date_orders: dict[str, Literal["day-first", "month-first"]] = Field(
        default={},
        description="for each date column with dates as 03/04: which comes first",
        examples=[{"date": "day-first"}],
    )
    timezone: Zone | None = Field(
        default=None, description="zone of times without one; else that of the project", examples=["Europe/Berlin"]
    )
    encoding: str | None = Field(default=None, description="of files that are not UTF-8", examples=["cp1252"])
    delimiter: str | None = Field(default=None, description="of CSV files, where it is guessed wrong", examples=[";"])

    def as_table(self) -> dict[str, Any]:
        """What was set, as plain values: the form that a column mapping is made from."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)


class SourceSettings(Table):
    """`[sources.NAME]`: where feedback comes from, and what it is."""

    type: Literal["file"] = Field(default="file", description="how it is read", examples=["file"])
    kind: Kind = Field(description="what it holds: survey, review or ticket", examples=["review"])
    files: Annotated[Names, Field(min_length=1)] = Field(
        description="files, globs and folders; what is new or changed in them is read by each run",
        examples=[["exports/reviews-*.csv"]],
    )
    sheet: str | None = Field(default=None, description="the sheet of a workbook; else its first", examples=["Answers"])
    columns: ColumnSettings = Field(default=ColumnSettings(), description="which column fills which field")
    stale_after_days: int = Field(
        default=14, ge=1, description="days without a new record after which the source is called stale", examples=[14]
    )


class AudienceSettings(Table):
    """`[audiences.NAME]`: who gets a digest, and how often."""

    period: Literal["week", "4 weeks", "quarter", "all"] = Field(
        default="week",
        description="what a digest covers: week, 4 weeks, quarter, or all for feedback without dates",
        examples=["week"],
    )
    send: Sends = Field(
        default=(),
        description="channels that the digest is sent by, once each; without it the digest is a file alone",
        examples=[["mail:anna@example.com", "team"]],
    )


class ScheduleSettings(Table):
    """`[schedule]`: when `groundswell serve` works; cron expressions in the project's time zone."""

    run: CronText = Field(
        default="0 6 * * 1", description="when everything is run, digests included", examples=["0 6 * * 1"]
    )
    ingest: CronText | None = Field(
        default=None, description="when sources are read in between; without it only by `run`", examples=["0 5 * * *"]
    )


class ServeSettings(Table):
    """`[serve]`: the server of `groundswell serve`, on this machine only."""

    port: int = Field(default=4266, ge=1, le=65535, description="the port on 127.0.0.1", examples=[4266])


class PrivacySettings(Table):
    """`[privacy]`: what is marked out of texts before they are stored, and how many are shown (docs/privacy.md)."""

    regions: Annotated[tuple[Annotated[str, AfterValidator(_region)], ...], BeforeValidator(as_list)] = Field(
        default=_USUAL_REGIONS,
        description="countries whose national phone numbers are known; international ones always are",
        examples=[["DE", "AT", "CH"]],
    )
    explorer: bool = Field(
        default=True,
        description="whether explorer.html, with every comment of the period, lies beside the product digest",
        examples=[False],
    )


class BatchSettings(Table):
    """`[batch]`: beyond which limits a load is held, or a warning travels into the digest. A share is 0-1."""

    improbable: Share = Field(
        default=1e-5, description="how improbable by chance a difference must be before it counts", examples=[1e-5]
    )
    history_rows: Count = Field(default=50, description="earlier records needed for a comparison", examples=[50])
    held_rows: Count = Field(default=20, description="a load with fewer records warns at most", examples=[20])
    volume_loads: Count = Field(default=4, description="earlier loads needed to judge the volume", examples=[4])
    volume_floor: Share = Field(default=0.3, description="warns below this share of the usual volume", examples=[0.3])
    volume_ceiling: Times = Field(default=4.0, description="warns from so many times the usual volume", examples=[4.0])
    volume_ceiling_held: Times = Field(
        default=10.0, description="holds from so many times, where most records are old or undated", examples=[10.0]
    )
    refused: Share = Field(default=0.01, description="warns beyond this share of refused records,", examples=[0.01])
    refused_rows: Count = Field(default=5, description="and so many at least", examples=[5])
    refused_held: Share = Field(default=0.5, description="holds from this share of refused records", examples=[0.5])
    stale_gaps: Times = Field(
        default=3.0, description="warns where the newest record is older than so many usual gaps,", examples=[3.0]
    )
    stale_days: Times = Field(default=4.0, description="and so many days at least", examples=[4.0])
    missing_rise: Share = Field(
        default=0.2, description="warns where a field is missing more often than usual by this share", examples=[0.2]
    )
    missing_held: Share = Field(default=0.9, description="holds where it is missing in this share", examples=[0.9])
    score_drift: Share = Field(default=0.25, description="warns at this distance of the scores", examples=[0.25])
    score_held: Share = Field(
        default=0.4, description="holds at this distance, where the scale looks reversed or changed", examples=[0.4]
    )
    repeats: Share = Field(default=0.15, description="warns beyond this share of repeated long texts", examples=[0.15])
    repeats_held: Share = Field(default=0.4, description="holds beyond this share of them", examples=[0.4])
    repeat_characters: Count = Field(default=40, description="shorter texts may repeat", examples=[40])
    language_drop: Share = Field(
        default=0.3, description="warns where the main language falls by this share", examples=[0.3]
    )
