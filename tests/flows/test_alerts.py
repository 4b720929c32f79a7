"""Alerts and actions of published weeks: kept by week, on both databases, and the same whichever way they are made."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alerts_for_tests import CROWD, WEEKS, add_records, publish_week, span_of_week
from postgres_for_tests import new_database
from stores_for_tests import differences, stored

from groundswell.actions import Action
from groundswell.errors import StoreError
from groundswell.registry_edits import merge
from groundswell.storage import open_store

NOW = datetime(2026, 11, 17, tzinfo=UTC)
LATER = WEEKS[CROWD - 1 :]  # the week before the crowd, and those from it on


@dataclass(frozen=True)
class Lived:
    """What the digests of LATER told, week after week, and a store in a file as it was before each of them and after
    the last one; the stores are there to be copied."""

    told: list[dict[str, Any]]
    places: list[Path]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Seventeen weeks of feedback of which the last five were published one by one."""
    folder = tmp_path_factory.mktemp("lived")
    place, found = folder / "store.db", Lived([], [])
    with open_store(place) as store:
        add_records(store)
    for number, week in enumerate(LATER):
        found.places.append(shutil.copy(place, folder / f"{number}.db"))
        found.told.append(publish_week(str(place), week))
    found.places.append(place)
    return found


@pytest.fixture
def place(lived: Lived, tmp_path: Path) -> str:
    """A store of seventeen weeks in a file, of which none is published."""
    return copied(lived, 0, tmp_path)


def copied(lived: Lived, weeks: int, folder: Path) -> str:
    """A store of which the first so many of LATER are published."""
    return str(shutil.copy(lived.places[weeks], folder / "store.db"))


def kept(place: str) -> dict[str, Any]:
    """What a store holds of alerts, actions and digests."""
    found = stored(place)
    return {name: found[name] for name in ("alert_week", "alert", "action", "digest")}


def states(place: str) -> dict[str, list[str]]:
    """The states of the alerts of each week that is kept."""
    with open_store(place) as store:
        return {week.week: [one.state for one in week.alerts] for week in store.alert_weeks()}


def decided(since: datetime = NOW) -> Action:
    return Action("", "t1", "a second courier", "logistics", since, None, NOW, "ann")


def test_alerts_live_from_week_to_week(lived: Lived) -> None:
    """The week before the crowd has none; then one is open, quiet for two weeks, and closed; each week is kept, and the
    digests tell the same alert."""
    told = [digest["alerts"] for digest in lived.told]
    assert [[one.state for one in alerts] for alerts in told] == [[], ["open"], ["quiet"], ["quiet"], ["closed"]]
    assert len({one.alert_id for alerts in told for one in alerts}) == 1
    assert states(str(lived.places[-1])) == dict(
        zip(LATER, [[], ["open"], ["quiet"], ["quiet"], ["closed"]], strict=True)
    )


def test_both_databases_keep_the_same(place: str, postgres_home: Path) -> None:
    """The same weeks, one of them killed and repeated, leave the same in a file and in PostgreSQL."""
    other = new_database(postgres_home)
    with open_store(other) as store:
        add_records(store)
    publish_week(other, LATER[1], steps=2)
    for week in LATER[1:3]:
        publish_week(place, week)
        publish_week(other, week)
    assert differences(kept(place), kept(other)) == []


def test_weeks_that_were_not_published_are_judged_all_the_same(place: str, tmp_path: Path) -> None:
    """A week after a gap knows the alert that was raised within it; so does the first digest of all."""
    first = shutil.copy(place, tmp_path / "first.db")
    publish_week(place, LATER[0])
    for one in (place, first):
        [alert] = publish_week(one, LATER[3])["alerts"]
        assert (alert.state, alert.opened) == ("quiet", span_of_week(WEEKS[CROWD]).period.end)
    assert states(place) == {LATER[0]: [], LATER[3]: ["quiet"]} and states(first) == {LATER[3]: ["quiet"]}


@pytest.mark.parametrize("steps", [1, 2])
def test_a_run_killed_around_the_alerts_is_repeated(lived: Lived, tmp_path: Path, steps: int) -> None:
    """Killed before the alerts of a week are kept, or after it and before the digest is frozen: the run repeated, even
    twice, leaves what one run leaves."""
    killed = copied(lived, 1, tmp_path)
    publish_week(killed, LATER[1], steps=steps)
    for _ in range(2):
        publish_week(killed, LATER[1])
    assert differences(kept(str(lived.places[2])), kept(killed)) == []


def test_who_has_lost_the_lease_keeps_no_alerts(place: str) -> None:
    """A run whose work another one has taken over writes neither alerts nor digest."""
    with open_store(place) as store:
        lost = store.take_lease("analysis")
        store.release_lease(lost)
        held = store.take_lease("analysis")
        publish_week(place, LATER[1], lease=held)
        with pytest.raises(StoreError, match="another one has taken its work over"):
            publish_week(place, LATER[2], lease=lost)
        store.release_lease(held)
    assert list(states(place)) == [LATER[1]]


def test_an_action_makes_no_revision_and_is_in_the_next_one(lived: Lived, tmp_path: Path) -> None:
    """Frozen, a digest stays as it is when an action is recorded; a rebuild takes it up. The first part of its
    fingerprint is that of its rows and stays."""
    first, place = lived.told[2], copied(lived, 3, tmp_path)
    with open_store(place) as store:
        store.save_action(decided(span_of_week(LATER[2]).period.start))  # type: ignore[arg-type]
        store.save_action(decided(NOW + timedelta(weeks=9)))
    again = publish_week(place, LATER[2])
    assert (again["reason"], again["actions"], again["made"]) == ("", (), first["made"])
    rebuilt = publish_week(place, LATER[2], rebuild="an action was recorded")
    assert [one.what for one in rebuilt["actions"]] == ["a second courier"]
    (rows, rest), (same, other) = (one["made"].fingerprint.split(".") for one in (first, rebuilt))
    assert rows == same and rest != other and rebuilt["alerts"] == first["alerts"]
    assert publish_week(place, LATER[2])["actions"] == rebuilt["actions"]


def test_an_action_follows_its_theme_into_another_one(lived: Lived, tmp_path: Path) -> None:
    """Merged, a theme takes the actions that were decided for it along."""
    place = copied(lived, 2, tmp_path)
    with open_store(place) as store:
        store.save_action(replace(decided(span_of_week(LATER[1]).period.start), theme_id="t3"))  # type: ignore[arg-type]
        store.edit_registry(lambda registry: merge(registry, "t3", "t1"), actor="ann", at=NOW)
    [told] = publish_week(place, LATER[2])["actions"]
    assert told.theme_id == "t1"


def test_a_rebuilt_week_replaces_its_own_alerts_alone(lived: Lived, tmp_path: Path) -> None:
    """A week published again is judged from the week before it; what is kept of later weeks stays."""
    place = copied(lived, 3, tmp_path)
    before = kept(place)
    publish_week(place, LATER[1], rebuild="to see")
    after = kept(place)
    assert (after["alert_week"], after["alert"]) == (before["alert_week"], before["alert"])
    with open_store(place) as store:
        add_records_late(store)
    publish_week(place, LATER[1], rebuild="rows came late")
    changed = [row for row in kept(place)["alert_week"] if row not in before["alert_week"]]
    assert [row[0] for row in changed] == [LATER[1]]


def add_records_late(store: Any) -> None:
    add_records(store, [(CROWD, "t1?", 3)])


def test_four_weeks_tell_the_alerts_of_their_weeks_and_keep_the_last_one(place: str) -> None:
    """The alert was opened and closed within them: its state at their end; the picture kept is that of the last
    week, the same that a digest of that week alone keeps."""
    [alert] = publish_week(place, LATER[4], length="4 weeks")["alerts"]
    assert alert.state == "closed" and states(place) == {LATER[4]: ["closed"]}
    whole = kept(place)
    publish_week(place, LATER[4])
    assert differences({**whole, "digest": []}, {**kept(place), "digest": []}) == []


def test_a_quarter_that_ends_in_the_middle_of_a_week_keeps_no_picture(place: str) -> None:
    """Its last whole week was judged when that was over; the quarter reads, and leaves the pictures as they are."""
    publish_week(place, WEEKS[9])
    before = kept(place)["alert_week"]
    publish_week(place, WEEKS[10], length="quarter")
    assert span_of_week(WEEKS[10], "quarter").period.slug == "2026-Q3"
    assert kept(place)["alert_week"] == before
