"""Tables on what the figures rest on: sources, coverage, the accounting of loads, how the tone was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.digest import Digest
from reports.formats.tidy.parts import Datum, Keys, Record, Sheet, datum, text

__all__ = ["ground_sheets"]

WHAT = (("group", "What"), ("label", "Of"))


def ground_sheets(digest: Digest) -> Iterator[Sheet]:
    """The sheets that this digest fills."""
    yield _sources(digest)
    yield _coverage(digest)
    yield _quality(digest)
    yield _sentiment(digest)
    absent = tuple(Record(Keys(label=entry.section), text("reason", entry.reason)) for entry in digest.absent)
    yield Sheet("absent", "Not known", "What this digest cannot say, and why.", (("label", "Section"),), absent)


def _sources(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(source=source.name, group=source.kind),
            (
                *datum("feedback", source.feedback, "count"),
                *datum("authors", source.authors, "count"),
                *text("last record", source.last_record_at),
                *text("behind", "yes" if source.stale else "no"),
            ),
        )
        for source in digest.sources
    )
    heads = (("source", "Source"), ("group", "Kind"))
    return Sheet("sources", "Sources", "How much came from where, and how late it is.", heads, records)


def _coverage(digest: Digest) -> Sheet:
    seen = digest.coverage
    whole = {
        "feedback": seen.feedback,
        "with text": seen.with_text,
        "scored": seen.scored,
        "clauses": seen.clauses,
        "clauses that name nothing": seen.contentless,
        "near duplicates": seen.near_duplicates,
        "templates": seen.templates,
    }
    unread = {entry.reason: entry.n for entry in digest.not_read}
    unassigned = datum("share", seen.unassigned_share, "share")
    rest = (Record(Keys(label="clauses without a theme", group="coverage"), unassigned),) if unassigned else ()
    records = (
        *_counts("coverage", whole),
        *_counts("language", seen.languages),
        *_counts("not read", unread),
        *rest,
        Record(Keys(label="what authors are here", group="coverage"), text("counted", seen.counted)),
    )
    return Sheet("coverage", "Coverage", "How much of the text the figures rest on.", WHAT, records)


def _counts(group: str, of: Mapping[str, int]) -> Iterator[Record]:
    return (Record(Keys(label=name, group=group), datum("count", n, "count")) for name, n in of.items())


def _quality(digest: Digest) -> Sheet:
    quality = digest.quality
    read = {
        "new": quality.new,
        "changed": quality.changed,
        "unchanged": quality.unchanged,
        "quarantined": quality.quarantined,
    }
    warned = (Record(Keys(label=line, group="warning"), ()) for line in quality.warnings)
    records = (*_counts("records", read), *_counts("skipped", quality.skipped), *warned)
    return Sheet("quality", "Accounting", "What became of every record that was read.", WHAT, records)


def _sentiment(digest: Digest) -> Sheet:
    read = digest.sentiment
    heads = (("source", "Source"), ("group", "Model"))
    about = "Which model read the tone of each source, and how well it does there."
    if read is None:
        return Sheet("sentiment", "How tone was read", about, heads)
    records = []
    for source in read.sources:
        data = (
            *datum("ratings read", source.ratings, "count"),
            *datum("rated comments checked", source.checked, "count"),
            *datum("precision of negative", source.precision, "share"),
            *datum("recall of negative", source.recall, "share"),
            *datum("AUC", source.auc, "ratio"),
            *datum("calibration error", source.calibration_error, "ratio"),
            *text("note", source.note),
        )
        records.append(Record(Keys(source=source.source, group=source.model), data))
    words: tuple[Datum, ...] = (
        *text("heaviest unhappy words", read.words_negative),
        *text("heaviest happy words", read.words_positive),
    )
    if words:
        records.append(Record(Keys(group="all models"), words))
    return Sheet("sentiment", "How tone was read", about, heads, tuple(records))
