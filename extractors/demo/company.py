"""The invented company: Lumbrook sells smart-home devices, electricity and gas tariffs, and their installation.

Everything that the generator may choose from lies here or in `data/demo_patterns.tsv`; both were written for this
project. Telephone numbers, bank codes and e-mail domains are from the ranges kept free for fiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

__all__ = [
    "AGENTS",
    "COMPANY",
    "COUNTRIES",
    "LAST_DAY",
    "RELEASES",
    "SOURCES",
    "THEMES",
    "Theme",
    "WEEKLY",
    "clash",
    "first_monday",
    "iso_week",
]

COMPANY = "Lumbrook"
LAST_DAY = date(2026, 11, 15)  # the Sunday that closes 2026-W46
SOURCES = ("survey", "review", "ticket")
WEEKLY = {"survey": 80.0, "review": 74.0, "ticket": 78.0}  # records a week that belong to no planted incident

COUNTRIES = {"GB": 80, "IE": 9, "DE": 5, "FR": 3, "ES": 3}
AGENTS = (
    "Tom Ashdown", "Priya Raman", "Ellen Marsh", "Kofi Boateng", "Sandra Whitlock", "Liam Corrigan", "Yasmin Haddad",
    "Gareth Pugh", "Nadia Kowal", "Oscar Lindqvist", "Bethan Rowe", "Marcus Tolliver",
)  # fmt: skip

# App versions and the day on which each was released.
RELEASES: tuple[tuple[str, date], ...] = (
    ("4.0.3", date(2026, 3, 2)),
    ("4.1.0", date(2026, 6, 9)),
    ("4.1.2", date(2026, 8, 4)),
    ("4.2.0", date(2026, 10, 14)),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """One thing customers write about.

    `pull` is what it does to a score on the 0-1 scale; `weights` are its relative frequencies in SOURCES order (0 for
    the planted themes, whose number per week is set in incidents.py).
    """

    key: str
    tone: str  # pain | praise | wish | neutral
    pull: float
    weights: tuple[float, float, float]
    category: str  # of the ticket


_ROWS: tuple[tuple[str, str, float, tuple[float, float, float], str], ...] = (
    ("delivery_late", "pain", -0.34, (6, 2, 9), "Delivery"),
    ("damaged_parcel", "pain", -0.30, (3, 1, 7), "Delivery"),
    ("wrong_bill", "pain", -0.36, (6, 1.5, 11), "Billing"),
    ("charged_twice", "pain", -0.50, (0, 0, 0), "Billing"),
    ("app_crash", "pain", -0.38, (1.5, 9, 3), "App and account"),
    ("login_crash", "pain", -0.52, (0, 0, 0), "App and account"),
    ("login_code", "pain", -0.33, (2, 6, 7), "App and account"),
    ("hold_time", "pain", -0.36, (0, 0, 0), "Feedback"),
    ("refund_slow", "pain", -0.40, (3, 1, 7), "Billing"),
    ("installer_missed", "pain", -0.42, (3, 0.7, 5), "Installation"),
    ("price_increase", "pain", -0.30, (7, 3, 3), "Contract"),
    ("device_offline", "pain", -0.36, (6, 8, 10), "Devices"),
    ("battery_life", "pain", -0.22, (2.5, 2.5, 3), "Devices"),
    ("app_slow", "pain", -0.26, (3, 8, 2), "App and account"),
    ("passed_around", "pain", -0.44, (5, 2, 5), "Feedback"),
    ("cancel_contract", "pain", -0.42, (2, 2, 4.5), "Contract"),
    ("friendly_agent", "praise", 0.26, (9, 1.5, 2.5), "Feedback"),
    ("easy_setup", "praise", 0.22, (5, 6, 0.5), "Feedback"),
    ("saves_money", "praise", 0.27, (7, 6, 0.3), "Feedback"),
    ("design", "praise", 0.20, (4, 4, 0.2), "Feedback"),
    ("good_installer", "praise", 0.25, (4, 0.7, 1), "Installation"),
    ("clear_app", "praise", 0.23, (4, 10, 0.2), "Feedback"),
    ("fast_delivery", "praise", 0.20, (4, 1, 0.3), "Delivery"),
    ("wish_dark_mode", "wish", -0.04, (0.6, 3, 0.3), "App and account"),
    ("wish_widget", "wish", -0.04, (0.6, 2.5, 0.3), "App and account"),
    ("wish_export", "wish", -0.06, (1, 1.8, 1.4), "App and account"),
    ("wish_assistant", "wish", -0.05, (1.2, 2, 0.7), "Devices"),
    ("wish_alerts", "wish", -0.05, (1.2, 1.6, 0.6), "App and account"),
    ("upsell", "neutral", 0.10, (1.2, 0.2, 2.5), "Sales"),
    ("moving_home", "neutral", 0.0, (0.5, 0, 4), "Contract"),
    ("how_to", "neutral", 0.02, (0.5, 0, 6), "Contract"),
)
THEMES = {row[0]: Theme(*row) for row in _ROWS}

# Pairs that nobody would write in one comment.
_CLASHES = {
    frozenset(pair)
    for pair in (
        ("friendly_agent", "passed_around"),
        ("delivery_late", "fast_delivery"),
        ("damaged_parcel", "fast_delivery"),
        ("installer_missed", "good_installer"),
        ("charged_twice", "wrong_bill"),
        ("charged_twice", "saves_money"),
        ("price_increase", "saves_money"),
        ("app_slow", "clear_app"),
        ("app_crash", "clear_app"),
        ("login_crash", "clear_app"),
        ("login_crash", "app_crash"),
        ("login_crash", "login_code"),
        ("login_crash", "app_slow"),
        ("login_code", "clear_app"),
        ("device_offline", "easy_setup"),
        ("cancel_contract", "upsell"),
        ("moving_home", "how_to"),
    )
}


def clash(one: str, other: str) -> bool:
    """True when the two themes contradict or repeat each other."""
    return one == other or frozenset((one, other)) in _CLASHES


def first_monday(weeks: int) -> date:
    """The Monday on which `weeks` whole weeks up to LAST_DAY begin."""
    return LAST_DAY - timedelta(days=7 * weeks - 1)


def iso_week(moment: datetime | date) -> str:
    """The ISO week as the digests write it: 2026-W46."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02d}"


def midnight(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time())
