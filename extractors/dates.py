"""Dates as sources write them, and the order of day and month, which is decided by evidence or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

__all__ = ["DAY_FIRST", "MONTH_FIRST", "DateReader", "OrderEvidence", "order_evidence", "share_of_dates"]

DAY_FIRST = "day-first"
MONTH_FIRST = "month-first"
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # earlier ones are fillers: 1970-01-01, 1900-01-01, 0001-01-01
CACHE = 50_000

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv enero ene januari gennaio",
            "feb february februar fevrier fevr fev febrero februari febbraio",
            "mar march marz maerz mrz mars marzo maart",
            "apr april avril avr abril abr aprile",
            "may mai mayo mei maggio",
            "jun june juni juin junio giugno",
            "jul july juli juillet juil julio luglio",
            "aug august aout agosto ago augustus",
            "sep sept september septembre septiembre settembre",
            "oct october oktober okt octobre octubre ottobre",
            "nov november novembre noviembre",
            "dec december dezember dez decembre diciembre dic dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_FOLD = str.maketrans("éèêûüäàáíóúç", "eeeuuaaaiouc")
_CLOCK = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?$"
)
_ISO = re.compile(r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK)
_SLASHED = re.compile(r"^(?P<first>\d{1,2})[-/. ](?P<second_>\d{1,2})(?:[-/.]|,? )(?P<year>\d{4}|\d{2})" + _CLOCK)
_DAY_NAME = re.compile(r"^(?P<day>\d{1,2})\.?[-/ ]*(?P<name>[^\W\d_]{3,9})\.?[-/ ,]*(?P<year>\d{4}|\d{2})" + _CLOCK)
_NAME_DAY = re.compile(
    r"^(?:[A-Za-z]{3,9},? )?(?P<name>[^\W\d_]{3,9})\.?[- ]*(?P<day>\d{1,2})(?:st|nd|rd|th)?,? *(?P<year>\d{4})" + _CLOCK
)
_TWITTER = re.compile(r"^[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{1,2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) (\d{4})$")
_EPOCH = re.compile(r"^(\d{9,10})(?:\.\d+)?$|^(\d{12,13})$")


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """What numeric dates such as 03/04/2026 say about their order; an example of each."""

    day_first: str | None = None  # 31/07/2026: the first number cannot be a month
    month_first: str | None = None  # 07/31/2026
    open: str | None = None  # 03/04/2026
    n_open: int = 0

    def needs_order(self) -> bool:
        """True where some value reads differently in either order."""
        return bool(self.open or self.day_first or self.month_first)


def order_evidence(values: Iterable[str]) -> OrderEvidence:
    """The evidence in a column's values."""
    day_first = month_first = undecided = None
    n_open = 0
    for value in values:
        match = _SLASHED.match(value.strip())
        if match is None:
            continue
        first, second = int(match["first"]), int(match["second_"])
        if first > 12 >= second:
            day_first = day_first or value
        elif second > 12 >= first:
            month_first = month_first or value
        elif first != second:
            undecided = undecided or value
            n_open += 1
    return OrderEvidence(day_first, month_first, undecided, n_open)


class DateReader:
    """Reads one column's dates. Times without a zone are taken in `zone`; `order` tells 03/04 apart."""

    def __init__(self, order: str | None = None, zone: tzinfo = UTC, *, numbers: bool = True) -> None:
        self.order, self.zone, self.numbers = order, zone, numbers
        self._known: dict[str, datetime | None] = {}

    def read(self, value: str) -> datetime | None:
        """The time in UTC, None where the value is no date, or one that has no single reading."""
        value = value.strip()
        try:
            return self._known[value]
        except KeyError:
            pass
        if len(self._known) >= CACHE:
            self._known.clear()
        found = self._known[value] = self._read(value)
        return found

    def _read(self, value: str) -> datetime | None:
        if not 6 <= len(value) <= 50 or not any(char.isdigit() for char in value):
            return None
        for form in (self._iso, self._slashed, self._named, self._epoch, self._mail):
            try:
                found = form(value)
                if found is not None:
                    found = found if found.tzinfo else found.replace(tzinfo=self.zone)
                    return found.astimezone(UTC)
            except (ValueError, OverflowError, TypeError, IndexError):
                continue
        return None

    def _iso(self, value: str) -> datetime | None:
        if match := _ISO.match(value):
            return _moment(match, int(match["year"]), int(match["month"]), int(match["day"]))
        # Forms such as 20260314T101500Z; eight bare digits are more often an id.
        return datetime.fromisoformat(value) if value[:8].isdigit() and "T" in value else None

    def _slashed(self, value: str) -> datetime | None:
        match = _SLASHED.match(value)
        if match is None:
            return None
        first, second = int(match["first"]), int(match["second_"])
        if self.order is None and first != second:
            return None
        day, month = (second, first) if self.order == MONTH_FIRST else (first, second)
        return _moment(match, _year(match["year"]), month, day)

    def _named(self, value: str) -> datetime | None:
        if match := _TWITTER.match(value):
            day, clock, zone, year = match.groups()
            return datetime.strptime(f"{day} {year} {clock} {zone}", "%b %d %Y %H:%M:%S %z")
        match = _DAY_NAME.match(value) or _NAME_DAY.match(value)
        if match is None:
            return None
        month = _MONTHS.get(match["name"].lower().translate(_FOLD))
        return _moment(match, _year(match["year"]), month, int(match["day"])) if month else None

    def _epoch(self, value: str) -> datetime | None:
        match = _EPOCH.match(value)
        if match is None or not self.numbers:
            return None
        seconds = float(value) / (1000 if match[2] else 1)
        return datetime.fromtimestamp(seconds, UTC)

    def _mail(self, value: str) -> datetime | None:
        return parsedate_to_datetime(value) if value[:3].isalpha() and ":" in value else None


def _year(digits: str) -> int:
    """Two digits as POSIX reads them: 69-99 are 1969-1999."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 69 else 2000)


def _moment(match: re.Match[str], year: int, month: int, day: int) -> datetime:
    """The matched date and clock; raises ValueError where there is no such day or hour."""
    hour, half = int(match["hour"] or 0), match["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    micro = int((match["fraction"] or "0").ljust(6, "0")[:6])
    moment = datetime(year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0), micro)
    return moment.replace(tzinfo=_offset(match["zone"])) if match["zone"] else moment


def _offset(zone: str) -> tzinfo:
    if zone in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if zone[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])))


def share_of_dates(values: list[str], *, numbers: bool) -> float:
    """The share of the values that are dates, whatever their order of day and month."""
    readers = [DateReader(order, numbers=numbers) for order in (DAY_FIRST, MONTH_FIRST)]
    return sum(any(_plausible(reader.read(value)) for reader in readers) for value in values) / max(1, len(values))


def _plausible(moment: datetime | None) -> bool:
    return moment is not None and 1970 <= moment.year < 2100
