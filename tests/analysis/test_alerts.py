"""Alerts out of the frames of one digest: who raises what in which week, and what is said of the unusual ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from frames_for_tests import MONDAY, clause_frame, comment_frame, feedback_frame, theme_frame

from analysis.findings.compare.releases import compare_releases
from analysis.findings.news.alerts import Watched, find_alerts
from analysis.findings.news.streams import streams_of
from analysis.scope.calendar import Calendar
from analysis.scope.mentions import build_mentions
from analysis.scope.past import NOTHING_BEFORE, Gone, Past
from analysis.scope.periods import Span
from analysis.scope.scope import Scope, open_scope
from analysis.scope.weekly import weeks_before
from groundswell.alert_weeks import AlertWeek, KeptAlert
from groundswell.findings import Alert
from groundswell.records import Period

LABELS = {"t1": "card delivery", "t2": "friendly staff", "t3": "slow app"}
WEEKS = 20  # of history, the last of which is 2026-W46
CALENDAR = Calendar()
Row = dict[str, object]


def people(
    week: int, theme: str | None, n: int, *, who: str = "", source: str = "survey", mood: str = "negative"
) -> list[Row]:
    """So many comments of different people in one week, on one theme."""
    first = MONDAY - timedelta(weeks=WEEKS - 1 - week)
    return [
        {
            "author": f"{who or theme}-{source}-{week}-{i}" if not who else f"{who}-{i}",
            "source": source,
            "occurred_at": first + timedelta(minutes=7 * i),
            "theme": theme,
            "mood": mood,
        }
        for i in range(n)
    ]


def steady(weeks: Sequence[int] = range(WEEKS), others: int = 80, **themes: int) -> list[Row]:
    """As many people every week."""
    themes = themes or {"t1": 6, "t2": 8, "t3": 5}
    rows = []
    for week in weeks:
        for theme, n in themes.items():
            rows += people(week, theme, n + (week * 7 + len(theme)) % 3 - 1)
        rows += people(week, None, others)
    return rows


def frames(rows: Sequence[Row]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """FEEDBACK, CLAUSES and COMMENTS of the rows."""
    plain = [{name: value for name, value in row.items() if name not in ("theme", "mood", "copy")} for row in rows]
    feedback = feedback_frame(plain)
    moods = [str(row["mood"]) for row in rows]
    clauses = clause_frame(feedback, [row["theme"] for row in rows], moods)  # type: ignore[misc]
    comments = comment_frame(feedback, moods)
    comments["duplicate"] = pd.Series([row.get("copy") for row in rows], dtype=object)
    return feedback, clauses, comments


def scope_of(
    rows: Sequence[Row], week: int = WEEKS - 1, *, length: str = "week", emerged: Mapping[str, int] | None = None
) -> tuple[Scope, pd.DataFrame]:
    """What one digest speaks of at the end of a week; `emerged` are themes and the weeks whose analyses opened them."""
    feedback, clauses, comments = frames(rows)
    period = CALENDAR.closed(length, MONDAY - timedelta(weeks=WEEKS - 2 - week))
    themes = theme_frame(LABELS)
    for theme, opened in (emerged or {}).items():
        place = themes["theme_id"] == theme
        themes.loc[place, ["origin", "status"]] = ["emerged", "new"]
        themes.loc[place, "opened"] = pd.Timestamp(MONDAY - timedelta(weeks=WEEKS - 2 - opened))
    known = feedback[~(feedback["occurred_at"] >= period.end)]
    mentions = build_mentions(known, clauses[clauses["feedback_id"].isin(known["feedback_id"])])
    return open_scope(known, mentions, themes, Span(period, CALENDAR.before(period))), comments


def watched(rows: Sequence[Row], before: AlertWeek | None = None, week: int = WEEKS - 1, **more: object) -> Watched:
    """What is said at the end of a week."""
    return find_alerts(*scope_of(rows, week, **more), Past(before), 2.0)  # type: ignore[arg-type]


def only(found: Watched) -> Alert:
    assert len(found.alerts) == 1, found.alerts
    return found.alerts[0]


def test_streams_count_people_once() -> None:
    """A person who raises a theme twice in a week counts once, in two sources once in each; who names no theme counts
    among those who wrote; an empty text counts nowhere."""
    rows = [
        *people(0, "t1", 2, who="ann"),
        *people(0, "t1", 1, who="ann"),
        *people(0, "t1", 1, who="ann", source="reviews"),
        *people(0, None, 3, who="bob", source="reviews"),
        *people(1, "t2", 1, who="ann"),
        {**people(1, None, 1, who="eve")[0], "text": ""},
    ]
    scope, comments = scope_of(rows, 1)
    streams = streams_of(
        scope, comments, weeks_before(CALENDAR, scope.span.period.end, 2, scope.all_feedback["occurred_at"].min())
    )  # type: ignore[arg-type]
    assert (streams.themes, streams.sources) == (("t1", "t2", "t3"), ("reviews", "survey"))
    assert streams.counts[:, :, 0].tolist() == [[1, 2], [0, 0], [0, 0]] and streams.authors[:, 0].tolist() == [2, 0, 0]
    assert streams.exposure.tolist() == [[4, 0], [2, 1]] and streams.of.tolist() == [5, 1]
    assert streams.counts[1, :, 1].tolist() == [0, 1]
    assert streams.moods[0, 0].tolist() == [2, 0] and streams.plain.sum() == 0


def test_weeks_are_those_of_the_reader() -> None:
    """Weeks begin at midnight in the reader's zone on the reader's first day, also when the clocks are changed, and one
    that the data begins in the middle of is left out."""
    calendar = Calendar("America/New_York", 6)  # clocks go back on Sunday, 1 November 2026
    end, first = datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)
    weeks = weeks_before(calendar, end, 9, first)
    assert [week.name for week in weeks] == ["2026-W44", "2026-W45"]
    assert [week.start.astimezone(UTC).hour for week in weeks] == [4, 4] and weeks[1].end.astimezone(UTC).hour == 5
    moments = [weeks[1].start - timedelta(minutes=1), weeks[1].start, weeks[1].end - timedelta(minutes=1)]
    rows = [{**people(0, "t1", 1, who=f"p{i}")[0], "occurred_at": moment} for i, moment in enumerate(moments)]
    streams = streams_of(*scope_of(rows), weeks)
    assert streams.of.tolist() == [1, 2] and streams.authors[0].tolist() == [1, 2]


def test_a_surge_is_told_with_its_figures() -> None:
    """Thirty people where six are usual: an open surge since this week, with how many were to be expected, in which
    sources, in what mood, and what they say."""
    rows = [*steady(), *people(WEEKS - 1, "t1", 24, who="late")]
    alert = only(watched(rows))
    assert (alert.theme_id, alert.kind, alert.state, alert.weeks) == ("t1", "surge", "open", 1)
    assert alert.since == alert.last_week == "2026-W46" and alert.opened == MONDAY + timedelta(weeks=1)
    assert 28 <= alert.authors <= 31 and alert.of > 100 and dict(alert.by_source) == {"survey": alert.authors}
    assert alert.usual.low <= 6 <= alert.usual.high < alert.authors and 5 < alert.usual.value < 9
    assert alert.ratio == pytest.approx(alert.authors / alert.usual.value)
    assert alert.p_value is not None and alert.p_value < 1e-4 and alert.mood == "pain"
    assert alert.weekly[-1].authors == alert.authors and len(alert.weekly) == WEEKS
    assert alert.verbatims and all(quote.occurred_at >= MONDAY for quote in alert.verbatims)  # type: ignore[operator]
    assert alert.event == alert.alert_id


def test_nothing_unusual_is_no_alert() -> None:
    """Steady weeks raise nothing; what was watched is said, with the target and the rate on permuted dates."""
    found = watched(steady())
    assert found.alerts == () and found.watch.themes == 3 and found.watch.weeks >= 8
    assert found.watch.target_per_year == 2.0 and found.watch.reason is None
    rate = found.watch.realised_per_year
    assert rate is not None and 0 <= rate.low <= rate.value <= rate.high and found.watch.copies == 20


def test_more_feedback_of_all_kinds_is_no_alert() -> None:
    """Three times as many people who write, and as many times who raise each theme: nothing."""
    last = WEEKS - 1
    more = [row for theme, n in {"t1": 18, "t2": 24, "t3": 15, None: 240}.items() for row in people(last, theme, n)]
    assert watched([*steady(range(last)), *more]).alerts == ()


def test_a_source_that_starts_or_is_filled_in_is_no_alert() -> None:
    """A source that begins this week with a hundred people on one theme, and one whose past is brought in later, are
    no news."""
    new = people(WEEKS - 1, "t1", 100, source="reviews")
    assert watched([*steady(), *new]).alerts == ()
    filled = [row for week in range(WEEKS) for row in people(week, "t1", 30, source="reviews")]
    assert watched([*steady(), *filled]).alerts == ()


def test_week_by_week_and_in_one_go_are_the_same() -> None:
    """Each week judged from the picture of the one before it ends where all weeks judged in one go end: the same
    alerts, to the last figure."""
    rows = [*steady(), *people(12, "t1", 24, who="early"), *people(18, "t2", 30, who="later", mood="positive")]
    before, pictures = None, []
    for week in range(9, WEEKS):
        found = watched(rows, before, week)
        before = found.week
        pictures.append(found)
    whole = watched(rows)
    assert pictures[-1].alerts == whole.alerts and pictures[-1].watch == whole.watch
    assert before is not None and whole.week is not None and before.alerts == whole.week.alerts
    states = {one.theme_id: one.state for one in before.alerts}
    assert states == {"t1": "closed", "t2": "quiet"} and only(whole).mood == "praise"
    told = [[one.state for one in found.alerts] for found in pictures[3:8]]
    assert told == [["open"], ["quiet"], ["quiet"], ["closed"], []]


def states(rows: Sequence[Row], first: int = 9) -> list[str]:
    """The state of the alert on the first theme in each week from `first` on, judged one after the other."""
    before, found = None, []
    for week in range(first, WEEKS):
        before = watched(rows, before, week).week
        assert before is not None
        found.append(next((one.state for one in before.alerts if one.theme_id == "t1"), ""))
    return found


def test_one_crowd_does_not_alarm_twice() -> None:
    """Weeks after a crowd that are a little above the usual number, but within its range, let the alert close; the
    crowd itself, which lies in the longer windows still, opens it no second time."""
    rows = [*steady(), *people(11, "t1", 30, who="crowd")]
    rows += [row for week in range(12, WEEKS) for row in people(week, "t1", 2, who=f"more-{week}")]
    assert states(rows) == ["", "", "open", "quiet", "quiet", *["closed"] * 6]


def test_an_alert_goes_on_as_long_as_the_weeks_are_above_their_range() -> None:
    """What would not open an alert in a single week keeps an open one going: twice as many for five weeks."""
    rows = [*steady(), *people(11, "t1", 18, who="first")]
    rows += [row for week in range(12, 16) for row in people(week, "t1", 9, who=f"more-{week}")]
    assert states(rows)[2:] == ["open", *["updated"] * 4, "quiet", "quiet", "closed", "closed"]


def test_weeks_without_any_feedback_calm_no_alert() -> None:
    """A crowd, then three weeks in which the source is silent: nobody knows that it is over, so the alert stands."""
    rows = steady(range(WEEKS - 3)) + people(WEEKS - 4, "t1", 30, who="crowd")
    told = states(rows, first=WEEKS - 4)
    assert told == ["open", "updated", "updated", "updated"]


def test_a_longer_period_tells_the_alerts_of_its_weeks() -> None:
    """Four weeks tell an alert that was opened and closed within them, as it stands at their end."""
    rows = [*steady(), *people(16, "t1", 24, who="early")]
    assert only(watched(rows)).state == "closed" and only(watched(rows, length="4 weeks")).state == "closed"
    gone = watched([*steady(), *people(14, "t1", 24, who="early")], length="4 weeks")
    assert only(gone).state == "closed" and only(gone).last_week == "2026-W41"
    assert watched([*steady(), *people(14, "t1", 24, who="early")]).alerts == ()


def test_a_new_theme_is_news_in_the_week_that_opens_it() -> None:
    """A theme that emerged alarms as new from five people on; afterwards it goes on while five people a week raise it,
    until its own eight weeks are its usual."""
    rows = [row for row in steady() if row["theme"] != "t3"]
    rows += [row for week in range(10, WEEKS) for row in people(week, "t3", 7)]
    before, states = None, []
    for week in range(9, WEEKS):
        found = watched(rows, before, week, emerged={"t3": 11})
        before = found.week
        states.append([(one.kind, one.state) for one in found.alerts])
    assert states[:3] == [[], [], [("new", "open")]] and states[3:10] == [[("new", "updated")]] * 7
    assert [told[0][1] for told in states[10:11]] == ["quiet"]
    first = only(watched(rows, None, 11, emerged={"t3": 11}))
    assert first.since == "2026-W37" and first.usual.value == 0 and first.ratio is None and first.p_value is None


def test_a_new_theme_of_few_people_is_no_news() -> None:
    """Four people open no alert."""
    rows = [row for row in steady() if row["theme"] != "t3"] + people(WEEKS - 1, "t3", 4)
    assert watched(rows, emerged={"t3": WEEKS - 1}).alerts == ()


def test_a_review_bomb_is_one_event() -> None:
    """Two themes that the same people raise in a week share an event, that of the larger one; so do two that copies
    of one text raise; two that other people raise do not."""
    last = WEEKS - 1
    bomb = [*people(last, "t1", 30, who="bot"), *people(last, "t2", 25, who="bot")]
    found = watched([*steady(), *bomb]).alerts
    assert len(found) == 2 and {one.event for one in found} == {found[0].alert_id} and found[0].theme_id == "t1"
    apart = [*people(last, "t1", 30, who="ann"), *people(last, "t2", 30, who="bob")]
    assert len({one.event for one in watched([*steady(), *apart]).alerts}) == 2
    copies = [{**row, "copy": "template"} for row in apart]
    assert len({one.event for one in watched([*steady(), *copies]).alerts}) == 1


def with_version(rows: Sequence[Row], version: str) -> list[Row]:
    return [{**row, "segment:version": version} for row in rows]


def test_a_release_that_made_a_complaint_worse_is_an_alert() -> None:
    """A complaint of a third of those who have the new version, of a tenth before: an alert of kind release, with how
    many of them would complain as before; it goes on as long as the comparison holds."""
    rows = with_version(steady(t1=8, t2=8, t3=5, others=70), "4.1.0")
    for week in (WEEKS - 2, WEEKS - 1):
        rows += with_version(
            people(week, "t1", 8, who=f"new-{week}") + people(week, None, 16, who=f"else-{week}"), "4.2.0"
        )
    before, told = None, []
    for week in (WEEKS - 2, WEEKS - 1):
        scope, comments = scope_of(rows, week)
        found = find_alerts(scope, comments, Past(before), 2.0, compare_releases(scope))
        before = found.week
        told.append(found.alerts)
    alert = told[-1][0]
    assert (alert.kind, alert.release, alert.mood) == ("release", "version 4.2.0", "pain")
    assert alert.since == "2026-W45" and (alert.authors, alert.of) == (16, 48)
    assert alert.usual.low <= alert.usual.value <= alert.usual.high < alert.authors and 3 < alert.usual.value < 7
    assert alert.ratio == pytest.approx(alert.authors / alert.usual.value) and alert.p_value is not None
    assert alert.p_value < 0.001
    without = find_alerts(*scope_of(rows), NOTHING_BEFORE, 2.0)
    assert [one for one in without.alerts if one.kind == "release"] == []
    scope, comments = scope_of(rows)
    at_once = find_alerts(scope, comments, NOTHING_BEFORE, 2.0, compare_releases(scope))
    assert (at_once.alerts, at_once.alerts[0].weeks) == (told[-1], 2)  # the week before is judged too


def test_a_crowd_long_after_a_release_is_a_surge() -> None:
    """Those who have the version complain more than those before it, but only since this week, five weeks after it."""
    rows = with_version(steady(range(WEEKS - 5), t1=8, t2=8, t3=5, others=70), "4.1.0")
    rows += with_version(steady(range(WEEKS - 5, WEEKS), t1=8, t2=8, t3=5, others=70), "4.2.0")
    rows += with_version(people(WEEKS - 1, "t1", 60, who="crowd"), "4.2.0")
    scope, comments = scope_of(rows)
    alert = only(find_alerts(scope, comments, NOTHING_BEFORE, 2.0, compare_releases(scope)))
    assert (alert.kind, alert.state, alert.since, alert.release) == ("surge", "open", "2026-W46", None)
    assert alert.version is None


def test_a_surge_that_a_release_made_worse_says_so() -> None:
    """The alert was open before anybody had the version, and keeps its kind; from the week on in which those who have
    it complain more than those before, it names the version. Pictures of the alert keep that."""
    rows = with_version(steady(t1=8, t2=8, t3=5, others=70), "4.1.0")
    rows += with_version(people(WEEKS - 3, "t1", 24, who="early"), "4.1.0")
    for week in (WEEKS - 2, WEEKS - 1):
        rows += with_version(people(week, "t1", 12, who=f"new-{week}"), "4.2.0")
        rows += with_version(people(week, None, 14, who=f"else-{week}"), "4.2.0")
    before, told = None, []
    for week in (WEEKS - 3, WEEKS - 2, WEEKS - 1):
        scope, comments = scope_of(rows, week)
        found = find_alerts(scope, comments, Past(before), 2.0, compare_releases(scope))
        before = found.week
        told.append((only(found).kind, only(found).state, only(found).release, only(found).version))
    assert told[0] == ("surge", "open", None, None)
    assert told[-1] == ("surge", "updated", None, "version 4.2.0")
    assert before is not None and KeptAlert.from_json(before.alerts[0].as_json()) == before.alerts[0]


def test_a_dump_of_one_source_hides_nothing_and_is_named() -> None:
    """A campaign of 900 neutral rows in the reviews: the surge of the survey is told, with what is usual there, and the
    watch says which week of which source counts for nothing; in the week after it is told no more."""
    rows = [*steady(), *[row for week in range(WEEKS) for row in people(week, "t1", 4, source="reviews")]]
    rows += [row for week in range(WEEKS) for row in people(week, None, 20, source="reviews")]
    dump = people(WEEKS - 1, None, 900, who="campaign", source="reviews")
    found = watched([*rows, *dump, *people(WEEKS - 1, "t1", 16, who="late")])
    alert = only(found)
    assert (alert.theme_id, alert.state, alert.authors) == ("t1", "open", 21) and 4 < alert.usual.value < 8
    (note,) = found.watch.notes
    assert note.startswith("reviews: 924 wrote in 2026-W46, 38 times as many as usual. That week of it counts for no")
    assert watched([*rows, *people(WEEKS - 1, "t1", 16, who="late")]).watch.notes == ()
    early = [{**row, "occurred_at": row["occurred_at"] - timedelta(weeks=1)} for row in dump]  # type: ignore[operator]
    after = watched([*rows, *early])
    assert after.alerts == () and after.watch.notes == ()


def test_an_alert_whose_theme_is_gone_is_closed_and_told_once() -> None:
    """It says what became of the theme, in the first week after that, and nobody is counted for it; the others are told
    as before."""
    rows = [*steady(), *people(WEEKS - 3, "t1", 24, who="early"), *people(WEEKS - 3, "t2", 24, who="other")]

    def without(week: int, before: AlertWeek | None) -> Watched:
        scope, comments = scope_of(rows, week)
        left = replace(scope, themes=scope.themes[scope.themes["theme_id"] != "t1"].reset_index(drop=True))
        return find_alerts(left, comments, Past(before, gone=(Gone("t1", "retired"),)), 2.0)

    found = without(WEEKS - 2, watched(rows, None, WEEKS - 3).week)
    assert [(one.theme_id, one.state, one.gone) for one in found.alerts] == [
        ("t2", "quiet", None),
        ("t1", "closed", "retired"),
    ]
    assert (found.alerts[1].authors, found.alerts[1].label, found.alerts[1].weekly) == (0, "card delivery", ())
    after = without(WEEKS - 1, found.week)
    assert [one.theme_id for one in after.alerts] == ["t2"]
    assert after.week is not None and {one.theme_id: one.closed for one in after.week.alerts}["t1"] == "2026-W45"


def test_an_alert_goes_on_with_the_theme_that_its_theme_was_merged_into() -> None:
    """The alert of the merged theme is closed, and says into what; the theme that took it over goes on, with the weeks
    under alert out of its baseline. Merged into a theme that has an alert, that one goes on."""
    crowd = [*people(WEEKS - 2, "t1", 24, who="early"), *people(WEEKS - 1, "t1", 24, who="late")]
    for also in ([], people(WEEKS - 2, "t2", 24, who="other")):
        before = watched([*steady(), *crowd, *also], None, WEEKS - 2).week
        rows = [{**row, "theme": "t2" if row["theme"] == "t1" else row["theme"]} for row in [*steady(), *crowd, *also]]
        scope, comments = scope_of(rows)
        left = replace(scope, themes=scope.themes[scope.themes["theme_id"] != "t1"].reset_index(drop=True))
        found = find_alerts(left, comments, Past(before, gone=(Gone("t1", "merged", "t2"),)), 2.0)
        told = {one.theme_id: one for one in found.alerts}
        assert (told["t1"].state, told["t1"].gone) == ("closed", "merged into “friendly staff”")
        assert (told["t2"].state, told["t2"].weeks, told["t2"].since) == ("updated", 2, "2026-W45")
        assert told["t2"].alert_id != told["t1"].alert_id and told["t2"].usual.value < 17


def test_the_order_of_rows_does_not_matter() -> None:
    """Shuffled rows give the same alerts and the same fingerprint of what they rest on."""
    rows = [*steady(), *people(WEEKS - 1, "t1", 24, who="late")]
    rows = [{**row, "copy": "f1" if at % 3 == 0 else None} for at, row in enumerate(rows)]
    shuffled = [rows[i] for i in np.random.default_rng(3).permutation(len(rows))]
    one, other = watched(rows), watched(shuffled)
    assert one.week == other.week
    assert [replace(a, verbatims=()) for a in one.alerts] == [replace(a, verbatims=()) for a in other.alerts]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"occurred_at": None, "theme": "t1", "mood": "negative"}], "no dates"),
        (people(WEEKS - 1, "t1", 9), "Alerts need 9 whole weeks of feedback; there is 1 week."),
        (steady(range(WEEKS - 5, WEEKS)), "Alerts need 9 whole weeks of feedback; there are 5 weeks."),
        ([{**row, "text": ""} for row in steady()], "No theme"),
    ],
)
def test_where_nothing_can_be_watched_the_reason_is_given(rows: list[Row], reason: str) -> None:
    """No dates, too few weeks, no text: no alert, no rate, and why."""
    found = watched(rows)
    assert found.alerts == () and reason in (found.watch.reason or "no reason")
    assert found.watch.themes == 0 and found.watch.realised_per_year is None


def test_undated_data_has_no_alerts() -> None:
    """All feedback in one digest: nothing is watched, and no week is kept."""
    scope, comments = scope_of(steady())
    undated = replace(scope, span=Span(Period("all", None, None, "all"), None))
    found = find_alerts(undated, comments, NOTHING_BEFORE, 2.0)
    assert found.alerts == () and found.week is None and "no dates" in (found.watch.reason or "")


@pytest.mark.parametrize("theme", [None, "t1"])
def test_one_author_and_nobody_raise_no_alert(theme: str | None) -> None:
    """The one author of all feedback, who raises a theme every week or none, alarms nobody."""
    found = watched([row for week in range(WEEKS) for row in people(week, theme, 1, who="ann")])
    assert found.alerts == () and found.week is not None


def test_a_theme_in_every_response_is_no_alert() -> None:
    """Everybody raises it every week: as usual."""
    rows = [row for week in range(WEEKS) for row in people(week, "t1", 40 + week % 5)]
    assert watched(rows).alerts == ()
