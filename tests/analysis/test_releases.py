"""Did a release help: who is compared with whom, what is told, and what else may be behind it."""

from datetime import date, timedelta

import pytest
from frames_for_tests import MONDAY, clause_frame, feedback_frame, theme_frame

from analysis.findings.compare.comparisons import compare_page
from analysis.findings.compare.release_windows import compared_releases
from analysis.findings.compare.releases import compare_releases, release_alarms
from analysis.scope.mentions import build_mentions
from analysis.scope.options import Release
from analysis.scope.periods import Span
from analysis.scope.scope import open_scope
from groundswell.records import Period

THEMES = theme_frame({"t1": "crash at login", "t2": "easy set-up"})
END = MONDAY + timedelta(weeks=1)
WEEK = Period("a week", MONDAY, END, "week")


def scope_of(rows, themes, moods=None, end=END):
    """A scope over the last week, with all weeks before it; a crash is a complaint."""
    feedback = feedback_frame(rows)
    moods = moods or ["negative" if theme == "t1" else "positive" for theme in themes]
    period = Period("a week", end - timedelta(weeks=1), end, "week") if end else Period("all", None, None, "all")
    mentions = build_mentions(feedback, clause_frame(feedback, themes, moods))
    return open_scope(feedback, mentions, THEMES, Span(period, None))


def days_before(n, i=0):
    """A moment n days before the period's end."""
    return END - timedelta(days=n) + timedelta(minutes=i)


def stream(share_of, weeks=10, a_week=100, released=3, **more):
    """Comments of ten weeks; the newest `released` weeks have version 4.2, or four in five of them.

    `share_of(version, week)` is the share that crashes, week 1 being the last one.
    """
    rows, themes = [], []
    for week in range(weeks, 0, -1):
        for i in range(a_week):
            version = "4.2" if week <= released and i % 5 else "4.1"
            rows.append({"segment:version": version, "occurred_at": days_before(7 * week, i), **more})
            themes.append("t1" if (i // 5) % 10 < 10 * share_of(version, week) else "t2")
    return rows, themes


def page_of(scope, *releases):
    """The page's comparisons, with these releases of the settings."""
    return compare_page(scope, compare_releases(scope, releases))


def effect_of(rows, themes, *releases, theme="t1"):
    """The effect on a theme."""
    (found,) = [e for e in page_of(scope_of(rows, themes), *releases).releases if e.theme_id == theme]
    return found


def test_a_version_that_crashes_is_told_with_both_shares():
    """Half of those who have it complain, and a tenth before; those who stayed with the old one do not."""
    rows, themes = stream(lambda version, week: 0.5 if version == "4.2" else 0.1)
    found = effect_of(rows, themes)
    assert (found.release, found.of, found.of_before, found.mood) == ("version 4.2", 240, 760, "pain")
    assert found.share == pytest.approx(0.5, abs=0.04) and found.share_before == pytest.approx(0.1, abs=0.02)
    assert found.difference.low > 0.25 and found.significant and found.compared == 2
    assert found.since.date() == (END - timedelta(days=21)).date()
    assert found.notes == ()


def test_a_release_that_helps_is_told_as_well():
    """Fewer who complain is a difference below nothing, and more who praise one above it."""
    rows, themes = stream(lambda version, week: 0.1 if version == "4.2" else 0.6)
    effects = compare_page(scope_of(rows, themes)).releases
    assert {(e.theme_id, e.mood, e.difference.value > 0) for e in effects} == {
        ("t1", "pain", False),
        ("t2", "praise", True),
    }


def test_what_changed_for_those_who_stayed_goes_with_the_time():
    """The log-in service was down for everybody in those weeks: the release is not to blame."""
    rows, themes = stream(lambda version, week: 0.6 if week <= 3 else 0.1)
    (note,) = effect_of(rows, themes).notes
    assert note.startswith("It changed on earlier versions too, from 10.1% of 701 to 5")


def test_where_nobody_stayed_the_time_may_be_behind_it():
    """All took the new version at once: before and after is all there is."""
    rows, themes = stream(lambda version, week: 0.5 if version == "4.2" else 0.1)
    rows = [{**r, "segment:version": "4.2" if r["occurred_at"] >= days_before(21) else "4.1"} for r in rows]
    themes = ["t1" if i % 10 < (5 if r["segment:version"] == "4.2" else 1) else "t2" for i, r in enumerate(rows)]
    assert effect_of(rows, themes).notes == (
        "Too few still wrote on earlier versions: it cannot be told from the time.",
    )


def test_what_rose_before_the_release_was_under_way():
    """Complaints rose for ten weeks, whatever was released on the way."""
    rows, themes = stream(lambda version, week: 0.9 - week / 12)
    assert any(note.startswith("It was under way before") for note in effect_of(rows, themes).notes)


def test_other_customers_are_named():
    """The new version went to Android first, and it is there that log-in crashes, on any version."""
    rows, themes = stream(lambda version, week: 0.1)
    for i, row in enumerate(rows):
        mostly = (i // 5) % 10 < (8 if row["segment:version"] == "4.2" else 2)
        row["segment:platform"] = "Android" if mostly else "iOS"
        themes[i] = "t1" if mostly and i % 4 else "t2"
    notes = effect_of(rows, themes).notes
    assert any(note.startswith("Among people alike in platform") and "Android" in note for note in notes)


def test_a_version_that_crashes_raises_an_alarm_and_one_week_of_bad_luck_does_not():
    """The target of false alarms is kept by what is surer than a thousandth; a release that helps alarms nobody."""

    def alarms(share_of, **more):
        return release_alarms(compare_releases(scope_of(*stream(share_of, **more))), 0.5)

    (found,) = alarms(lambda version, week: 0.5 if version == "4.2" else 0.1)
    assert (found.theme_id, found.release, found.of) == ("t1", "version 4.2", 240) and found.p_value < 1e-9
    assert alarms(lambda version, week: 0.2 if version == "4.2" else 0.1, a_week=50) == []
    assert alarms(lambda version, week: 0.1 if version == "4.2" else 0.5) == []


def test_what_those_who_stayed_complain_of_too_is_no_alarm_of_the_release():
    """The theme's own weeks tell of it."""
    released = compare_releases(scope_of(*stream(lambda version, week: 0.6 if week <= 3 else 0.1)))
    assert release_alarms(released, 0.5) == []


def test_a_release_that_changed_nothing_is_told_as_such():
    """Its nearest theme stands there, not significant, with how many were compared."""
    (found,) = compare_page(scope_of(*stream(lambda version, week: 0.3))).releases
    assert (found.release, found.significant, found.compared) == ("version 4.2", False, 2)


def test_the_day_of_a_version_stays_when_more_write():
    """Testers before it do not count, and what comes later does not move it."""
    rows, _ = stream(lambda version, week: 0.3)
    rows.append({"segment:version": "4.2", "occurred_at": days_before(60)})
    since = []
    for end in (END - timedelta(weeks=1), END):
        known = [row for row in rows if row["occurred_at"] < end]
        (found,) = compared_releases(scope_of(known, ["t1"] * len(known), end=end), ())
        since.append(found.since)
    assert since[0] == since[1] == days_before(21, 1)


@pytest.mark.parametrize("weeks_ago", [13, 30], ids=["thirteen weeks", "since the records begin"])
def test_an_old_version_is_no_release(weeks_ago):
    """Twelve weeks after it came out it is not news; nor is it known when it came out where records begin with it."""
    rows, themes = stream(lambda version, week: 0.3, weeks=30, released=weeks_ago)
    assert compare_page(scope_of(rows, themes)).releases == ()


def test_a_named_release_is_compared_by_day():
    """The new tariff has no version: eight weeks before it, and since."""
    rows, themes = stream(lambda version, week: 0.5 if week <= 3 else 0.1, released=0)
    tariff = Release("New tariff", (END - timedelta(days=21)).date())
    found = effect_of([{**row, "segment:version": None} for row in rows], themes, tariff)
    assert (found.release, found.of, found.of_before, found.source) == ("New tariff", 300, 700, "survey")
    assert found.difference.low > 0.2


def test_two_releases_at_a_time_say_so():
    """A tariff of the day before gets what the new version did, and the note that it cannot be told from it."""
    rows, themes = stream(lambda version, week: 0.5 if version == "4.2" else 0.1)
    tariff = Release("New tariff", (END - timedelta(days=22)).date())
    effects = {e.release: e for e in page_of(scope_of(rows, themes), tariff).releases if e.theme_id == "t1"}
    told = "version 4.2 began in the same weeks: this cannot tell what came of which."
    assert effects["New tariff"].significant and told in effects["New tariff"].notes
    assert effects["version 4.2"].significant and not any("same weeks" in note for note in effects["version 4.2"].notes)


def test_a_named_version_has_its_name_and_day():
    """The settings know the day better than the records do, and it is told once."""
    rows, themes = stream(lambda version, week: 0.5 if version == "4.2" else 0.1)
    day = (END - timedelta(days=24)).date()
    found = effect_of(rows, themes, Release("The big 4.2 release", day))
    assert found.release == "The big 4.2 release" and found.since.date() == day


@pytest.mark.parametrize(
    "release",
    [
        Release("Old", date(2026, 1, 5)),
        Release("Not yet", (END + timedelta(days=9)).date()),
        Release("Elsewhere", (END - timedelta(days=21)).date(), "shop"),
    ],
    ids=lambda release: release.name,
)
def test_a_release_of_another_time_or_source_is_not_told(release):
    """Neither long ago, nor to come, nor in a source that this is not."""
    rows, themes = stream(lambda version, week: 0.3, released=0)
    assert page_of(scope_of(rows, themes), release).releases == ()


def test_texts_without_tone_are_counted_by_who_raises_a_theme():
    """Where most clauses could not be scored, complaints and praise cannot be told apart."""
    rows, themes = stream(lambda version, week: 0.5 if version == "4.2" else 0.1)
    effects = compare_page(scope_of(rows, themes, ["unscored"] * len(rows))).releases
    assert {effect.mood for effect in effects} == {"any"}


def test_undated_feedback_has_no_releases():
    """Nor does a store without versions, or one in which nobody wrote."""
    rows, themes = stream(lambda version, week: 0.3)
    undated = [{**row, "occurred_at": None} for row in rows]
    assert compare_page(scope_of(undated, themes, end=None)).releases == ()
    assert compare_page(scope_of([{**row, "text": ""} for row in rows], themes)).releases == ()
