"""Tables on scores: their values, what drives them, why they moved, how groups differ, and what releases changed."""

from __future__ import annotations

from collections.abc import Iterator

from groundswell.findings import ScoreSummary
from reports.digest import Digest
from reports.formats.tidy.parts import Datum, Keys, Record, Sheet, datum, ranged, text
from reports.wording.figures import is_known

__all__ = ["score_data", "score_sheets"]

SCORE = (("metric", "Metric"), ("source", "Source"))


def score_sheets(digest: Digest) -> Iterator[Sheet]:
    """The sheets that this digest fills, in the order of digest.json."""
    scores = tuple(Record(Keys(source=score.source, metric=score.metric), score_data(score)) for score in digest.scores)
    yield Sheet("scores", "Scores", "Each score of each source, and its change.", SCORE, scores)
    yield _drivers(digest)
    yield _moves(digest)
    yield _parts(digest)
    yield _segment_scores(digest)
    yield _releases(digest)


def score_data(score: ScoreSummary) -> tuple[Datum, ...]:
    """A score with its interval and its change; why it is not there, where it is not."""
    known = is_known(score.value)
    return (
        *((Datum("score", score.value, "score", score.low, score.high, score.n),) if known else ()),
        *(() if known else datum("answers", score.n, "count")),
        *text("unit", score.unit),
        *(
            (Datum("change", score.change, "points", score.change_low, score.change_high),)
            if is_known(score.change)
            else ()
        ),
        *text("why there is no score", score.reason),
        *text("why there is no change", score.change_reason),
    )


def _drivers(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(driver.theme_id or "", driver.label, driver.source, driver.metric, driver.mood),
            (
                *ranged("share of the score", driver.share, "points", driver.n),
                *datum("score of all answers with text", driver.score, "score", driver.of),
                *datum("score of those without", driver.reference, "score"),
                *text("method", driver.method),
            ),
        )
        for driver in digest.score_drivers
    )
    about = "What complaints about a theme cost a score, or praise wins it: the parts of one score add up."
    heads = (*SCORE, ("group", "Kind"), ("id", "Theme id"), ("label", "Theme"))
    return Sheet("score_drivers", "What drives scores", about, heads, records)


def _moves(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(source=move.source, metric=move.metric),
            (
                *datum("before", move.before, "score", move.n_before),
                *datum("now", move.now, "score", move.n),
                *_change(move.now - move.before, move.change_low, move.change_high),
            ),
        )
        for move in digest.score_moves
    )
    about = "Scores of those who wrote a text, in the period before and now."
    return Sheet("score_moves", "Why scores moved", about, SCORE, records)


def _change(value: float, low: float | None, high: float | None) -> tuple[Datum, ...]:
    """A difference that digest.json has only as its two ends."""
    return (Datum("change", float(f"{value:.6g}"), "points", low, high),)


def _parts(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(part.theme_id or "", part.label, move.source, move.metric),
            (
                *datum("by how many raise it", part.mix, "points"),
                *datum("by how they score", part.rate, "points"),
                Datum("together", float(f"{part.mix + part.rate:.6g}"), "points", part.low, part.high),
            ),
        )
        for move in digest.score_moves
        for part in move.parts
    )
    about = "Each theme's part in a score's move; the parts of one score add up to its change."
    heads = (*SCORE, ("id", "Theme id"), ("label", "Theme"))
    return Sheet("score_move_parts", "Parts of the moves", about, heads, records)


def _segment_scores(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys("", "", found.source, found.metric, f"{found.segment}: {found.value}"),
            (
                *ranged("score", found.score, "score", found.n),
                *datum("score elsewhere", found.elsewhere, "score"),
                *ranged("difference", found.difference, "points"),
                *datum("p", found.p_value, "p"),
                *text("beyond chance", "yes" if found.significant else "no"),
                *text("notes", found.notes),
            ),
        )
        for found in digest.segment_scores
    )
    heads = (("group", "Group"), *SCORE)
    return Sheet("segment_scores", "Groups and scores", "Scores of groups beside the rest.", heads, records)


def _releases(digest: Digest) -> Sheet:
    records = tuple(
        Record(
            Keys(effect.theme_id, effect.label, effect.source, "", effect.release),
            (
                *text("since", effect.since),
                *datum("authors", effect.authors, "count", effect.of),
                *datum("share since", effect.share, "share", effect.of),
                *datum("share before", effect.share_before, "share", effect.of_before),
                *ranged("difference", effect.difference, "points of share"),
                *datum("p", effect.p_value, "p"),
                *text("beyond chance", "yes" if effect.significant else "no"),
                *text("kind", effect.mood),
                *datum("themes compared", effect.compared, "count"),
                *text("notes", effect.notes),
            ),
        )
        for effect in digest.releases
    )
    heads = (("group", "Release"), ("source", "Source"), ("id", "Theme id"), ("label", "Theme"))
    return Sheet("releases", "Releases", "Themes before and since a release.", heads, records)
