"""The text of a new groundswell.toml: every choice with its reason, and what else may stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from extractors.choices import Choice, Detected
from flows.commands.toml_text import comment, key_text, value_text
from groundswell.settings_mistakes import PREFIX
from groundswell.settings_tables import Audience, ScoreSettings

__all__ = ["FoundSource", "settings_text", "source_text"]


@dataclass(frozen=True, slots=True)
class FoundSource:
    """One source to be: its name, its files as the settings name them, and what detection found in the first."""

    name: str
    files: tuple[str, ...]
    detected: Detected
    sheet: str | None = None


_HEAD = """\
# The settings of Groundswell. Every key: docs/settings.md. What is wrong, if anything: groundswell check
# Relative paths begin at this file's folder. Any key can also be set by a variable of the environment, as
# {prefix}SCHEDULE__RUN="0 7 * * 1" for run in [schedule]; the environment wins.

# A SQLite file. For PostgreSQL, set {prefix}STORE=postgresql://user:password@host/name in the environment, or
# {prefix}STORE_FILE to a file that holds the URL: a password does not belong here.
store = {store}
# Digests go to <out>/<audience>/<period>/.
out = "out"
# Ties records of one author together without knowing who it is. Keep a copy in a safe place; never share it.
key_file = {key}
# Of weeks, of the schedule, and of times that name no zone: Europe/Berlin, America/New_York, Asia/Kolkata, ...
timezone = {timezone}
week_start = "monday"
"""

_NO_SOURCE = """
# ----------------------------------------------------------------------------------------------------- sources
# No source yet. Take the # away below and write your own file and columns, or delete this file and let
# `groundswell init FILE...` find them.

# [sources.reviews]
# kind = "review"                        # survey | review | ticket
# files = ["exports/reviews.csv"]        # also folders and globs: ["exports"], ["exports/reviews-*.csv"]
#
# [sources.reviews.columns]
# text = [["title", "body"]]             # one question; its columns are joined
# id = "review_id"
# date = "created_at"
# score = { column = "stars", low = 1.0, high = 5.0, metric = "rating" }
"""

_TAIL = """
# ---------------------------------------------------------------------------------------------------- schedule
# When `groundswell serve` works: minute, hour, day of month, month, day of week. Mondays at six:
[schedule]
run = "0 6 * * 1"
# ingest = "0 5 * * *"                   # reads the sources every day at five, and publishes nothing

# Digests are files below `out`. They are sent as well where a channel is named, and a `send` under an audience, as
# send = ["mail:anna@example.com"]; passwords stand in the environment: docs/delivery.md.
# [channels.mail]
# kind = "smtp"
# host = "smtp.example.com"
# user = "digests"
# sender = "Groundswell <digests@example.com>"

# Countries whose national phone numbers are marked out of texts; international ones always are.
[privacy]
regions = ["US", "GB", "IN", "DE", "FR"]

# [themes], [sentiment], [statistics], [batch] and [serve] have defaults that need no change: docs/settings.md. There
# too: [[themes.guided]], for themes that you name yourself, [[releases]], for what customers got on a day, and
# [service], for contacts per hundred orders and figures of single agents.
"""

_SOURCES = """
# ----------------------------------------------------------------------------------------------------- sources
# `files` takes files, folders and globs: ["exports"], ["exports/reviews-*.csv"]. Each run reads what is new or changed
# in them; rows that were read before count once.
"""

_AUDIENCES = """
# --------------------------------------------------------------------------------------------------- audiences
# Each gets a digest of its own. period: week | 4 weeks | quarter, or all for feedback without dates.
"""


def settings_text(
    sources: Sequence[FoundSource], *, store: str, key_file: str, timezone: str, period: str, why: str
) -> str:
    """The whole file."""
    head = _HEAD.format(prefix=PREFIX, store=value_text(store), key=value_text(key_file), timezone=value_text(timezone))
    blocks = [_SOURCES, *(f"\n{source_text(source, timezone)}" for source in sources)] if sources else [_NO_SOURCE]
    audiences = [f"[audiences.{name}]\nperiod = {value_text(period)}\n" for name in get_args(Audience)]
    return "".join([head, *blocks, _AUDIENCES, comment(why), "\n", *audiences, _TAIL])


def source_text(source: FoundSource, timezone: str) -> str:
    """The tables of one source, each column with the reason for it."""
    table = source.detected.mapping.as_table()
    segments = table.pop("segments", {})
    if "score" in table:
        table["score"] = {key: table["score"][key] for key in ScoreSettings.model_fields}  # as a reader expects them
    if table["timezone"] == timezone:
        del table["timezone"]  # the project's
    reasons = {choice.field: choice for choice in source.detected.choices}
    name = key_text(source.name)
    lines = [
        f"[sources.{name}]",
        *_reason(reasons.pop("file", None)),
        *_reason(reasons.pop("kind", None)),
        f"kind = {value_text(source.detected.kind.value)}",
        f"files = {value_text(source.files)}",
        *([f"sheet = {value_text(source.sheet)}"] if source.sheet else []),
        "stale_after_days = 14",
        "",
        f"[sources.{name}.columns]",
    ]
    for key, value in table.items():
        lines += [*_reason(reasons.pop(key, None)), f"{key_text(key)} = {value_text(value)}"]
    segment_lines = [f"[sources.{name}.columns.segments]"] if segments else []
    for key, column in segments.items():
        segment_lines += [*_reason(reasons.pop(key, None)), f"{key_text(key)} = {value_text(column)}"]
    for choice in reasons.values():  # what stays empty, and what is not used
        lines.append(comment(f"{choice.field}: {', '.join(choice.columns) or 'none'} ({choice.why})"))
    return "\n".join([*lines, *([""] if segments else []), *segment_lines, ""])


def _reason(choice: Choice | None) -> list[str]:
    if choice is None:
        return []
    return [comment(f"{choice.columns[0]}: {choice.why}" if choice.field == "file" else choice.why)]
