"""The explorer's columns: every comment of the period, counted as the digest counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pandas as pd
import pytest
from frames_for_tests import MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.findings.everything import find_everything
from analysis.findings.explorer import find_explorer
from analysis.findings.explorer_facets import MOST_VALUES
from analysis.scope.periods import Span, choose_period
from groundswell.explorer_findings import MOODS, Explorer
from groundswell.findings import Findings
from groundswell.records import Period

SUNDAY = MONDAY + timedelta(days=7)
WEEK = Span(Period("2026-W46", MONDAY, SUNDAY, "week"), Period("2026-W45", MONDAY - timedelta(days=7), MONDAY, "week"))
THEMES = theme_frame({"t1": "card never arrived", "t2": "friendly staff", "t3": "slow app", "t4": "no card at all"})
PARTS = THEMES.assign(parent=[None, None, None, "t1"])
TURNS = (("t1", "negative"), ("t2", "positive"), ("t1", "neutral"), ("t3", "negative"), (None, "neutral"))


def rated(i: int, value: int = 3) -> dict[str, object]:
    """A record of a customer who may have written before, with one to five stars."""
    scale = {"metric": "rating", "score_low": 1.0, "score_high": 5.0}
    given = {"score": float(value), "score_scaled": (value - 1) / 4}
    return {"author": f"a{i % 70}", "text": f"comment {i} says so", **scale, **given}


def frames(rows: list[dict[str, object]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Feedback and clauses of these records; each is one clause, its theme and label in turn."""
    feedback = feedback_frame(rows)
    said = feedback[feedback["text"] != ""].reset_index(drop=True)
    turns = [TURNS[i % len(TURNS)] for i in range(len(said))]
    clauses = clause_frame(said, [theme for theme, _ in turns], [label for _, label in turns])
    clauses["sub_theme_id"] = ["t4" if theme == "t1" and i % 2 else None for i, (theme, _) in enumerate(turns)]
    return feedback, clauses


@pytest.fixture(scope="module")
def findings() -> Findings:
    """What the digest says of 200 records of 70 customers."""
    feedback, clauses = frames([rated(i, 1 + i % 5) for i in range(200)])
    return find_everything(feedback, clauses, comment_frame(feedback, ["neutral"] * 200), PARTS, WEEK)


@pytest.fixture(scope="module")
def explored(findings: Findings) -> Callable[..., Explorer]:
    """Makes the explorer of any records; what it takes over from a digest are the findings of those 200."""

    def explore(rows: list[dict[str, object]], span: Span = WEEK, **more: int) -> Explorer:
        feedback, clauses = frames(rows)
        return find_explorer(feedback, clauses, PARTS, span, findings, **more)

    return explore


def recounted(explorer: Explorer, theme: str, mood: str | None = None) -> tuple[int, int]:
    """People and mentions of a theme, counted out of the columns as the page does it."""
    place = [one.theme_id for one in explorer.themes].index(theme)
    people, mentions, clause = set(), 0, 0
    columns = explorer.clauses
    for who, many in zip(explorer.comments.who, explorer.comments.clauses, strict=True):
        for c in range(clause, clause + many):
            of_mood = mood is None or MOODS[columns.mood[c]] == mood
            if of_mood and place in (columns.theme[c], columns.sub_theme[c]):
                people.add(who)
                mentions += 1
        clause += many
    return len(people), mentions


def facet(explorer: Explorer, name: str) -> list[str | None]:
    """What each comment has under that name."""
    found = next(one for one in explorer.comments.facets if one.name == name)
    return [None if place < 0 else found.values[place] for place in found.of]


def test_counts_are_those_of_the_digest(explored: Callable[..., Explorer], findings: Findings) -> None:
    """People and mentions of every theme, all tones or one, are what trends, pain points and praise of the digest say,
    and what can be counted again out of the columns."""
    explorer = explored([rated(i, 1 + i % 5) for i in range(200)])
    told = {theme.theme_id: theme for theme in explorer.themes}
    assert {trend.theme_id for trend in findings.trends} == {"t1", "t2", "t3"}
    for trend in findings.trends:
        theme = told[trend.theme_id]
        assert theme.authors == trend.authors == recounted(explorer, theme.theme_id)[0]
        assert (theme.weekly, theme.net_sentiment, theme.change) == (trend.weekly, trend.net_sentiment, trend.change)
    assert findings.pain_points and findings.praise
    for one in findings.pain_points:
        assert (one.authors, one.mentions) == recounted(explorer, one.theme_id, "pain")
        assert (one.authors, one.impact) == (told[one.theme_id].complain, told[one.theme_id].impact)
        for part in one.sub_themes:
            assert (part.authors, part.mentions) == recounted(explorer, part.theme_id, "pain")
    for one in findings.praise:
        assert (one.authors, one.mentions) == recounted(explorer, one.theme_id, "praise")
        assert one.authors == told[one.theme_id].praise
    assert (explorer.people, explorer.with_text) == (70, 200)
    assert explorer.fingerprint == findings.fingerprint


def test_comments_are_whole_and_newest_first(explored: Callable[..., Explorer]) -> None:
    """Every comment with text is there once, in its own words, the newest first; one without text is not."""
    rows = [rated(i) for i in range(60)] + [{**rated(60), "text": ""}]
    explorer = explored(rows)
    assert list(explorer.comments.text) == [f"comment {i} says so" for i in range(59, -1, -1)]
    assert sum(explorer.comments.clauses) == 60
    assert all(explorer.comments.text[i][s:e] == explorer.comments.text[i] for i, (s, e) in enumerate(spans(explorer)))


def spans(explorer: Explorer) -> list[tuple[int, int]]:
    """Start and end of each clause."""
    return list(zip(explorer.clauses.start, explorer.clauses.end, strict=True))


def test_the_newest_are_kept_where_there_are_too_many(explored: Callable[..., Explorer]) -> None:
    """Of more comments, or longer ones, than a page can hold the newest are there, and the figures of the themes are
    those of all."""
    rows = [rated(i) for i in range(80)]
    explorer = explored(rows, most=50)
    whole = explored(rows)
    assert (len(explorer.comments.text), explorer.with_text) == (50, 80)
    assert explorer.comments.text[-1] == "comment 30 says so"
    assert explorer.themes == whole.themes
    short = explored(rows, characters=5 * len("comment 79 says so") + 1)
    assert list(short.comments.text) == [f"comment {i} says so" for i in range(79, 74, -1)]
    assert (short.with_text, short.themes) == (80, whole.themes)


def test_undated_comments_have_no_days(explored: Callable[..., Explorer]) -> None:
    """Without dates there is nothing to choose by time, and of too many those nearest to a theme are kept."""
    rows = [{**rated(i), "occurred_at": None} for i in range(60)]
    span = choose_period(feedback_frame(rows), None)
    explorer = explored(rows, span, most=40)
    assert facet(explorer, "day") == [None] * 40
    assert explorer.weeks == {}
    assert all(theme.weekly == () for theme in explorer.themes)


def test_facets_tell_source_score_day_and_segments(explored: Callable[..., Explorer]) -> None:
    """Scores are in a reader's words with the worst first, days in the reader's zone, numbers in a segment in order."""
    versions = ("4.10.0", "4.9.0", None)
    rows = [{**rated(i, 1 + i % 5), "segment:version": versions[i % 3], "segment:agent": f"Ann {i}"} for i in range(60)]
    explorer = explored(rows)
    names = {one.name: one.values for one in explorer.comments.facets}
    assert list(names) == ["source", "score", "day", "segment:version"]
    assert names["score"] == ("1 of 5", "2 of 5", "3 of 5", "4 of 5", "5 of 5")
    assert names["segment:version"] == ("4.9.0", "4.10.0")
    assert facet(explorer, "segment:version")[-3:] == [None, "4.9.0", "4.10.0"]
    assert explorer.weeks == {"2026-11-09": "2026-W46"}


def test_long_scales_and_long_lists_are_cut_down(explored: Callable[..., Explorer]) -> None:
    """A scale of a hundred answers is told in fifths, the rare values of a segment together; one that has another value
    for every comment is left out by name, and so are people."""
    rows = []
    for i in range(500):
        scale = {"metric": "csat", "score": float(i % 101), "score_low": 0.0, "score_high": 100.0}
        shop = "Graz" if i % 2 else f"shop {i}"
        more = {"score_scaled": (i % 101) / 100, "segment:shop": shop, "segment:order": f"o{i}"}
        rows.append({**rated(i), **scale, **more})
    explorer = explored(rows)
    names = {one.name: one.values for one in explorer.comments.facets}
    assert names["score"] == ("0–20 of 100", "20–40 of 100", "40–60 of 100", "60–80 of 100", "80–100 of 100")
    assert len(names["segment:shop"]) == MOST_VALUES
    assert pd.Series(facet(explorer, "segment:shop")).value_counts().index[0] == "Graz"
    assert explorer.left_out == ("order",)


def test_the_same_rows_give_the_same_explorer(explored: Callable[..., Explorer], findings: Findings) -> None:
    """Made again of the same frames, clauses and themes in another order, it is the same in every field."""
    rows = [rated(i, 1 + i % 5) for i in range(60)]
    feedback, clauses = frames(rows)
    again = find_explorer(feedback, clauses[::-1].reset_index(drop=True), PARTS[::-1], WEEK, findings)
    assert again == explored(rows)
