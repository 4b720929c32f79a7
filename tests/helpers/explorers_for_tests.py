"""Made-up explorers of any size: comments out of our own words, with clauses, themes and segments."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from groundswell.explorer_findings import Explorer, ExplorerClauses, ExplorerComments, ExplorerTheme, Facet
from groundswell.findings import Change, Impact, Interval, WeekCount
from groundswell.records import Period

START = datetime(2026, 11, 9, tzinfo=UTC)
THINGS = (
    "card delivery", "monthly fee", "login code", "refund", "chat bot", "phone line", "exchange rate", "statement",
    "courier", "limit", "notification", "spare key", "return label", "dark mode", "invoice", "opening hours",
)  # fmt: skip
BAD = ("never arrived", "was charged twice", "keeps failing", "took three weeks", "goes in circles", "is far too low")
GOOD = ("works at once", "is a joy", "saved my week", "was sorted in a minute", "is easy to find", "beats the old one")
PLAIN = ("is on page two", "came by post", "was mentioned", "has a number", "is blue", "changed in May")
FILLER = (
    "I wrote about this in spring already and my brother had the same story in the shop next door",
    "for what it is worth I am with you since the very first day and have told everybody at work",
    "somebody on the phone said that the other team looks after such things and gave me a number",
    "at the café we laughed about it, naïve as we were 😀, and then it happened once more",
    "the letter says one thing, the screen another, and the form a third one altogether",
)
MOODS = (BAD, GOOD, PLAIN)
TONES = (-62, 71, 4)


def explorer(n: int = 400, *, themes: int = 40, weeks: int = 4, dated: bool = True, seed: int = 7) -> Explorer:
    """An explorer of `n` comments of some 160 characters; the same arguments give the same one."""
    draw = random.Random(seed)
    made = _Made(draw, themes)
    for number in range(n):
        made.comment(number)
    days = [(START - timedelta(days=i)).date() for i in range(7 * weeks)] if dated else []
    of_day = sorted(draw.randrange(len(days)) if days else -1 for _ in range(n))
    names = sorted(day.isoformat() for day in days)
    facets = (
        Facet("source", ("app reviews", "survey"), tuple(draw.randrange(2) for _ in range(n))),
        Facet("score", tuple(f"NPS {i}" for i in range(11)), tuple(draw.randrange(-1, 11) for _ in range(n))),
        Facet("day", tuple(names), tuple(len(days) - 1 - day if days else -1 for day in of_day)),
        Facet("segment:version", ("4.1.0", "4.2.0", "4.10.0"), tuple(draw.randrange(3) for _ in range(n))),
        Facet("segment:country", ("AT", "DE", "FR", "UK"), tuple(draw.randrange(-1, 4) for _ in range(n))),
    )
    who = [draw.randrange(n) for _ in range(n)]
    number_of = {person: place for place, person in enumerate(dict.fromkeys(who))}
    people = tuple(number_of[person] for person in who)
    return Explorer(
        period=Period("2026-W43-to-W46 · 19 Oct – 15 Nov 2026", START, START + timedelta(days=7), "4 weeks"),
        fingerprint="9f2c77aa01d44be2.c3",
        counted="authors",
        people=len(number_of),
        with_text=n,
        themes=made.themes(people),
        comments=ExplorerComments(
            feedback_id=tuple(f"{number:016x}" for number in range(n)),
            reference=tuple(f"#{8800 + number}" for number in range(n)),
            text=tuple(made.texts),
            who=people,
            clauses=tuple(made.many),
            facets=facets,
        ),
        clauses=ExplorerClauses(*(tuple(column) for column in zip(*made.clauses, strict=True))),
        weeks={day.isoformat(): f"2026-W{day.isocalendar().week:02d}" for day in sorted(days)},
        left_out=("order number",),
    )


class _Made:
    """Comments as they are made up, a list for each column."""

    def __init__(self, draw: random.Random, themes: int) -> None:
        self.draw, self.count = draw, themes
        self.texts: list[str] = []
        self.many: list[int] = []
        self.clauses: list[tuple[int, int, int, int, int, int]] = []

    def comment(self, number: int) -> None:
        """One more comment of one to three clauses; some lie in no theme."""
        text = ""
        many = self.draw.choice((1, 2, 2, 3))
        for _ in range(many):
            theme = min(self.draw.randrange(self.count), self.draw.randrange(self.count))
            theme = self.count if self.draw.random() < 0.15 else theme
            mood = self.draw.randrange(3)
            clause = f"The {THINGS[theme % len(THINGS)]} {self.draw.choice(MOODS[mood])}"
            clause += f", {self.draw.choice(FILLER)}" if self.draw.random() < 0.6 else f" ({number})"
            start = len(text) + (2 if text else 0)
            text = f"{text}. {clause}" if text else clause
            part = -1 if theme == self.count or theme % 3 or self.draw.random() < 0.3 else self.count + theme // 3
            self.clauses.append((start, len(text), theme if theme < self.count else -1, part, mood, TONES[mood]))
        self.texts.append(text + ".")
        self.many.append(many)

    def themes(self, who: tuple[int, ...]) -> tuple[ExplorerTheme, ...]:
        """The themes with what was made up of them, and a sub-theme of every third one."""
        people: dict[int, set[int]] = {}
        mentions: dict[int, int] = {}
        place = 0
        for comment, many in enumerate(self.many):
            for _, _, theme, part, *_ in self.clauses[place : place + many]:
                for one in (theme, part):
                    people.setdefault(one, set()).add(who[comment])
                    mentions[one] = mentions.get(one, 0) + 1
            place += many
        parts = range(self.count, self.count + -(-self.count // 3))
        tops = [self._theme(i, len(people.get(i, ())), mentions.get(i, 0)) for i in range(self.count)]
        subs = []
        for i in parts:
            name, parent = f"part of it {i}", f"t{3 * (i - self.count):03d}"
            subs.append(ExplorerTheme(f"t{i:03d}", name, parent, len(people.get(i, ())), mentions.get(i, 0)))
        return (*tops, *subs)

    def _theme(self, place: int, authors: int, mentions: int) -> ExplorerTheme:
        weekly = tuple(WeekCount(f"2026-W{21 + i}", authors * (3 + i % 5) // 9, 4 * authors + 9) for i in range(26))
        ranked = place < 4
        return ExplorerTheme(
            theme_id=f"t{place:03d}",
            label=f"{THINGS[place % len(THINGS)]} {place}",
            parent=None,
            authors=authors,
            mentions=mentions,
            net_sentiment=Interval(-0.41, -0.52, -0.3),
            weekly=weekly,
            change=Change(0.05, 0.1, 400, 412, 2.0, 0.004, ranked, "the 4 weeks before") if place < 20 else None,
            impact=(Impact("nps", "survey", -4.1, -5.6, -2.6, 391, mentions, 2.1, 7.4),) if ranked else (),
            keywords=tuple(THINGS[place % len(THINGS)].split()),
            journey_stage="use" if place % 2 else None,
            owner="Logistics" if place == 0 else None,
            is_new=place == 5,
        )


def hostile(texts: Sequence[str]) -> Explorer:
    """An explorer that has one of these texts wherever a customer, a file or a setting can put one."""
    made = explorer(len(texts))
    turn = itertools.cycle(texts)
    comments, first = [], 0
    starts, ends = list(made.clauses.start), list(made.clauses.end)
    for text, many in zip(texts, made.comments.clauses, strict=True):
        comments.append(text)
        starts[first : first + many] = [min(i, len(text)) for i in range(many)]
        ends[first : first + many] = [min(i + 1, len(text)) for i in range(many - 1)] + [len(text)]
        first += many
    themes = tuple(
        replace(theme, label=next(turn), keywords=(next(turn), next(turn)), owner=next(turn), journey_stage=next(turn))
        for theme in made.themes
    )
    facets = tuple(
        replace(
            one,
            name=f"segment:{next(turn)}" if one.name.startswith("segment:") else one.name,
            values=one.values if one.name == "day" else tuple(next(turn) for _ in one.values),
        )
        for one in made.comments.facets
    )
    references = tuple(reversed(texts))
    return replace(
        made,
        themes=themes,
        comments=replace(made.comments, text=tuple(comments), reference=references, facets=facets),
        clauses=replace(made.clauses, start=tuple(starts), end=tuple(ends)),
        left_out=(next(turn),),
    )
