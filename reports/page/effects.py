"""Sections on what was done: actions with what came of them, and releases with what they changed."""

from __future__ import annotations

from groundswell.findings import ActionEffect, Interval, ReleaseEffect
from reports.charts.spark import spark
from reports.digest import Digest
from reports.page.parts import Mark, Section, Table, sentence
from reports.wording.figures import (
    clip,
    count,
    date,
    is_known,
    listed,
    noun,
    number,
    percent,
    quoted,
    shown,
    signed,
    span,
    zone,
)

__all__ = [
    "action_on",
    "actions",
    "decided",
    "effect_mark",
    "effect_news",
    "is_worse",
    "points_of_share",
    "release_news",
    "releases",
]

MOST_ACTIONS, MOST_EFFECTS, WEEKS_OF_NEWS = 8, 8, 6
VERDICTS = {
    "fewer": ("▼", "good"),
    "more": ("▲", "bad"),
    "no clear change": ("=", "flat"),
    "too early": ("…", "flat"),
}

MOODS = {"pain": ", complaints", "praise": ", praise", "any": ""}


def actions(digest: Digest, name: str, title: str) -> Section | None:
    """What was decided on themes, the newest first, each with its authors a week before and since; None without any."""
    if not digest.actions:
        return None
    counted = digest.coverage.counted
    ordered = sorted(digest.actions, key=lambda a: (a.since, int(a.action_id)), reverse=True)
    told = ordered[:MOST_ACTIONS]
    rows = tuple(
        (clip(a.label, 80), decided(a, digest), _rate(a, a.before, a.weeks_before), _rate(a, a.after, a.weeks_since))
        for a in told
    )
    head = ("Theme", "Decided", "Before", "Since")
    lead = (
        f"How many {counted} a week raise the theme, before and since, at today’s volume of feedback. "
        "What else changed at the same time is in these figures too."
    )
    rest = len(ordered) - len(told)
    table = Table(
        f"{counted.capitalize()} a week{f'; {rest:,} older ones are not listed' if rest else ''}",
        head,
        rows,
        sparks=tuple(spark(a.weekly, counted) for a in told),
        texts=(1,),
        marks=tuple(effect_mark(a) for a in told),
        mark_head="What came of it",
    )
    notes = tuple(f"{clip(a.label, 60)}: {shown(note)}" for a in told if a.verdict != "too early" for note in a.notes)
    return Section(name, title, lead, notes=notes, tables=(table,), size=count(len(ordered), "action"))


def action_on(theme_id: str, digest: Digest) -> ActionEffect | None:
    """The newest action on a theme, whether it is done or not; None without any."""
    mine = [action for action in digest.actions if action.theme_id == theme_id]
    return max(mine, key=lambda a: (a.since, int(a.action_id)), default=None)


def decided(action: ActionEffect, digest: Digest) -> str:
    where = zone(digest.period)
    parts = [clip(action.what, 120)]
    if action.owner:
        parts.append(clip(action.owner, 40))
    parts.append(f"since {date(action.since, where)}")
    if action.done:
        parts.append(f"done {date(action.done, where)}")
    return " · ".join(parts)


def _rate(action: ActionEffect, rate: Interval | None, weeks: int) -> str:
    """ "38 (31-46; 26 weeks)"."""
    if rate is None or not is_known(rate.value):
        return "too early" if action.verdict == "too early" else "not known"
    decimals = 0 if rate.value >= 10 else 1
    return f"{number(rate.value, decimals)} ({span(rate.low, rate.high, decimals)}; {count(weeks, 'week')})"


def effect_mark(action: ActionEffect) -> Mark:
    symbol, tone = VERDICTS[action.verdict]
    ratio = action.ratio
    if action.verdict == "too early" or ratio is None or not is_known(ratio.value):
        weeks = count(action.weeks_since, "whole week") if action.weeks_since else "not a whole week yet"
        return Mark(symbol, f"too early: {weeks}" if action.verdict == "too early" else action.verdict, tone)
    return Mark(symbol, f"{action.verdict}: {_percent_change(ratio)}", tone)


def effect_news(digest: Digest) -> list[str]:
    """One sentence on the newest action that surely changed something in the first weeks after it; none without any."""
    told = [
        a
        for a in digest.actions
        if a.verdict in ("fewer", "more") and a.ratio is not None and a.weeks_since <= WEEKS_OF_NEWS and not a.notes
    ]
    if not told:
        return []
    newest = max(told, key=lambda a: (a.since, int(a.action_id)))
    assert newest.ratio is not None  # chosen above
    since = date(newest.since, zone(digest.period))
    change = _percent_change(newest.ratio)
    return [f"{quoted(newest.label)} since it was acted on ({since}): {change} {digest.coverage.counted} a week."]


def _percent_change(ratio: Interval) -> str:
    """0.32 (0.2-0.5) -> "-68 % (-80 to -50 %)"."""
    value, low, high = (100 * (end - 1) for end in (ratio.value, ratio.low, ratio.high))
    return f"{signed(value)} % ({span(low, high, sign=True)} %)"


def releases(digest: Digest, name: str, title: str) -> Section | None:
    """A table for each release with the themes that it surely changed; None where none was judged."""
    if not digest.releases:
        return None
    groups: dict[tuple[str, str], list[ReleaseEffect]] = {}
    for effect in sorted(digest.releases, key=lambda e: (-e.since.timestamp(), e.release, e.source)):
        groups.setdefault((effect.release, effect.source), []).append(effect)
    tables, notes = [], []
    for effects in groups.values():
        sure = [e for e in effects if e.significant]
        notes.append(_outcome(effects, sure, digest))
        notes.extend(sentence(f"{clip(e.label, 60)}: {note}") for e in sure[:MOST_EFFECTS] for note in e.notes)
        if sure:
            tables.append(_release_table(sure))
    lead = f"Shares of {digest.coverage.counted} who raise a theme, on or after a release and before it."
    size = count(len(groups), "release")
    fold = "" if tables else notes[0]
    return Section(name, title, lead, notes=tuple(notes), tables=tuple(tables), size=size, fold=fold)


def _release_name(effect: ReleaseEffect) -> str:
    return f"{clip(effect.release, 60)} in {clip(effect.source, 60)}"


def _outcome(effects: list[ReleaseEffect], sure: list[ReleaseEffect], digest: Digest) -> str:
    """One sentence on a release: how many themes rose and fell, of how many, and who is compared."""
    one, counted = effects[0], digest.coverage.counted
    fell, rose = (sum((e.difference.value < 0) == down for e in sure) for down in (True, False))
    told = [f"{count(n, 'theme')} {verb}" for n, verb in ((fell, "fell"), (rose, "rose")) if n]
    result = listed(told) if told else "no theme changed clearly"
    whom = f"{one.of:,} {noun(counted, one.of)} since, {one.of_before:,} before"
    since = date(one.since, zone(digest.period))
    compared = max(len(effects), one.compared)
    return sentence(f"{_release_name(one)}, since {since}: {result}, of {compared:,} compared ({whom})")


def _release_table(sure: list[ReleaseEffect]) -> Table:
    told = sorted(sure, key=lambda e: (-abs(e.difference.value), e.theme_id))[:MOST_EFFECTS]
    rows = tuple(
        (
            f"{clip(e.label, 80)}{MOODS[e.mood]}",
            f"{percent(e.share_before)} (of {e.of_before:,})",
            f"{percent(e.share)} ({e.authors:,} of {e.of:,})",
            points_of_share(e.difference),
        )
        for e in told
    )
    rest = f"; {len(sure) - len(told):,} more changed" if len(sure) > len(told) else ""
    head = ("Theme", "Before", "Since", "Difference")
    marks = tuple(_direction(e) for e in told)
    return Table(f"{_release_name(sure[0])}{rest}", head, rows, marks=marks, mark_head="Change")


def _direction(effect: ReleaseEffect) -> Mark:
    rose = effect.difference.value > 0
    tone = "flat" if effect.mood == "any" else "bad" if rose == (effect.mood == "pain") else "good"
    return Mark("▲" if rose else "▼", "rose" if rose else "fell", tone)


def points_of_share(difference: Interval) -> str:
    """A difference of shares: "+28 points (+16 to +41)"."""
    ends = span(difference.low * 100, difference.high * 100, sign=True)
    return f"{signed(difference.value * 100)} points ({ends})"


def is_worse(effect: ReleaseEffect) -> bool:
    """True for complaints that rose, or praise that fell, surely and without another explanation at hand."""
    rose = effect.difference.value > 0
    return effect.significant and not effect.notes and rose == (effect.mood != "praise")


def release_news(digest: Digest) -> list[str]:
    """One sentence on the surest effect of a release, one that hurts first; none where nothing changed clearly."""
    sure = [e for e in digest.releases if e.significant and not e.notes]
    if not sure:
        return []
    top = min(sure, key=lambda e: (not is_worse(e), e.p_value, -abs(e.difference.value), e.theme_id))
    moved = "rose" if top.difference.value > 0 else "fell"
    since, counted = date(top.since, zone(digest.period)), digest.coverage.counted
    ends = span(top.difference.low * 100, top.difference.high * 100, sign=True)
    what = {"pain": f"who complain of {quoted(top.label)}", "praise": f"who praise {quoted(top.label)}"}
    whom = what.get(top.mood, f"who raise {quoted(top.label)}")
    return [
        f"Since {shown(top.release)} ({since}) the {counted} {whom} {moved} from {percent(top.share_before)} to "
        f"{percent(top.share)}, {top.authors:,} of {top.of:,} (by {ends} points)."
    ]
