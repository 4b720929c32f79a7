"""Cron expressions of five fields: told apart from mistakes, and the next time that one means.

The scheduler reads them by a library of its own, which takes seconds to import; `status` has none to spare. What is
accepted here means the same there (tests/flows/test_checks.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

__all__ = ["Cron", "parse_cron"]

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# name, lowest, highest, names that stand for numbers
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    ("day of week", 0, 7, {name: number for number, name in enumerate(_DAYS)}),
)
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_HORIZON = 366 * 8 + 2  # days: the 29th of February is missing for eight years around 2100
_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")


@dataclass(frozen=True, slots=True)
class Cron:
    """When something is due: the numbers that each field allows; a day of week of 0 is Sunday."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool  # day of month and day of week are both limited: one of them is enough, as in every cron

    def next_after(self, now: datetime) -> datetime:
        """The first due time after `now`, in the zone of `now`, which is aware."""
        day = now.date()
        for _ in range(_HORIZON):
            if self._has_day(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        # By way of UTC: a time that the change to summer time leaves out becomes one that there is.
                        due = datetime.combine(day, clock(hour, minute), now.tzinfo).astimezone(UTC)
                        if due > now:
                            return due.astimezone(now.tzinfo)
            day += timedelta(days=1)
        raise ValueError("it is never due")  # parse_cron refuses what this would be raised for

    def _has_day(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_date or by_weekday if self.either_day else by_date and by_weekday


def parse_cron(text: str) -> Cron:
    """The expression understood; ValueError says which field is wrong, and how."""
    fields = text.split()
    if len(fields) != 5:
        raise ValueError(f"{len(fields)} fields where 5 are wanted: minute, hour, day of month, month, day of week")
    minutes, hours, days, months, weekdays = map(_numbers, range(5), fields)
    if all(min(days) > _LONGEST[month - 1] for month in months):
        raise ValueError(f"no month that it names has a day {min(days)}")
    return Cron(minutes, hours, days, months, weekdays, either_day="*" not in (fields[2], fields[4]))


def _numbers(position: int, field: str) -> frozenset[int]:
    name, low, high, _ = _FIELDS[position]
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match[1] == "*" and match[2]):
            raise ValueError(f"{name} {part!r} is no number, range, list or step")
        first = low if match[1] == "*" else _number(position, match[1])
        last = _number(position, match[2]) if match[2] else high if match[1] == "*" or match[3] else first
        step = int(match[3] or 1)
        if first > last or (match[2] and first == last):
            raise ValueError(f"{name} {part!r} is no range from a lower to a higher number")
        if step == 0:
            raise ValueError(f"{name} {part!r} has a step of 0")
        found.update(range(first, last + 1, step))
    if name == "day of week":
        found = {number % 7 for number in found}  # 7 is Sunday too
    if name.startswith("day") and field != "*" and len(found) == (31 if name == "day of month" else 7):
        # Every day by another name would count as a limit beside the other field of days.
        raise ValueError(f"{name} {field!r} is every day; write *")
    return frozenset(found)


def _number(position: int, word: str) -> int:
    name, low, high, names = _FIELDS[position]
    if word.lower() in names:
        return names[word.lower()]
    if not word.isascii() or not word.isdigit() or not low <= int(word) <= high:
        known = f" or {', '.join(names)}" if names else ""
        raise ValueError(f"{name} {word!r} is not {low} to {high}{known}")
    return int(word)
