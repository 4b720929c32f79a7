"""Alerts week by week: from the picture of an earlier week to that of the last one, out of the weekly counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from math import sqrt

import numpy as np
import numpy.typing as npt

from analysis.alerts.dumps import without_dumps
from analysis.alerts.life import Raised, advance, alert_id_of, events_of
from analysis.alerts.watch import Rules, Verdict, evaluate
from analysis.findings.news.releases import ReleaseNews
from analysis.findings.news.streams import Streams
from analysis.scope.mentions import MOODS
from groundswell.alert_weeks import AlertWeek, KeptAlert

__all__ = ["CATCH_UP", "YOUNG", "Walk", "young_since"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CATCH_UP = 26  # weeks that are judged one after the other where no picture of an earlier one is kept
YOUNG = 8  # weeks that an emerged theme is new for: then its own weeks are a baseline
EMERGES = 4  # weeks, the one that it was opened in among them, whose texts may have opened a theme
LEAST = 5  # authors that a new theme is news from
HALF_A_WEEK = timedelta(days=3, hours=12)
# A surge that begins so long after a release is told as one of its own: a crowd of today is not the release's doing.
LATER = timedelta(weeks=3)
LEVEL = 3  # weeks that tell together whether an alert goes on


@dataclass(frozen=True, eq=False)
class Walk:
    """What a walk along the weeks of `streams` needs; `births` has the week in which each theme emerged, by its place:
    the number of weeks for one that came later still, -1 for one that was there before them or did not emerge."""

    streams: Streams
    labels: Mapping[str, str]
    births: Ints
    rules: Rules
    releases: Callable[[int], Mapping[str, ReleaseNews]]  # by theme, of a week by its place
    merged: Sequence[tuple[str, str]] = ()  # themes that were merged, and those that took them over

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The place of each theme."""
        return {theme: place for place, theme in enumerate(self.streams.themes)}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the weeks."""
        return tuple(week.name for week in self.streams.weeks)

    @cached_property
    def dumped(self) -> Bools:
        """The weeks of each source (sources, weeks) that count nowhere."""
        return self.rules.dumps(self.streams.exposure)

    @cached_property
    def wrote(self) -> Ints:
        """Who wrote in each week, without those of dumps."""
        wrote: Ints = self.streams.of - (self.streams.exposure * self.dumped).sum(axis=0)
        return wrote

    def picture(self, before: AlertWeek | None) -> tuple[AlertWeek, Verdict | None]:
        """Every alert at the end of the last week, and what was said of that week; None where there is nothing to
        judge. `before` is the picture of an earlier week."""
        weeks, names = self.streams.weeks, self.names
        judged = len(weeks) - CATCH_UP
        if before is not None and before.week in names:
            judged = max(judged, names.index(before.week) + 1)
        alerts = self.handed_over(before.alerts if before is not None else ())
        verdict = None
        after: list[object] = []
        for at in range(max(0, judged), len(weeks)):
            verdict = self.verdict(at, alerts)
            news = {} if verdict is None else self.releases(at)
            after.append(sorted(news.items()))
            raised = [] if verdict is None else self.raised(at, alerts, verdict, news)
            end, forget = weeks[at].end.astimezone(UTC), _year_before(names[at])
            alerts = advance(alerts, names[at], end, raised, forget, self.rows, self.silent(verdict))
            alerts = self.with_events(at, alerts, [one.theme_id for one in raised])
        told = (self.streams.fingerprint, self.births.tolist(), self.rules, after, before)
        rest = sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()
        end = weeks[-1].end.astimezone(UTC)
        return AlertWeek(names[-1], end, rest[:16], self.rules.target_per_year, alerts), verdict

    def handed_over(self, alerts: Sequence[KeptAlert]) -> tuple[KeptAlert, ...]:
        """The alerts, and for each that stands on a theme that was merged since one on the theme that took it over."""
        held, targets = {one.theme_id: one for one in alerts}, dict(self.merged)
        for one in sorted(alerts, key=lambda kept: kept.theme_id):
            target = targets.get(one.theme_id)
            if one.state == "closed" or one.theme_id in self.rows or target is None or target not in self.rows:
                continue
            there = held.get(target)
            heir = _onto(one, target, self.labels[target]) if there is None or there.state == "closed" else there
            weeks = {*one.left_out, *(there.left_out if there else ())}
            held[target] = replace(heir, left_out=tuple(sorted(weeks)))
        return tuple(held.values())

    def verdict(self, at: int, alerts: Sequence[KeptAlert]) -> Verdict | None:
        """What the detectors say of one week, from the weeks up to it."""
        streams, here = self.streams, slice(max(0, at + 1 - self.rules.reach), at + 1)
        if not streams.themes or not streams.sources:
            return None
        skip, dumped = self.left_out(at, alerts)[:, here], self.dumped[:, here]
        past = dumped & (np.arange(dumped.shape[1]) < dumped.shape[1] - 1)
        counts, exposure = without_dumps(streams.counts[..., here], streams.exposure[:, here], past)
        for one in alerts:
            if one.theme_id in self.rows and not (one.kind == "drift" and one.state != "closed"):
                place = self.rows[one.theme_id]
                counts[place] = _told(counts[place], exposure, skip[place])
        return evaluate(counts, exposure, self.rules, skip=skip, dumped=dumped)

    def silent(self, verdict: Verdict | None) -> set[str]:
        """The themes that nobody could have raised in a week: none of their sources brought any text."""
        if verdict is None:
            return set()
        return {theme for theme, nobody in zip(self.streams.themes, verdict.expected == 0, strict=True) if nobody}

    def left_out(self, at: int, alerts: Sequence[KeptAlert]) -> Bools:
        """The weeks of each theme (themes, weeks) that its baseline does not hold: those under an alert, those before
        it was there, and all of them as long as it is new."""
        streams = self.streams
        column = {name: place for place, name in enumerate(self.names)}
        skip = np.zeros((len(streams.themes), len(streams.weeks)), dtype=bool)
        for one in alerts:
            places = [column[name] for name in one.left_out if name in column]
            if one.theme_id in self.rows and places:
                skip[self.rows[one.theme_id], places] = True
        born = self.births >= 0
        weeks = np.arange(len(streams.weeks))
        skip[born] |= weeks[None, :] <= (self.births[born] - EMERGES)[:, None]
        skip[born & (at - self.births < YOUNG)] = True
        return skip

    def raised(
        self, at: int, alerts: Sequence[KeptAlert], verdict: Verdict, after: Mapping[str, ReleaseNews]
    ) -> list[Raised]:
        """The themes that are over their bound in one week; `after` has those that a release made worse by then."""
        new, alarm = self.new(at), verdict.surge | verdict.drift
        over = alarm | new | self.goes_on(at, alerts, verdict)
        over[[self.rows[theme] for theme in after if theme in self.rows]] = True
        standing = {one.theme_id: one for one in alerts if one.state != "closed"}
        skip = self.left_out(at, alerts)
        found = []
        for place in np.flatnonzero(over).tolist():
            theme = self.streams.themes[place]
            since = self.since(place, at, verdict, bool(new[place]))
            worse, alert = after.get(theme), standing.get(theme)
            late = worse is not None and self.begun(alert, since) >= worse.since + LATER
            sudden = late and alert is None and bool(verdict.surge[place])
            if worse is not None and not sudden and (alert is None or alert.kind == "release"):
                found.append(self.after_release(theme, at, worse))
                continue
            kind = "drift" if verdict.drift[place] else "new" if new[place] else "surge"
            p_value = float(verdict.p_value[place]) if alarm[place] else None
            weeks, mood = self.names[since : at + 1], self.mood(place, at, skip[place])
            release = None if worse is None or late else worse.release
            found.append(Raised(theme, self.labels[theme], kind, weeks, p_value, mood, release))
        return found

    def begun(self, alert: KeptAlert | None, since: int) -> datetime:
        """When more people began to raise a theme: under an alert with it, else in the week at this place."""
        if alert is not None:
            since = self.names.index(alert.since) if alert.since in self.names else 0
        return self.streams.weeks[since].start

    def after_release(self, theme: str, at: int, news: ReleaseNews) -> Raised:
        """A complaint that a release made worse, whatever the week's count says."""
        weeks = tuple(week.name for week in self.streams.weeks[: at + 1] if week.end > news.since)
        names = weeks or self.names[at : at + 1]
        return Raised(theme, self.labels[theme], "release", names, news.p_value, "pain", news.release)

    def since(self, place: int, at: int, verdict: Verdict, new: bool) -> int:
        """The week from which more people raise a theme."""
        first = max(0, at + 1 - self.rules.reach)
        if verdict.surge[place] or verdict.drift[place]:
            return first + int(verdict.since[place])
        return self.came_up(place, at) if new else at

    def goes_on(self, at: int, alerts: Sequence[KeptAlert], verdict: Verdict) -> Bools:
        """Themes under an alert that is not closed, of which the week, with up to two weeks before it that the alert
        did not open in, lies above the range of usual weeks: to see that something is not over takes less than to
        open an alert."""
        found = np.zeros(len(self.streams.themes), dtype=bool)
        for one in alerts:
            if one.state != "closed" and one.theme_id in self.rows:
                place = self.rows[one.theme_id]
                mean, weeks = self.level(place, at, one, float(verdict.authors[place]))
                usual, above = float(verdict.expected[place]), float(verdict.high[place] - verdict.expected[place])
                last = max(usual, self.rules.least_authors)
                found[place] = mean > usual + above / sqrt(weeks) and float(verdict.authors[place]) >= last
        return found

    def level(self, place: int, at: int, alert: KeptAlert, last: float) -> tuple[float, int]:
        """Authors a week at the volume of the last week, over the last three weeks that came after the alert was
        opened, and how many weeks these are. The last week alone where a source in it has no usual number yet, or one
        of these weeks is a dump."""
        streams = self.streams
        # The week that ends nearest to it: the reader's zone or first day of the week may have changed since.
        opened = sum(week.start + HALF_A_WEEK < alert.opened for week in streams.weeks) - 1
        weeks = slice(max(opened + 1, at + 1 - LEVEL), at + 1)
        raised, wrote = streams.counts[place].sum(axis=0), streams.of
        if raised[at] != last or not wrote[weeks].all() or self.dumped[:, weeks].any():
            return last, 1
        shares = raised[weeks] / wrote[weeks]
        return float(shares.mean() * wrote[at]), len(shares)

    def new(self, at: int) -> Bools:
        """Themes that emerged of late and that enough people raise: over the last weeks when they were opened, in the
        week itself later."""
        age, authors = at - self.births, self.streams.authors
        people = self._people_of_weeks(at)
        opened = (age == 0) & (people >= LEAST)
        later = (age > 0) & (age < YOUNG) & (authors[:, at] >= LEAST)
        found: Bools = (self.births >= 0) & (opened | later)
        return found

    def _people_of_weeks(self, at: int) -> Ints:
        """Distinct authors of each theme over the weeks in which texts may have opened it."""
        rows = self.streams.raised
        recent = rows[(rows[:, 1] > at - EMERGES) & (rows[:, 1] <= at)]
        pairs = np.unique(recent[:, [0, 2]], axis=0) if len(recent) else recent[:, [0, 2]]
        return np.bincount(pairs[:, 0], minlength=len(self.streams.themes)).astype(np.int64)

    def came_up(self, place: int, at: int) -> int:
        """The first of the weeks without a gap, up to this one, in which somebody raises a theme that emerged."""
        authors, first = self.streams.authors[place], at
        while first > max(0, int(self.births[place]) - EMERGES + 1) and authors[first - 1] > 0:
            first -= 1
        return first

    def mood(self, place: int, at: int, skip: Bools) -> str:
        """How those above the usual number speak of a theme: pain, praise or plain."""
        streams = self.streams
        first = max(0, at - 1 - self.rules.weeks)
        base = np.flatnonzero(~skip[first : max(0, at - 1)]) + first
        wrote = int(self.wrote[base].sum())
        scale = float(self.wrote[at]) / wrote if wrote else 0.0
        series = np.column_stack([streams.moods[place], streams.plain[place]])
        surplus = series[at] - series[base].sum(axis=0) * scale
        return (*MOODS, "plain")[int(np.argmax(surplus))]

    def with_events(self, at: int, alerts: Sequence[KeptAlert], raised: Sequence[str]) -> tuple[KeptAlert, ...]:
        """The alerts, with those that one release, the same people or the same text raised this week as one event."""
        if len(raised) < 2:
            return tuple(alerts)
        streams, rows = self.streams, self.streams.raised
        people, copied = dict[str, frozenset[int]](), set[str]()
        for theme in raised:
            pick = (rows[:, 0] == self.rows[theme]) & (rows[:, 1] == at)
            people[theme] = frozenset(rows[pick, 2].tolist())
            if 2 * int(streams.copied[pick].sum()) > int(pick.sum()):
                copied.add(theme)
        largest: dict[str, str] = {}
        releases = {one.theme_id: one.release.name for one in alerts if one.kind == "release" and one.release}
        for group in events_of(people, frozenset(copied), releases):
            first = min(group, key=lambda theme: (-len(people[theme]), theme))
            largest |= dict.fromkeys(group, first)
        names = {one.theme_id: one.alert_id for one in alerts}
        return tuple(
            replace(one, event=names[largest[one.theme_id]]) if one.theme_id in largest else one for one in alerts
        )


def _onto(one: KeptAlert, theme: str, label: str) -> KeptAlert:
    """The alert of a theme that was merged, as one of the theme that took it over."""
    name = alert_id_of(theme)
    return replace(one, alert_id=name, theme_id=theme, label=label, event=name)


def _told(counts: Ints, exposure: Ints, told: Bools) -> Ints:
    """The counts (sources, weeks) of one theme with those weeks as usual that an alert has told: what is news again
    must be so without them."""
    wrote = exposure[:, ~told].sum(axis=1)
    rate = np.divide(counts[:, ~told].sum(axis=1), wrote, out=np.zeros(len(wrote)), where=wrote > 0)
    usual = np.rint(rate[:, None] * exposure).astype(np.int64)
    return np.where(told, np.minimum(counts, usual), counts)


def young_since(streams: Streams, emerged: Mapping[str, datetime]) -> Ints:
    """Walk.births, of the themes that emerged and the end of the period whose analysis opened each."""
    ends = [week.end for week in streams.weeks]
    births = np.full(len(streams.themes), -1, dtype=np.int64)
    for place, theme in enumerate(streams.themes):
        opened = emerged.get(theme)
        if opened is not None and opened > streams.weeks[0].start:
            last = opened - timedelta(microseconds=1)
            births[place] = sum(end <= last for end in ends)
    return births


def _year_before(week: str) -> str:
    return f"{int(week[:4]) - 1}{week[4:]}"
