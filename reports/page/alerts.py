"""The section on what is unusual: which themes more people raise than is usual, since when, and which calmed down."""

from __future__ import annotations

from groundswell.findings import Alert, Finding
from reports.digest import Digest
from reports.page.parts import Entry, Fact, Mark, Section, Table, counted_of, sentence
from reports.page.pictures import alert_trends
from reports.page.quotes import BRIEF_LIMIT, quote
from reports.wording.alerts import (
    RAISED,
    by_weight,
    is_newly,
    leaders,
    others_of_event,
    release_name,
    usual_words,
)
from reports.wording.changes import times
from reports.wording.figures import clip, count, is_known, listed, percent, quoted, shown
from reports.wording.weeks import in_last_week, since_week, week_words

__all__ = ["alert_mark", "alerts", "finding_alert"]

MOST_TOLD, MOST_CALM, MOST_STILL, MOST_DRAWN = 5, 6, 8, 6
STATES = {
    "open": ("▲", "new"),
    "re-opened": ("▲", "back again"),
    "updated": ("▲", "still on"),
    "quiet": ("▽", "back in its usual range"),
    "closed": ("✓", "closed: usual again"),
}
KINDS = {"surge": "", "drift": "slow growth", "new": "not there before", "release": ""}


def alerts(digest: Digest, name: str, title: str) -> Section | None:
    """The alerts that stand, one entry for each event, and a line on those that calmed down.

    Where nothing is watched the section is the reason; None where the digest was frozen before alerts were raised.
    """
    watch = digest.watch
    if watch is None:
        return None
    if watch.reason:
        return Section(name, title, reason=sentence(watch.reason))
    standing = [alert for alert in leaders(digest.alerts) if alert.state in RAISED]
    calm = [alert for alert in by_weight(digest.alerts) if alert.state not in RAISED]
    after = (*_calm(calm, digest), *map(sentence, watch.notes))
    if not standing:
        what = "No praise" if digest.audience == "marketing" else "Nothing"
        return Section(name, title, after=after, fold=f"{what} is unusual {in_last_week(digest)}.")
    fresh = [alert for alert in standing if is_newly(alert, digest)]
    still = [alert for alert in standing if not is_newly(alert, digest)]
    return Section(
        name,
        title,
        entries=tuple(_entry(alert, digest) for alert in fresh[:MOST_TOLD]),
        tables=_still(still, digest),
        # The product page draws them among all themes over time.
        pictures=() if digest.trends else alert_trends([*fresh, *still][:MOST_DRAWN], digest),
        after=(*_more(fresh[MOST_TOLD:]), *after),
        size=count(len(standing), "alert"),
    )


def _still(still: list[Alert], digest: Digest) -> tuple[Table, ...]:
    """A row for each alert that was told before, and stands."""
    if not still:
        return ()
    told, rest = still[:MOST_STILL], len(still) - MOST_STILL
    rows = tuple(
        (
            clip(alert.label, 80),
            f"{counted_of(alert.authors, alert.of, digest.coverage.counted)}"
            f"{f' ({percent(alert.authors / alert.of)})' if alert.of else ''}"
            f"{' since then' if alert.kind == 'release' else ''}",
            usual_words(alert.usual) if alert.kind != "new" else "–",
            clip(alert.owner, 40) if alert.owner else "–",
        )
        for alert in told
    )
    more = f"; {count(rest, 'more is', 'more are')} not listed" if rest > 0 else ""
    head = ("Theme", "Now", "Usual", "Owner")
    width = 4 if any(alert.owner for alert in told) else 3
    marks = tuple(alert_mark(alert, digest) for alert in told)
    kept = tuple(row[:width] for row in rows)
    return (Table(f"Told before, and still on{more}", head[:width], kept, texts=(3,), marks=marks, mark_head="Alert"),)


def _more(rest: list[Alert]) -> list[str]:
    return [f"Unusual as well: {listed([quoted(alert.label, 50) for alert in rest])}."] if rest else []


def _calm(calm: list[Alert], digest: Digest) -> list[str]:
    """One line on the alerts that stand no more, the newest first."""
    if not calm:
        return []
    named = [f"{quoted(alert.label, 50)} ({_how_calm(alert, digest)})" for alert in calm[:MOST_CALM]]
    rest = len(calm) - len(named)
    return [f"Calmed down: {listed([*named, f'{rest} more'] if rest else named)}."]


def _how_calm(alert: Alert, digest: Digest) -> str:
    if alert.gone:
        return f"closed: {clip(alert.gone, 80)}"
    return f"{STATES[alert.state][1]}; last above it in {week_words(alert.last_week, digest)}"


def _entry(alert: Alert, digest: Digest) -> Entry:
    return Entry(
        rank="",
        label=clip(alert.label, 120),
        marks=(alert_mark(alert, digest),),
        facts=_facts(alert, digest),
        quotes=tuple(quote(v, digest, limit=BRIEF_LIMIT) for v in alert.verbatims[:1]),
        small=_small(alert, digest),
        brief=True,
    )


def alert_mark(alert: Alert, digest: Digest) -> Mark:
    """Where an alert stands: "alert, new: since the week of 9 Nov"; red where those above the usual number complain."""
    symbol, state = STATES[alert.state]
    if alert.state == "updated" and is_newly(alert, digest):
        state = "new"
    if alert.state not in RAISED:
        return Mark(symbol, f"alert, {state}", "flat")
    kind = f", {KINDS[alert.kind]}" if KINDS[alert.kind] else ""
    tone = {"pain": "bad", "praise": "good"}.get(alert.mood, "new")
    return Mark(symbol, f"alert, {state}{kind}{_since(alert, digest)}", tone)


def _since(alert: Alert, digest: Digest) -> str:
    """ ": since the week of 12 Oct, told in 3 weeks"; nothing where it is this week alone.

    An alert may be told later than its first unusual week: the weeks since then are not those in which it was told.
    """
    since = since_week(alert.since, digest)
    if alert.kind == "release":
        since = f"since {release_name(alert)}"
    if not since:
        return ""
    return f": {since}, told in {alert.weeks:,} weeks" if alert.weeks > 1 else f", {since}"


def _facts(alert: Alert, digest: Digest) -> tuple[Fact, ...]:
    counted = digest.coverage.counted
    share = percent(alert.authors / alert.of) if alert.of else ""
    when = "Since then" if alert.kind == "release" else in_last_week(digest).capitalize()
    facts = [Fact(when, counted_of(alert.authors, alert.of, counted), share)]
    if alert.kind != "new" and is_known(alert.usual.value):
        usual, _, ends = usual_words(alert.usual).partition(" (")
        # Beside next to nobody a ratio says nothing: "205 times as many" as 0.2.
        told = alert.ratio is not None and is_known(alert.ratio) and alert.usual.value >= 1
        ratio = alert.ratio if told else None
        ends = f"({ends}" if ends else ""
        facts.append(Fact("Usual", usual, f"{ends} · now {times(ratio)} as many" if ratio else ends))
    if len(alert.by_source) > 1:
        parts = sorted(alert.by_source.items(), key=lambda pair: (-pair[1], pair[0]))
        facts.append(Fact("From", " · ".join(f"{clip(name, 30)} {n:,}" for name, n in parts[:3])))
    return tuple(facts)


def _small(alert: Alert, digest: Digest) -> str:
    parts = [f"Owner: {shown(alert.owner)}"] if alert.owner else []
    if alert.version:
        parts.append(f"Complained of more often on {clip(alert.version, 60)}")
    same = others_of_event(alert, digest.alerts)
    if same:
        names = [f"{quoted(other.label, 50)} ({other.authors:,}, usually {usual_words(other.usual)})" for other in same]
        parts.append(f"One event with {listed(names)}: mostly the same people, or the same words")
    return " · ".join(parts)


def finding_alert(finding: Finding, digest: Digest) -> Alert | None:
    """The alert that a ranked theme stands under, if it does."""
    return next((a for a in digest.alerts if a.alert_id == finding.alert_id), None) if finding.alert_id else None
