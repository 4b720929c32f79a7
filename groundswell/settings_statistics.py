"""[statistics] and [[releases]] of groundswell.toml: how often an alert may be false, and what happened when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from groundswell.settings_table import Table

__all__ = ["ReleaseSettings", "StatisticsSettings", "check_releases"]

LONGEST_NAME = 60


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not any(character.isalnum() for character in name):
        raise ValueError("a name with letters or digits is wanted")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a name of at most {LONGEST_NAME} characters is wanted; it has {len(name)}")
    return name


def _day(value: Any) -> datetime.date:
    """A day as TOML writes it, or the same in quotes; pydantic alone would take numbers for seconds since 1970."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return datetime.date.fromisoformat(value.strip())
    except (AttributeError, ValueError):
        raise ValueError("a day is wanted, as 2026-10-14") from None


Name = Annotated[str, AfterValidator(_name)]
Day = Annotated[datetime.date, BeforeValidator(_day)]


class StatisticsSettings(Table):
    """`[statistics]`: how often an alert may be a false one, and how a score is shared out among themes."""

    false_alarms_per_year: float = Field(
        default=2.0,
        ge=0.1,
        le=52,
        description="alerts a year that chance may raise, of all themes together; with fewer, what is unusual is found "
        "later or not at all",
        examples=[2.0],
    )
    drivers: Literal["shares", "regression"] = Field(
        default="shares",
        description="how a score is shared out among the themes of a response: shares, each the same, or regression, "
        "which needs ten responses for each theme",
        examples=["shares"],
    )


class ReleaseSettings(Table):
    """`[[releases]]`: something that customers got on a day; digests tell what they wrote before it and since."""

    name: Name = Field(description="what it is called in digests", examples=["new tariffs"])
    date: Day = Field(description="the first day on which customers had it", examples=["2026-10-14"])
    source: str | None = Field(
        default=None,
        description="the one source whose customers got it; without it those of all sources",
        examples=["app_reviews"],
    )


def check_releases(releases: Sequence[ReleaseSettings], sources: Iterable[str]) -> None:
    """ValueError with the entry where one is there twice, or names a source that is none."""
    seen: dict[tuple[str, str | None], int] = {}
    known = list(sources)
    for entry, release in enumerate(releases, 1):
        start = f"entry {entry} ({release.name!r}): "
        first = seen.setdefault((release.name.casefold(), release.source), entry)
        if first != entry:
            raise ValueError(f"{start}entry {first} has the same name; give one another name, or another source")
        if release.source is not None and release.source not in known:
            near = get_close_matches(release.source.lower(), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known) or 'none'}"
            raise ValueError(f"{start}there is no source {release.source!r}; {hint}")
