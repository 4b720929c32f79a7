"""What a slot such as {days} or {product} is filled with, the same all through one theme of one comment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

__all__ = ["Facts", "slot_filler"]

_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PRODUCTS = ("hub", "thermostat", "doorbell", "radiator valve", "motion sensor", "smart plug", "door sensor")
_PHONES = {
    "iOS": ("iPhone 12", "iPhone 13", "iPhone 14", "iPhone 15 Pro", "iPhone SE"),
    "Android": ("Galaxy S22", "Galaxy A54", "Pixel 7", "Pixel 8a", "Moto G", "Xperia"),
}
_LISTS: dict[str, tuple[str, ...]] = {
    "minutes": ("20", "25", "30", "35", "40", "45", "50", "55", "65", "75", "90"),
    "minutes2": ("thirty", "forty", "fifty"),
    "seconds": ("10", "15", "20", "30", "40", "twenty", "thirty"),
    "percent": ("8", "9", "11", "12", "14", "15", "18", "22", "25"),
    "times": ("twice", "three times", "four times", "five times"),
    "times2": ("second", "third"),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "product": _PRODUCTS,
    "device": ("hub", "thermostat", "doorbell", "smart plug", "room sensor", "radiator valve", "wall charger"),
    "battdev": ("door sensor", "motion sensor", "radiator valve", "doorbell", "window sensor", "remote"),
    "room": ("kitchen", "hallway", "living room", "bedroom", "bathroom", "study"),
    "room2": ("garage", "cellar", "utility room"),
    "family": ("wife", "husband", "mother", "father", "partner", "sister", "grandmother", "flatmate"),
    "tariff": ("Night Saver", "Flex", "Green Fixed", "Family"),
    "hour": ("8am", "9am", "eight", "half past seven", "9 o'clock"),
    "few": ("two", "three"),
    "queue": ("7", "9", "12", "14", "17", "23"),
    "day": ("4", "5", "10", "15", "18", "20", "24", "27", "28"),
}
_RANGES = {"days": (2, 14), "weeks": (2, 8), "hours": (2, 6), "months": (2, 8), "years": (2, 9), "n": (2, 6)}
_WORDS_ONLY = frozenset({"n", "hours"})  # in English


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the record that a sentence may speak of."""

    when: datetime
    currency: str = "£"
    device_os: str = "iOS"
    version: str = ""
    agent: str = ""  # first name of the agent
    language: str = "en"
    weekday: str = ""  # where the day is known


def slot_filler(rng: Random, facts: Facts) -> Callable[[str], str]:
    """A function that fills slots and gives the same word each time it is asked for the same slot."""
    known: dict[str, str] = {"weekday": facts.weekday} if facts.weekday else {}
    digits = rng.random() < 0.6 or facts.language != "en"

    def slot(name: str) -> str:
        if name not in known:
            known[name] = _value(name, rng, facts, digits)
        return known[name]

    return slot


def _value(name: str, rng: Random, facts: Facts, digits: bool) -> str:
    if name in _LISTS:
        return rng.choice(_LISTS[name])
    if name in _RANGES:
        number = rng.randint(*_RANGES[name])
        return (
            str(number)
            if number > 10 or (digits and (name not in _WORDS_ONLY or facts.language != "en"))
            else _WORDS[number - 2]
        )
    match name:
        case "amount":
            return _money(rng, facts, 38, 260)
        case "small":
            return _money(rng, facts, 3, 19)
        case "save":
            return _money(rng, facts, 8, 48)
        case "month":  # always past: within the last three months
            return _MONTHS[(facts.when.month - 1 - rng.randint(1, 3)) % 12]
        case "month2":
            return _MONTHS[facts.when.month % 12]
        case "phone":
            return rng.choice(_PHONES[facts.device_os])
        case "reading":
            return str(rng.randint(10_400, 68_900))
        case "version":
            return facts.version
        case "agent":
            return facts.agent
        case _:
            raise KeyError(f"demo_patterns.tsv uses the slot {{{name}}}, which slots.py does not know")


def _money(rng: Random, facts: Facts, low: int, high: int) -> str:
    pounds = rng.randint(low, high)
    pence = rng.choice((None, None, rng.randint(1, 99)))
    number = str(pounds) if pence is None else f"{pounds}.{pence:02d}"
    if facts.language != "en":
        return f"{number.replace('.', ',')} {facts.currency}"
    if facts.currency == "£":
        return f"£{number}"
    return rng.choice((f"€{number}", f"{number} €", f"{number} euros"))
