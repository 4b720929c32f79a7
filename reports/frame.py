"""The page around its sections: header, score tiles, and the footer that accounts for every record."""

from __future__ import annotations

from groundswell.findings import ScoreSummary
from reports.audiences import AUDIENCE_PAGES
from reports.digest import Digest
from reports.figures import (
    count,
    date,
    impact_decimals,
    is_known,
    metric_name,
    percent,
    score_decimals,
    score_text,
    shown,
    signed,
    span,
    zone,
)
from reports.page import Fact, Mark, Page, Section, Table, Tile, sentence
from reports.tone import tone_lines

__all__ = ["frame_of"]


def frame_of(digest: Digest, sections: tuple[Section, ...], methods: tuple[str, ...]) -> Page:
    """The page around the sections: header, tiles, footer."""
    spec = AUDIENCE_PAGES[digest.audience]
    heading = shown(digest.title).removesuffix(shown(digest.period.label)).rstrip(": ")
    return Page(
        audience=digest.audience,
        reader=spec.reader,
        title=shown(digest.title),
        heading=heading,
        period=shown(digest.period.label),
        period_note=sentence(digest.period.reason),
        intro=spec.intro,
        coverage=_coverage_line(digest),
        notices=(*_stale(digest), *(Fact("Check", sentence(warning)) for warning in _of_loads(digest))),
        news=sentence(digest.headline[0]) if digest.headline else "",
        more=tuple(sentence(s) for s in digest.headline[1:]),
        tiles=tuple(_tile(score, digest) for score in digest.scores),
        sections=sections,
        not_read=tuple(Fact(shown(entry.reason), f"{entry.n:,}") for entry in digest.not_read if entry.n),
        all_read=_all_read(digest),
        sources=_sources(digest),
        accounting=_accounting(digest),
        tone=tone_lines(digest),
        missing=_missing(digest, sections),
        methods=methods,
        provenance=_provenance(digest),
    )


def _coverage_line(digest: Digest) -> str:
    seen = digest.coverage
    parts = [count(seen.feedback, "piece of feedback", "pieces of feedback"), f"{seen.with_text:,} with text"]
    known = [source.authors for source in digest.sources]
    if len(known) == 1 and known[0] is not None:
        parts.append(count(known[0], "author"))
    parts.append(count(len(digest.sources), "source"))
    if is_known(seen.unassigned_share):
        parts.append(f"{percent(1 - (seen.unassigned_share or 0.0))} of clauses assigned to a theme")
    return " · ".join(parts)


def _stale(digest: Digest) -> tuple[Fact, ...]:
    where, notices = zone(digest.period), list[Fact]()
    for source in digest.sources:
        if not source.stale:
            continue
        last = f"last record {date(source.last_record_at, where)}" if source.last_record_at else "no dated record"
        age = ""
        if source.last_record_at and digest.period.end and source.last_record_at < digest.period.end:
            age = f", {count((digest.period.end - source.last_record_at).days, 'day')} before the period's end"
        text = f"{shown(source.name)}, {last}{age}. Its figures may be too low."
        notices.append(Fact("Behind", text))
    return tuple(notices)


def _of_loads(digest: Digest) -> tuple[str, ...]:
    """What the batch checks said of the loads behind the digest: each begins with the name of its source."""
    sources = tuple(f"{source.name}: " for source in digest.sources)
    return tuple(warning for warning in digest.quality.warnings if warning.startswith(sources))


def _tile(score: ScoreSummary, digest: Digest) -> Tile:
    several = len({s.source for s in digest.scores}) > 1
    name = f"{metric_name(score.metric)}, {shown(score.source)}" if several else metric_name(score.metric)
    basis = count(score.n, "answer")
    if not is_known(score.value):
        return Tile(name, "not shown", "", None, sentence(score.reason or "no score could be computed"))
    decimals = score_decimals(score.metric)
    ends = (
        f"95 % interval {span(score.low, score.high, decimals)}"
        if score.low is not None and score.high is not None
        else ""
    )
    return Tile(name, score_text(score), ends, _score_mark(score, digest.period.before), basis)


def _score_mark(score: ScoreSummary, before: str) -> Mark | None:
    change, low, high = score.change, score.change_low, score.change_high
    if change is None or not is_known(change):
        return None
    decimals = impact_decimals(score.metric)
    if low is None or high is None:
        return Mark("±", f"{signed(change, decimals)} against {before}", "flat")
    ends = span(low, high, decimals, sign=True)
    if low <= 0 <= high:
        return Mark("=", f"no clear change ({ends})", "flat")
    symbol, tone = ("▲", "good") if change > 0 else ("▼", "bad")
    return Mark(symbol, f"{signed(change, decimals)} ({ends}) against {before}", tone)


def _all_read(digest: Digest) -> str:
    rest = digest.coverage.with_text - digest.coverage.scored
    if rest <= 0:
        return "Every text was read."
    return f"{count(rest, 'text')} could not be scored for tone; no reason is recorded."


def _sources(digest: Digest) -> Table:
    where = zone(digest.period)
    rows = tuple(
        (
            shown(source.name),
            source.kind,
            f"{source.feedback:,}",
            f"{source.authors:,}" if source.authors is not None else "not known",
            date(source.last_record_at, where) + (" (behind)" if source.stale else ""),
        )
        for source in digest.sources
    )
    return Table("Sources", ("Source", "Kind", "Feedback", "Authors", "Last record"), rows, texts=(1,))


def _accounting(digest: Digest) -> tuple[str, ...]:
    quality = digest.quality
    skipped = ", ".join(f"{n:,} {shown(why)}" for why, n in sorted(quality.skipped.items()) if n)
    total = quality.new + quality.changed + quality.unchanged + quality.quarantined + sum(quality.skipped.values())
    line = (
        f"The loads behind this page read {count(total, 'record')}: {quality.new:,} new, {quality.changed:,} changed, "
        f"{quality.unchanged:,} unchanged, {quality.quarantined:,} in quarantine, "
        f"{sum(quality.skipped.values()):,} skipped"
    )
    seen = digest.coverage
    tongues = sorted(seen.languages.items(), key=lambda pair: (-pair[1], pair[0]))
    spoken = ", ".join(f"{shown(code)} {n:,}" for code, n in tongues)
    text = (
        f"{count(seen.with_text, 'text')} gave {count(seen.clauses, 'clause')}, "
        f"{seen.contentless:,} of them naming nothing; {count(seen.scored, 'comment')} could be scored for tone"
    )
    lines = [f"{line} ({skipped})." if skipped else f"{line}.", f"{text}."]
    if seen.near_duplicates or seen.templates:
        lines.append(
            f"{count(seen.near_duplicates, 'text')} nearly repeated another one, {seen.templates:,} were one text of "
            "several people; they are counted, but no theme was made of them."
        )
    if spoken:
        lines.append(f"Languages: {spoken}.")
    told = _of_loads(digest)
    return (*lines, *(sentence(warning) for warning in quality.warnings if warning not in told))


def _missing(digest: Digest, sections: tuple[Section, ...]) -> tuple[Fact, ...]:
    """Absent sections whose reason is not yet told in its own place."""
    told = {entry.reason for entry in sections if entry.reason}
    wanted = [entry for entry in digest.absent if sentence(entry.reason) not in told]
    return tuple(Fact(shown(entry.section).replace("_", " ").capitalize(), sentence(entry.reason)) for entry in wanted)


def _provenance(digest: Digest) -> str:
    made = digest.generated_from
    models = ", ".join(f"{shown(name)} {shown(version)}" for name, version in sorted(made.models.items()))
    parts = [
        f"Revision {digest.revision}",
        f"rows {shown(made.fingerprint)[:12]}",
        f"theme registry {made.registry_version}",
    ]
    return " · ".join([*parts, models] if models else parts)
