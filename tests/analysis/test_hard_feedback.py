"""All findings of feedback that lacks something: what cannot be had is absent, and nothing is NaN or breaks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta

import pandas as pd
import pytest

from analysis.findings.everything import find_everything
from analysis.scope.periods import choose_period
from benchmarks.statistics_frames import END, Frames, invent_frames
from groundswell.findings import Findings
from groundswell.frames import segment_columns

SECTIONS = ("scores", "pain_points", "praise", "alerts", "score_drivers", "score_moves", "segments", "releases")


@pytest.fixture(scope="module")
def frames() -> Frames:
    """14 weeks of about 60 records with everything that a store can hold."""
    return invent_frames(2_310, weeks=14, themes=8)


def found_in(frames: Frames, length: str) -> Findings:
    """The findings of the last period of that length."""
    dated = frames.feedback["occurred_at"].notna().any()
    span = choose_period(frames.feedback, END if dated else None, length=length)
    return find_everything(frames.feedback, frames.clauses, frames.comments, frames.themes, span)


def not_numbers(value: object, place: str = "") -> Iterator[str]:
    """The places of figures that are NaN or infinite; a net sentiment of which nothing is known may be NaN."""
    if is_dataclass(value):
        for field in fields(value):
            if field.name != "net_sentiment":
                yield from not_numbers(getattr(value, field.name), f"{place}.{field.name}")
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from not_numbers(entry, f"{place}[{key}]")
    elif isinstance(value, list | tuple):
        for number, entry in enumerate(value):
            yield from not_numbers(entry, f"{place}[{number}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{place} = {value}"


def with_feedback(frames: Frames, **columns: object) -> Frames:
    """The same with other columns of feedback."""
    return replace(frames, feedback=frames.feedback.assign(**columns))


def without_scores(frames: Frames) -> Frames:
    """Nobody gave a score."""
    nothing = dict.fromkeys(("score", "score_low", "score_high", "score_scaled"), float("nan"))
    return with_feedback(frames, metric=None, **nothing)


def one_author(frames: Frames) -> Frames:
    """One customer wrote all of it."""
    return with_feedback(frames, author="a1")


def no_authors(frames: Frames) -> Frames:
    """Nobody is known."""
    return with_feedback(frames, author=None)


def one_week(frames: Frames) -> Frames:
    """All of it was written in the last week."""
    at = pd.Timestamp(END) - pd.to_timedelta(range(1, len(frames.feedback) + 1), unit="min")
    return with_feedback(
        frames, occurred_at=pd.Series(at).dt.as_unit("us").where(lambda t: t > END - timedelta(days=7))
    )


def equal_scores(frames: Frames) -> Frames:
    """Everybody gave the best score."""
    return with_feedback(frames, score=frames.feedback["score_high"], score_scaled=1.0)


def one_theme(frames: Frames) -> Frames:
    """Every comment raises the same theme, and no other."""
    clauses = frames.clauses.assign(theme_id="theme-000", sub_theme_id=None, similarity=0.8, contentless=False)
    return replace(frames, clauses=clauses)


def no_themes(frames: Frames) -> Frames:
    """No clause has a theme, and no theme is known."""
    clauses = frames.clauses.assign(theme_id=None, sub_theme_id=None, similarity=float("nan"))
    return replace(frames, clauses=clauses, themes=frames.themes.iloc[:0])


def empty_segments(frames: Frames) -> Frames:
    """Segments are mapped, and hardly any record has one."""
    columns = segment_columns(frames.feedback.columns)
    first = frames.feedback.index < 3
    return with_feedback(frames, **{name: frames.feedback[name].where(first, None) for name in columns})


def unscored(frames: Frames) -> Frames:
    """Nobody can read the language."""
    tone = {"sentiment": float("nan"), "label": "unscored", "language": "xx", "signals": ""}
    comments = frames.comments.assign(sentiment=float("nan"), label="unscored", language="xx")
    return replace(frames, clauses=frames.clauses.assign(**tone), comments=comments)


def undated(frames: Frames) -> Frames:
    """Nothing has a date."""
    return frames.undated()


def a_handful(frames: Frames) -> Frames:
    """There are eight records."""
    feedback = frames.feedback.iloc[:8]
    clauses, comments = (
        one[one["feedback_id"].isin(feedback["feedback_id"])].reset_index(drop=True)
        for one in (frames.clauses, frames.comments)
    )
    return replace(frames, feedback=feedback, clauses=clauses, comments=comments)


def no_text(frames: Frames) -> Frames:
    """Scores alone: nobody wrote a word."""
    comments = frames.comments.assign(sentiment=float("nan"), label="empty", language="und")
    bare = with_feedback(frames, text="")
    return replace(bare, clauses=frames.clauses.iloc[:0], comments=comments)


HARD = (
    without_scores,
    one_author,
    no_authors,
    one_week,
    equal_scores,
    one_theme,
    no_themes,
    empty_segments,
    unscored,
    undated,
    a_handful,
    no_text,
)


@pytest.mark.parametrize("hard", HARD, ids=lambda hard: hard.__name__)
def test_what_is_missing_is_absent_with_its_reason(frames: Frames, hard: Callable[[Frames], Frames]) -> None:
    """No figure of the last week is NaN or infinite, and each empty section says why."""
    found = found_in(hard(frames), "week")
    assert list(not_numbers(found)) == []
    absent = {entry.section: entry.reason for entry in found.absent}
    for section in SECTIONS:
        assert getattr(found, section) or absent.get(section), section


def test_everything_is_said_of_feedback_that_lacks_nothing() -> None:
    """Such frames as they are, of a quarter, have scores, pain points, service levels and weeks to watch."""
    found = found_in(invent_frames(3_300, weeks=20, themes=8), "quarter")
    assert found.scores and found.pain_points and found.service_levels and found.volumes
    assert found.watch is not None and found.watch.weeks > 8 and list(not_numbers(found)) == []


def test_the_same_rows_give_the_same_findings(frames: Frames) -> None:
    """Found twice, everything is the same to the last bit (law 5)."""
    assert repr(found_in(frames, "week")) == repr(found_in(frames, "week"))
