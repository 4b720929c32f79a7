"""The life of an alert, week by week: open, updated, quiet, closed, and re-opened under the same id (methods D6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from groundswell.alert_weeks import KeptAlert, KeptRelease

__all__ = ["LEFT_OUT", "QUIET_WEEKS", "Raised", "advance", "alert_id_of", "as_one_event", "events_of"]

QUIET_WEEKS = 2  # under the bound; the next one closes it
# Weeks over the bound of one alert that stay out of the baseline: what lasts for longer is what is usual now.
LEFT_OUT = 8
ONE_CHANCE = ("surge", "release")  # kinds that one comparison raises, whose p-value is told


@dataclass(frozen=True, slots=True)
class Raised:
    """A theme that is over its bound in the week at hand."""

    theme_id: str
    label: str
    kind: str  # surge | drift | new | release
    weeks: tuple[str, ...]  # in which more people raise it, up to the one at hand
    p_value: float | None
    mood: str
    release: KeptRelease | None = None  # that made it worse, of whatever kind the alert is


def alert_id_of(theme_id: str) -> str:
    """The id of the alert of a theme, the same for ever."""
    return "a" + sha256(f"alert:{theme_id}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def advance(
    before: Iterable[KeptAlert],
    week: str,
    end: datetime,
    raised: Sequence[Raised],
    forget: str,
    themes: Collection[str] | None = None,
    silent: Collection[str] = (),
) -> tuple[KeptAlert, ...]:
    """Every alert at the end of the week that follows those `before`, by theme; `raised` are the themes over the bound.

    `themes` are those that there are: the alert of one that is not there any more is closed (None: all are there).
    `silent` are those of whose sources nothing came in: that is no sign that all is well, and leaves an alert as it is.
    Closed alerts whose last week lies before the week `forget` are left out, as are weeks of others before it.
    """
    known = {one.theme_id: one for one in before}
    gone = set() if themes is None else {theme for theme in known if theme not in themes}
    over = {one.theme_id: one for one in raised}
    found = [_over(known.get(theme), one, week, end) for theme, one in over.items()]
    under = {theme: one for theme, one in known.items() if theme not in over}
    found += [_waiting(one) if theme in silent else _under(one, week, theme in gone) for theme, one in under.items()]
    kept = [
        replace(one, left_out=tuple(name for name in one.left_out if name >= forget))
        for one in found
        if one.state != "closed" or one.last_week >= forget
    ]
    return tuple(sorted(kept, key=lambda one: one.theme_id))


def _over(before: KeptAlert | None, now: Raised, week: str, end: datetime) -> KeptAlert:
    """The alert of a theme that is over its bound this week."""
    if before is None or before.state == "closed":
        name = alert_id_of(now.theme_id)
        return KeptAlert(
            alert_id=name,
            theme_id=now.theme_id,
            label=now.label,
            kind=now.kind,
            state="open" if before is None else "re-opened",
            opened=end,
            since=now.weeks[0],
            last_week=week,
            weeks=1,
            under=0,
            event=name,
            mood=now.mood,
            p_value=now.p_value if now.kind in ONE_CHANCE else None,
            release=now.release,
            left_out=_left_out(before.left_out if before else (), now, 1),
        )
    return replace(
        before,
        label=now.label,
        state="updated",
        last_week=week,
        weeks=before.weeks + 1,
        under=0,
        mood=now.mood,
        # A week that only lies above the usual range has none of its own: that of the last alarm stands.
        p_value=before.p_value if before.kind not in ONE_CHANCE or now.p_value is None else now.p_value,
        release=before.release if now.release is None else now.release,
        left_out=_left_out(before.left_out, now, before.weeks + 1),
    )


def _left_out(before: tuple[str, ...], now: Raised, weeks: int) -> tuple[str, ...]:
    """The weeks that stay out of the theme's baseline. A new theme has no other weeks than those under its alert."""
    if now.kind == "new" or weeks > LEFT_OUT:
        return before
    return tuple(sorted({*before, *now.weeks[-LEFT_OUT:]}))


def _waiting(before: KeptAlert) -> KeptAlert:
    """The alert of a theme of which nothing could be known this week: it stands, and is no news again."""
    return replace(before, state="updated") if before.state in ("open", "re-opened") else before


def _under(before: KeptAlert, week: str, gone: bool) -> KeptAlert:
    """The alert of a theme that is under its bound this week, or gone."""
    if before.state == "closed":
        return before
    under = before.under + 1
    if gone or under > QUIET_WEEKS:
        return replace(before, state="closed", under=under, closed=week)
    return replace(before, state="quiet", under=under)


def events_of(
    people: Mapping[str, frozenset[int]], copied: frozenset[str], releases: Mapping[str, str]
) -> list[set[str]]:
    """Themes whose alerts are one event: one release made both worse (`releases` by theme), more than half of the
    authors of the smaller one raise the other one too, or both are raised in copies of other comments mostly
    (`copied`). Groups of two and more."""

    def one_event(one: str, other: str) -> bool:
        released = one in releases and releases[one] == releases.get(other)
        return released or as_one_event(one, other, people, copied)

    groups: list[set[str]] = []
    for theme in sorted(people):
        joined = [group for group in groups if any(one_event(theme, other) for other in group)]
        groups = [group for group in groups if group not in joined] + [{theme}.union(*joined)]
    return [group for group in groups if len(group) > 1]


def as_one_event(one: str, other: str, people: Mapping[str, frozenset[int]], copied: frozenset[str]) -> bool:
    """Whether the same people, or copies of the same text, are behind both."""
    if one in copied and other in copied:
        return True
    fewer = min(len(people[one]), len(people[other]))
    return fewer > 0 and 2 * len(people[one] & people[other]) > fewer
