"""The section on what went away: themes that hardly anybody raises any more."""

from __future__ import annotations

from groundswell.findings import GoneTheme
from reports.charts.spark import spark
from reports.digest import Digest
from reports.page.parts import Mark, Section, Table
from reports.wording.figures import clip, count, listed, noun, number, quoted, span
from reports.wording.weeks import week_words

__all__ = ["gone", "gone_news"]

MOST_OLDER = 5


def gone(digest: Digest, name: str, title: str) -> Section | None:
    """The themes that went away since the week before, and a line on those gone for longer; None without any."""
    if not digest.gone_themes:
        return None
    fresh = [theme for theme in digest.gone_themes if theme.is_new]
    older = [theme for theme in digest.gone_themes if not theme.is_new]
    longer = _longer(older)
    weeks = count(digest.gone_themes[0].weeks, "week")
    lead = (
        f"Themes that half as many {digest.coverage.counted} or fewer raise as is usual, over the last {weeks} "
        "together, beyond chance after correction for every theme that was looked at."
    )
    size = count(len(digest.gone_themes), "theme")
    if not fresh:
        return Section(name, title, lead, tables=(_table(older, digest),), size=size, fold=longer)
    after = (longer,) if older else ()
    return Section(name, title, lead, tables=(_table(fresh, digest),), after=after, size=size)


def gone_news(digest: Digest) -> list[str]:
    """One sentence on the surest of the themes that went away since the week before; none without any."""
    fresh = [theme for theme in digest.gone_themes if theme.is_new]
    if not fresh:
        return []
    top, rest = fresh[0], len(fresh) - 1
    who = f"{top.authors:,} {noun(digest.coverage.counted, top.authors)}" if top.authors else "nobody"
    usual = f"{number(top.usual.value)} ({span(max(0.0, top.usual.low), top.usual.high)})"
    more = f"; {rest:,} more went away" if rest else ""
    return [f"{quoted(top.label)} went away: raised by {who} in {count(top.weeks, 'week')}, usually by {usual}{more}."]


def _longer(older: list[GoneTheme]) -> str:
    named = [quoted(theme.label, 50) for theme in older[:MOST_OLDER]]
    rest = len(older) - len(named)
    return f"Gone for longer: {listed([*named, f'{rest} more'] if rest else named)}." if older else ""


def _table(told: list[GoneTheme], digest: Digest) -> Table:
    counted, weeks = digest.coverage.counted, count(told[0].weeks, "week")
    rows = tuple(
        (
            clip(theme.label, 80),
            f"{theme.authors:,} of {theme.of:,}",
            f"{number(theme.usual.value)} ({span(max(0.0, theme.usual.low), theme.usual.high)})",
            _last(theme, digest),
        )
        for theme in told
    )
    return Table(
        f"{counted.capitalize()} over the last {weeks}, each week counted for itself",
        ("Theme", "Now", "Usual", "Last raised"),
        rows,
        sparks=tuple(spark(theme.weekly, counted) for theme in told),
        texts=(3,),
        marks=tuple(_mark(theme) for theme in told),
        mark_head="What it was",
    )


def _last(theme: GoneTheme, digest: Digest) -> str:
    return week_words(theme.last_week, digest).removeprefix("the ") if theme.last_week else "not in these weeks"


def _mark(theme: GoneTheme) -> Mark:
    """Good where complaints went, bad where praise did."""
    words = {"pain": ("a complaint", "good"), "praise": ("praise", "bad")}.get(theme.mood, ("neither", "flat"))
    return Mark("▽", f"{'nobody now' if not theme.authors else 'fewer'}; {words[0]}", words[1])
