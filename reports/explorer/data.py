"""The explorer's data as the page reads them, and as they are frozen: columns of names, numbers and texts."""

from __future__ import annotations

import json
from typing import Any

from groundswell.explorer_findings import Explorer, ExplorerClauses, ExplorerComments, ExplorerTheme
from groundswell.findings import Alert, Impact, Interval
from reports.explorer.columns import pack
from reports.explorer.offsets import for_browser, gaps_of
from reports.wording.alerts import RAISED, release_name, usual_words
from reports.wording.changes import change_words, is_news
from reports.wording.figures import clip, count, impact_text, is_known, listed, noun, percent, shown, signed, span

__all__ = ["VERSION", "explorer_json"]

VERSION = 1  # of the form of the data
Fact = tuple[str, str, str]


def explorer_json(explorer: Explorer) -> str:
    """The data as JSON text, keys in a fixed order; the same explorer gives the same bytes.

    Offsets of clauses count UTF-16 units, as a browser does; texts are without characters that a reader cannot see.
    """
    return json.dumps(_plain(explorer), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _plain(explorer: Explorer) -> dict[str, Any]:
    names = _week_names(explorer)
    place = {theme.theme_id: number for number, theme in enumerate(explorer.themes)}
    return {
        "version": VERSION,
        "fingerprint": explorer.fingerprint,
        "period": shown(explorer.period.label),
        "counted": explorer.counted,
        "people": explorer.people,
        "withText": explorer.with_text,
        "kept": len(explorer.comments.text),
        "leftOut": [shown(name) for name in explorer.left_out],
        "weekNames": names,
        "weekOf": _everybody(explorer),
        "periodWeeks": sorted(set(explorer.weeks.values())),
        "weeks": dict(sorted(explorer.weeks.items())),
        "themes": [_theme(theme, explorer, place) for theme in explorer.themes],
        **_columns(explorer.comments, explorer.clauses),
    }


def _columns(comments: ExplorerComments, clauses: ExplorerClauses) -> dict[str, Any]:
    """What is told of each comment and of each clause."""
    texts, starts, ends = for_browser(comments.text, comments.clauses, clauses.start, clauses.end)
    return {
        "facets": [
            {"name": shown(f.name), "values": [clip(value, 80) for value in f.values], "of": pack(f.of)}
            for f in comments.facets
        ],
        "comments": {
            "id": list(comments.feedback_id),
            "reference": [clip(reference, 60) for reference in comments.reference],
            "text": texts,
            "who": pack(comments.who),
            "clauses": pack(comments.clauses),
        },
        "clauses": {
            # From the end of the clause before it in its comment, and how long it is: small numbers.
            "gap": pack(gaps_of(comments.clauses, starts, ends)),
            "length": pack([end - start for start, end in zip(starts, ends, strict=True)]),
            "theme": pack(clauses.theme),
            "sub": pack(clauses.sub_theme),
            "mood": pack(clauses.mood),
            "tone": pack(clauses.tone),
        },
    }


def _week_names(explorer: Explorer) -> list[str]:
    return next(([week.week for week in theme.weekly] for theme in explorer.themes if theme.weekly), [])


def _everybody(explorer: Explorer) -> list[int]:
    return next(([week.of for week in theme.weekly] for theme in explorer.themes if theme.weekly), [])


def _theme(theme: ExplorerTheme, explorer: Explorer, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": theme.theme_id,
        "label": clip(theme.label, 120),
        "parent": -1 if theme.parent is None else place.get(theme.parent, -1),
        "authors": theme.authors,
        "mentions": theme.mentions,
        "isNew": theme.is_new,
        "keywords": [shown(word) for word in theme.keywords],
        "weekly": [week.authors for week in theme.weekly],
        "facts": [list(fact) for fact in _facts(theme, explorer)],
    }


def _facts(theme: ExplorerTheme, explorer: Explorer) -> list[Fact]:
    """What the page says of an open theme, in the words of the digest: name, value, note."""
    people = f"{theme.authors:,} of {explorer.people:,} {noun(explorer.counted, explorer.people)}"
    share = percent(theme.authors / explorer.people)
    how = "by" if explorer.counted.startswith("authors") else "in"
    facts = [(f"Written about {how}", people, f"({share}, {count(theme.mentions, 'mention')})")]
    said = ((f"Complained of {how}", theme.complain), (f"Praised {how}", theme.praise))
    facts += [(name, f"{n:,} {noun(explorer.counted, n)}", "") for name, n in said if n]
    facts += [("Tone", *_tone(theme.net_sentiment))] if theme.net_sentiment else []
    standing = [alert for alert in theme.alerts if alert.state in RAISED]
    facts += [("Alert", *_alert(alert)) for alert in standing]
    if theme.change is not None and is_news(theme.change):
        facts.append(("Changed", change_words(theme.change), ""))
    elif theme.change is not None and not standing:  # an alert says the same of a longer time, and more surely
        facts.append(("Changed", f"no clear change since {theme.change.baseline_label}", ""))
    facts += [_impact(effect) for effect in theme.impact]
    facts += [
        (name, shown(value), "") for name, value in (("Stage", theme.journey_stage), ("Owner", theme.owner)) if value
    ]
    facts += [("Words", listed([shown(word) for word in theme.keywords[:6]]), "")] if theme.keywords else []
    return facts


def _alert(alert: Alert) -> tuple[str, str]:
    """What is unusual and since when, and beside what."""
    if alert.kind == "release":
        said = f"worse since {release_name(alert)}"
    else:
        said = f"{'new' if alert.kind == 'new' else 'unusual'} since {alert.since}"
    usual = f"({alert.authors:,}, usual {usual_words(alert.usual)})" if is_known(alert.usual.value) else ""
    return f"{said}, praise" if alert.mood == "praise" else said, usual


def _tone(tone: Interval) -> tuple[str, str]:
    return signed(tone.value, 2), f"({span(tone.low, tone.high, 2, sign=True)})"


def _impact(effect: Impact) -> Fact:
    value, _, ends = impact_text(effect).partition(" (")
    return "Goes with", f"{value}, {shown(effect.source)}", f"({ends}"
