"""The page around its sections: header, score tiles, and the footer that accounts for every record."""

from __future__ import annotations

from reports.audiences import AUDIENCE_PAGES
from reports.digest import Digest
from reports.page.parts import Fact, Page, Section, Table, sentence
from reports.page.tiles import tiles
from reports.page.tone import tone_lines
from reports.wording.figures import count, date, is_known, listed, percent, shown, zone

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
        tiles=tiles(digest),
        sections=sections,
        not_read=tuple(Fact(shown(entry.reason), f"{entry.n:,}") for entry in digest.not_read if entry.n),
        all_read=_all_read(digest),
        sources=_sources(digest),
        accounting=_accounting(digest),
        tone=tone_lines(digest),
        missing=_missing(digest, sections),
        methods=methods,
        provenance=_provenance(digest),
        explorer=f"Explore all {count(digest.coverage.with_text, 'comment')}" if digest.explorer else "",
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
    """Absent sections whose reason is not yet told in its own place; those of one reason together."""
    told = {entry.reason for entry in sections if entry.reason}
    named: dict[str, list[str]] = {}
    for entry in digest.absent:
        why = sentence(entry.reason)
        # What is watched, and that nothing was unusual, stands in the section on alerts.
        if why not in told and not (entry.section == "alerts" and digest.watch is not None):
            named.setdefault(why, []).append(shown(entry.section).replace("_", " "))
    return tuple(Fact(listed(names).capitalize(), why) for why, names in named.items())


def _provenance(digest: Digest) -> str:
    made = digest.generated_from
    models = ", ".join(f"{shown(name)} {shown(version)}" for name, version in sorted(made.models.items()))
    parts = [
        f"Revision {digest.revision}",
        f"rows {shown(made.fingerprint)[:12]}",
        f"theme registry {made.registry_version}",
    ]
    return " · ".join([*parts, models] if models else parts)
