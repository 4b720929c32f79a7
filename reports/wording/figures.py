"""Figures and texts as a reader sees them: one way to write a share, an interval, a time, a date, a quote.

All functions return plain text without any markup. An unknown figure (None or not finite) is `UNKNOWN`, never 0.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from groundswell.findings import Impact, Interval, ScoreSummary, Verbatim
from groundswell.records import Period

__all__ = [
    "UNKNOWN",
    "byline",
    "clip",
    "count",
    "duration",
    "duration_interval",
    "impact_decimals",
    "impact_text",
    "is_known",
    "listed",
    "metric_name",
    "noun",
    "number",
    "percent",
    "percent_interval",
    "percent_span",
    "quoted",
    "score_decimals",
    "score_text",
    "shown",
    "signed",
    "span",
    "date",
    "zone",
    "with_ends",
]

UNKNOWN = "not known"
MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
METRICS = {"nps": "NPS", "csat": "CSAT", "ces": "CES", "rating": "Rating"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Characters that turn the direction of the text around them: a quote must not reorder our own words.
NO_XML = "\ufffe\uffff"  # no XML may hold them: drawing a chart with one in a label ends the whole process
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def is_known(value: float | None) -> bool:
    """True for a finite number."""
    return value is not None and math.isfinite(value)


def number(value: float | None, decimals: int = 0) -> str:
    """1234.5 -> "1,235"; negative with a true minus sign. A value that would round to 0 keeps one digit more."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    while decimals < 3 and value != 0 and round(value, decimals) == 0:
        decimals += 1
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS}{text}" if value < 0 and float(text.replace(",", "")) else text


def signed(value: float | None, decimals: int = 0) -> str:
    """Like `number`, with a plus sign for what is above 0."""
    text = number(value, decimals)
    return f"+{text}" if value is not None and is_known(value) and value > 0 else text


def count(value: int, one: str, many: str | None = None) -> str:
    """3, "comment" -> "3 comments"."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def noun(counted: str, n: int) -> str:
    """The noun of what a page counts, for n of them: "author", "comments"; of "authors or comments" each of the two."""
    return " or ".join(one.removesuffix("s") for one in counted.split(" or ")) if n == 1 else counted


def span(low: float, high: float, decimals: int = 0, sign: bool = False) -> str:
    """An interval: "2.6-5.6" with a dash, "-1 to +3" where a sign would collide with it."""
    write = signed if sign else number
    if low < 0 or sign:
        return f"{write(low, decimals)} to {write(high, decimals)}"
    return f"{write(low, decimals)}{DASH}{write(high, decimals)}"


def with_ends(value: Interval, decimals: int) -> str:
    """ "-4.1 (-5.6 to -2.6)"."""
    return f"{signed(value.value, decimals)} ({span(value.low, value.high, decimals, sign=True)})"


def percent(share: float | None) -> str:
    """0.094 -> "9 %"; under 1 % one decimal, so that little is not nothing."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    return f"{_percent_number(share)} %"


def _percent_number(share: float) -> str:
    points = share * 100
    if 0 < points < 0.05:
        return "<0.1"
    return number(points, 1 if 0 < points < 0.95 else 0)


def percent_span(interval: Interval) -> str:
    """The ends of a share's interval: "7-12 %"."""
    return f"{_percent_number(interval.low)}{DASH}{_percent_number(interval.high)} %"


def percent_interval(interval: Interval | None) -> str:
    """ "9 % (7-12 %)"."""
    if interval is None or not is_known(interval.value):
        return UNKNOWN
    return f"{percent(interval.value)} ({percent_span(interval)})"


def duration(minutes: float | None) -> str:
    """190 -> "3 h 10 min"; from two days on in days and hours."""
    if minutes is None or not math.isfinite(minutes):
        return UNKNOWN
    if 0 < minutes < 1:
        return "under 1 min"
    whole = round(minutes)
    if whole >= 2 * 24 * 60:
        days, hours = divmod(round(whole / 60), 24)
        return _two(f"{days} d", hours, "h")
    hours, rest = divmod(whole, 60)
    return _two(f"{hours} h", rest, "min") if hours else f"{rest} min"


def _two(large: str, small: int, unit: str) -> str:
    return f"{large} {small} {unit}" if small else large


def duration_interval(interval: Interval | None) -> str:
    """ "3 h 10 min (2 h 50 min-3 h 31 min)"."""
    if interval is None or not is_known(interval.value):
        return UNKNOWN
    return f"{duration(interval.value)} ({duration(interval.low)} {DASH} {duration(interval.high)})"


def metric_name(metric: str) -> str:
    """ "nps" -> "NPS"."""
    return METRICS.get(metric, metric)


def score_decimals(metric: str) -> int:
    """Decimals of a score: whole NPS and CSAT points, hundredths of a star."""
    return 0 if metric in ("nps", "csat") else 2


def impact_decimals(metric: str) -> int:
    """Decimals of an impact or a change of a score: one more than its score where the score is whole."""
    return 1 if metric in ("nps", "csat") else 2


def score_text(score: ScoreSummary) -> str:
    """The value with its unit: "31", "82 % satisfied", "4.12 of 5"; UNKNOWN without one."""
    if not is_known(score.value):
        return UNKNOWN
    value = number(score.value, score_decimals(score.metric))
    return value if score.metric == "nps" else f"{value} {score.unit}".strip()


def impact_text(impact: Impact) -> str:
    """ "-4.1 NPS (-5.6 to -2.6)"."""
    decimals = impact_decimals(impact.metric)
    name = metric_name(impact.metric)
    ends = span(impact.low, impact.high, decimals, sign=True)
    return f"{signed(impact.value, decimals)} {name} ({ends})"


def zone(period: Period) -> tzinfo:
    """The zone in which a period's dates are written; UTC where this machine does not know its name."""
    try:
        return ZoneInfo(period.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def date(moment: datetime | None, where: tzinfo, days_back: int = 0) -> str:
    """12 Nov 2026, in the given zone and in English whatever the machine's locale."""
    if moment is None:
        return UNKNOWN
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    local = aware.astimezone(where) - timedelta(days=days_back)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def shown(text: str) -> str:
    """A customer's or a label's text on one line: no control characters, nothing that turns its direction."""
    clean = "".join(_visible(character) for character in BIDI.sub("", text))
    return " ".join(clean.split())


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs" or character in NO_XML:
        return "\N{REPLACEMENT CHARACTER}"
    return " " if category in ("Cc", "Zl", "Zp") else character


def clip(text: str, limit: int) -> str:
    """The text on one line, cut at a word's end with an ellipsis where it is longer than the limit."""
    line = shown(text)
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head = cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut
    return head.rstrip(" ,;:.") + "…"


def quoted(label: str, limit: int = 70) -> str:
    """A theme's label in quotation marks."""
    return f"“{clip(label, limit)}”"


def listed(names: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def byline(verbatim: Verbatim, where: tzinfo) -> str:
    """Where a quote is found again: source, reference, date, score; what is not known is left out."""
    parts = [f"{shown(verbatim.source)} {clip(verbatim.reference, 60)}".strip()]
    if verbatim.occurred_at is not None:
        parts.append(date(verbatim.occurred_at, where))
    if verbatim.score:
        parts.append(shown(verbatim.score))
    return " · ".join(parts)
