"""What a digest is told of the themes' history, and whether its reader had one before."""

from __future__ import annotations

from registries_for_tests import NOW, WEEK, analysed, edited, opening, small_registry

from flows.theme_changes import is_first, theme_changes
from groundswell.registry import ACTOR, NewEvent
from groundswell.registry_edits import accept, merge, own, rename
from groundswell.registry_undo import undo
from groundswell.storage import open_store


def told(registry, since: int) -> list[tuple[str, str, str]]:
    """Kind, label and detail of what is told since that version."""
    return [(one.kind, one.label, one.detail) for one in theme_changes(registry, since, registry.version)]


def test_a_first_digest_is_told_no_history():
    """Whoever reads for the first time has nothing to compare with."""
    assert theme_changes(small_registry(), None, 11) == ()


def test_the_first_digest_with_a_registry_says_that_earlier_names_were_others():
    """Where the digest before was made without one, one line explains why its themes are not these."""
    [change] = theme_changes(small_registry(), 0, 11)
    assert (change.kind, change.theme_id) == ("refit", None) and "those of earlier digests were others" in change.detail


def test_new_themes_and_edits_are_told_in_their_order():
    """A theme that came up, a new name with the old one, and a merge with where it went."""
    registry = edited(small_registry(), rename(small_registry(), "t3", "Mobile app"))
    registry = edited(registry, merge(registry, "t2", "t1"))
    assert told(registry, 9) == [
        ("open", "Hotline", ""),
        ("rename", "App", "Mobile app"),
        ("merge", "Fees", "Card delivery"),
    ]


def test_owners_sub_themes_and_ordinary_openings_are_no_news():
    """What stands beside a theme, and what every refit opens, is not told."""
    registry = edited(small_registry(), own(small_registry(), "t3", "apps"))
    registry = analysed(registry, "assign", [opening("t5", "Cards"), opening("t5a", "late", "t5")], weeks=2)
    assert told(registry, 11) == []


def test_what_was_taken_back_in_between_is_not_told():
    """An edit that was undone before the digest leaves no trace in it; one that the last digest told of does."""
    registry = edited(small_registry(), rename(small_registry(), "t3", "Mobile app"))
    version = registry.version
    registry = edited(registry, undo(registry))
    assert told(registry, 11) == []
    [(kind, _, detail)] = told(registry, version)
    assert kind == "undo" and "“App” (t3) was renamed to “Mobile app”" in detail


def test_time_and_name_are_a_persons_or_the_periods():
    """A person's edit carries its own time and name, what the program did the end of the period it read."""
    registry = edited(small_registry(), accept(small_registry(), "t4"), actor="ann")
    registry = analysed(registry, "refit", [NewEvent("retire", "t3")], weeks=3)
    accepted, refit = theme_changes(registry, 11, registry.version)
    assert (accepted.at, accepted.actor) == (NOW, "ann")
    assert (refit.at - WEEK).days == 21 and refit.actor == ACTOR


def test_later_events_belong_to_the_next_digest():
    """A digest is told up to the version that its analysis was made under."""
    registry = edited(small_registry(), rename(small_registry(), "t3", "Mobile app"))
    assert theme_changes(registry, 9, 11) == theme_changes(small_registry(), 9, 11)


def test_the_first_digest_of_an_audience_is_known_as_such(tmp_path):
    """A reader without a digest of an earlier period reads the first one, however often that is made again."""
    with open_store(str(tmp_path / "store.db")) as store:
        assert is_first(store, "service", "2026-W46")
        store.save_digest("service", "2026-W46", "f", "{}")
        assert is_first(store, "service", "2026-W46") and is_first(store, "product", "2026-W47")
        assert not is_first(store, "service", "2026-W47")
