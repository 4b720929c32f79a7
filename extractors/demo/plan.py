"""Who writes when about what: the jobs from which the three files are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import cos, exp, pi
from random import Random

from extractors.demo.company import LAST_DAY, RELEASES, SOURCES, THEMES, WEEKLY, clash, first_monday, midnight
from extractors.demo.incidents import crash_odds, in_incident, poisson, quota
from extractors.demo.patterns import patterns_for, themes_in
from extractors.demo.people import Customer

__all__ = ["LOUD", "Job", "Mix", "plan_jobs"]

LOUD = ("battery_life", 15)  # theme and number of tickets of the one loud customer
_LANGUAGES = {"en": 0.966, "de": 0.013, "fr": 0.008, "es": 0.006, "hi": 0.007}
_HOME = {"en": ("GB", "IE"), "de": ("DE",), "fr": ("FR",), "es": ("ES",), "hi": ("GB",)}
_DAYS = {
    "survey": (16, 16, 15, 15, 14, 12, 12),
    "review": (13, 13, 13, 13, 15, 17, 16),
    "ticket": (20, 18, 16, 16, 14, 9, 7),
}
_PAYMENT_RUN = (30, 24, 16, 11, 8, 6, 5)  # the double charges came with a Monday's payment run
_HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 7, 9, 10, 10, 9, 9, 8, 8, 8, 9, 9, 8, 7, 6, 4, 2)
_HOW_MANY = {"survey": (60, 31, 9), "review": (63, 29, 8), "ticket": (74, 23, 3)}
_NO_WORDS = {"survey": (0.14, 0.05), "review": (0.02, 0.10), "ticket": (0.01, 0.01)}  # empty, contentless
_CONTENTLESS = {"~contentless_good": 60, "~contentless_bad": 18, "~contentless_flat": 22}


@dataclass(frozen=True, slots=True)
class Job:
    """One record to be written. `themes` is empty for a comment without content; `whole` then names its pool."""

    source: str
    when: datetime
    customer: Customer
    themes: tuple[str, ...] = ()
    language: str = "en"
    incident: str = ""
    version: str = ""
    whole: str = ""  # ~contentless_good, ~template, ...; "" with no themes: no text at all
    variant: int = 0  # which template
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mix:
    """Draws themes as one source's customers raise them."""

    source: str
    rng: Random

    def first(self, language: str) -> str:
        """A theme that no quota governs, in the proportions of the source."""
        keys = [key for key in self._open() if language == "en" or key in themes_in(language)]
        return self._draw(keys)

    def more(self, themes: Sequence[str], language: str, tones: Iterable[str]) -> str | None:
        """A further theme of one of the tones that goes with those given; None when there is none."""
        wanted = set(tones)
        keys = [
            key
            for key in self._open()
            if THEMES[key].tone in wanted
            and not any(clash(key, theme) for theme in themes)
            and (language == "en" or key in themes_in(language))
        ]
        return self._draw(keys) if keys else None

    def comment(self, first: str, language: str) -> tuple[str, ...]:
        """One to three themes, beginning with `first`."""
        themes = [first]
        n = self.rng.choices((1, 2, 3), _HOW_MANY[self.source])[0]
        if THEMES[first].tone == "neutral" or language != "en":
            n = min(n, 1 + (self.rng.random() < 0.2))
        while len(themes) < n:
            further = self.more(themes, language, self._tones(THEMES[themes[-1]].tone))
            if further is None:
                break
            themes.append(further)
        return tuple(themes)

    def _tones(self, tone: str) -> tuple[str, ...]:
        if tone in ("pain", "praise"):
            other = "praise" if tone == "pain" else "pain"
            return self.rng.choices(((tone,), (other,), ("wish", "neutral")), (50, 32, 18))[0]
        return ("wish", "praise") if tone == "wish" else ("neutral", "wish", "praise")

    def _open(self) -> list[str]:
        at = SOURCES.index(self.source)
        return [
            key
            for key, theme in THEMES.items()
            if theme.weights[at] and patterns_for(key, self.source, ("main", "alone"))
        ]

    def _draw(self, keys: list[str]) -> str:
        at = SOURCES.index(self.source)
        return self.rng.choices(keys, [THEMES[key].weights[at] for key in keys])[0]


def plan_jobs(source: str, weeks: int, crowd: Sequence[Customer], rng: Random) -> list[Job]:
    """Every job of one source, oldest first. The last customer of the crowd is the loud one and writes nothing else."""
    mix = Mix(source, rng)
    by_country: dict[str, list[Customer]] = {}
    for customer in crowd[:-1]:
        by_country.setdefault(customer.country, []).append(customer)
    quotas = {theme: quota(theme, source, weeks, rng) for theme in ("charged_twice", "hold_time")}
    jobs: list[Job] = []
    for week in range(weeks):
        monday, back = first_monday(weeks) + timedelta(days=7 * week), weeks - 1 - week
        season = 1 + 0.06 * cos(2 * pi * (back - 4) / 52)  # a little more in the heating season
        fixed = [theme for theme, counts in quotas.items() for _ in range(counts[week])]
        for theme in [*fixed, *[""] * poisson(WEEKLY[source] * season, rng)]:
            jobs.append(_job(theme, monday, back, mix, by_country, rng))
    jobs += _specials(source, weeks, crowd, rng)
    return sorted(jobs, key=lambda job: (job.when, job.customer.customer_id, job.themes))


def _job(theme: str, monday: date, back: int, mix: Mix, by_country: dict[str, list[Customer]], rng: Random) -> Job:
    """One record; `theme` is set where a quota asks for it."""
    source = mix.source
    language = rng.choices(list(_LANGUAGES), list(_LANGUAGES.values()))[0]
    if theme and theme not in themes_in(language):
        language = "en"
    days = _PAYMENT_RUN if theme == "charged_twice" and back == 0 else _DAYS[source]
    when = _moment(monday, days, rng)
    customer = rng.choice(by_country[rng.choices(_HOME[language], (90, 10)[: len(_HOME[language])])[0]])
    job = Job(source, when, customer, language=language, version=_version(source, when.date(), rng))
    if theme:
        incident = theme if in_incident(theme, back) else ""
        return replace(job, themes=mix.comment(theme, language), incident=incident)
    crash = rng.random() < crash_odds(job.version)
    blank = rng.random()
    empty, contentless = _NO_WORDS[source]
    if crash:
        incident = "login_crash" if in_incident("login_crash", back) and job.version == RELEASES[-1][0] else ""
        return replace(job, language="en", themes=mix.comment("login_crash", "en"), incident=incident)
    if blank < empty:
        return replace(job, language="", marks=("empty",))
    if blank < empty + contentless:
        pool = rng.choices(list(_CONTENTLESS), list(_CONTENTLESS.values()))[0]
        return replace(job, language="en", whole=pool, marks=("contentless",))
    return replace(job, themes=mix.comment(mix.first(language), language))


def _specials(source: str, weeks: int, crowd: Sequence[Customer], rng: Random) -> list[Job]:
    """The loud customer's tickets of the last ten days; two texts that nine reviewers copied from each other."""
    if source == "ticket":
        start = midnight(LAST_DAY - timedelta(days=9))
        return [
            Job(
                source,
                start + timedelta(minutes=rng.randint(0, 10 * 24 * 60 - 1)),
                crowd[-1],
                (LOUD[0],),
                marks=("loud",),
            )
            for _ in range(LOUD[1])
        ]
    if source == "review":
        monday = first_monday(weeks) + timedelta(days=7 * max(0, weeks - 9))
        return [
            Job(
                source,
                _moment(monday, _DAYS[source], rng),
                customer,
                ("price_increase",),
                version=_version(source, monday, rng),
                whole="~template",
                variant=int(number >= 5),
                marks=("template",),
            )
            for number, customer in enumerate(rng.sample(crowd[:-1], 9))
        ]
    return []


def _moment(monday: date, days: Sequence[int], rng: Random) -> datetime:
    day = rng.choices(range(7), days)[0]
    hour = rng.choices(range(24), _HOURS)[0]
    return midnight(monday) + timedelta(days=day, hours=hour, seconds=rng.randint(0, 3599))


def _version(source: str, day: date, rng: Random) -> str:
    """The app version of a review: newer ones spread over some weeks, six in a hundred are not recorded."""
    if source != "review" or rng.random() < 0.06:
        return ""
    for version, released in reversed(RELEASES[1:]):
        if day >= released and rng.random() < 1 - exp(-((day - released).days + 2) / 24):
            return version
    return RELEASES[0][0]
