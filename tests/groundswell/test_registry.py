"""The theme registry: what each event makes of the themes, and what a person is told."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from datetime import UTC

import pytest
from registries_for_tests import NOW, WEEK, analysed, edited, opening, small_registry, state_of

from groundswell.errors import ConfigError
from groundswell.registry import (
    Fit,
    Misfit,
    NewEvent,
    Registry,
    fold,
    guided_theme_id,
    new_theme_id,
    number_events,
)
from groundswell.registry_edits import accept, merge, own, reject, rename, retire, split, stage
from groundswell.registry_find import free_label, tidy_label
from groundswell.registry_undo import describe

Edit = Callable[[Registry], Sequence[NewEvent]]


def refused(edit: Edit, registry: Registry) -> str:
    """What is said when an edit is refused: one line that says that nothing was changed."""
    with pytest.raises(ConfigError) as caught:
        edit(registry)
    assert "\n" not in str(caught.value) and "nothing was changed" in str(caught.value)
    return str(caught.value)


def test_an_analysis_opens_themes() -> None:
    """A theme has what its opening says, and is dated by the period that was analysed, not by the clock."""
    registry = small_registry()
    theme, sub, new = (registry.themes[theme_id] for theme_id in ("t1", "t1a", "t4"))
    assert (theme.label, theme.parent, theme.status, theme.origin) == ("Card delivery", None, "active", "fit")
    assert (theme.owner, theme.journey_stage, theme.opened, theme.closed) == ("logistics", "onboard", WEEK, None)
    assert (sub.parent, sub.is_top, registry.path(sub)) == ("t1", False, "Card delivery > late")
    assert (new.status, new.origin, new.opened) == ("new", "emerged", registry.as_of)
    assert [t.theme_id for t in registry.open_themes()] == ["t1", "t1a", "t1b", "t1c", "t2", "t2a", "t2b", "t3", "t4"]
    assert registry.version == 11 and [t.theme_id for t in registry.sub_themes("t2")] == ["t2a", "t2b"]


def test_a_registry_before_the_first_analysis() -> None:
    """Without events there is no theme, and whoever asks for one is told how to get some."""
    registry = fold([])
    assert (registry.version, registry.as_of, dict(registry.themes), registry.open_themes()) == (0, None, {}, [])
    with pytest.raises(ConfigError, match="there are no themes yet; `groundswell analyse` finds them"):
        registry.find("card")


def test_a_theme_has_the_figures_of_its_last_fit() -> None:
    """Keywords, stability and the rest are those of the last analysis that fitted the theme and was not undone."""
    registry = small_registry()
    refit = analysed(registry, "refit", [], weeks=2)
    fits = [
        (12, Fit("t1", keywords=("post",), stability=0.5, cohesion=0.6, clauses=9)),
        (1, Fit("t1", keywords=("card",), stability=0.9, cohesion=0.7, clauses=5)),
        (1, Fit("t2", keywords=("fee",), clauses=3)),
    ]
    theme = fold(refit.events, fits).themes["t1"]
    found = (theme.keywords, theme.stability, theme.cohesion, theme.clauses)
    assert found == (("post",), 0.5, 0.6, 9)
    back = edited(fold(refit.events, fits), [NewEvent("undo", undoes=12)])
    assert back.themes["t1"].keywords == ("card",) and back.themes["t2"].clauses == 3


def test_renaming_owning_and_staging() -> None:
    """Label, owner and journey stage are set and taken away, and events say what was there before."""
    registry = small_registry()
    for edit, field, value, before in (
        (rename(registry, "fees", "  Charges & fees 👩\u200d🔧"), "label", "Charges & fees 👩\u200d🔧", "Fees"),
        (own(registry, "t1", "Zoë, post office"), "owner", "Zoë, post office", "logistics"),
        (own(registry, "t1", None), "owner", None, "logistics"),
        (own(registry, "t1", " "), "owner", None, "logistics"),
        (stage(registry, "App", "Get-Help"), "journey_stage", "get help", None),
        (stage(registry, "t1", ""), "journey_stage", None, "onboard"),
    ):
        (event,) = edit
        assert (event.payload[field], event.payload["before"]) == (value, before)
        after = edited(registry, edit)
        assert getattr(after.themes[str(event.theme_id)], field) == value
        assert {k: v for k, v in after.themes.items() if k != event.theme_id} == {
            k: v for k, v in registry.themes.items() if k != event.theme_id
        }


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("", "has 0 characters"),
        (" \u00a0", "has 0 characters"),
        ("x" * 61, "has 61 characters"),
        ("two\nlines", "holds a line break at position 4"),
        ("two\u2028lines", "holds a line break"),
        ("a\ttab", "holds a tab"),
        ("\x1b[31mred", r"holds the character U\+001B"),
        ("\u202eevil", r"holds the character U\+202E"),
        ("Card delivery", "has that label already"),
    ],
)
def test_a_label_is_one_short_plain_line(label: str, said: str) -> None:
    """A label has 1 to 60 characters, no line break and nothing that cannot be seen; the message says what it had."""
    registry = small_registry()
    with pytest.raises(ConfigError, match=said):
        rename(registry, "t1", label)
    if label != "Card delivery":
        assert said.split()[0] in refused(lambda r: rename(r, "t1", label), registry)


def test_siblings_have_different_labels() -> None:
    """No two open themes of one parent have the same label, in any case; cousins may, and closed ones do not count."""
    registry = small_registry()
    told = refused(lambda r: rename(r, "App", " CARD  delivery"), registry)
    assert "“Card delivery” (t1) has that label" in told and "themes merge t3 t1" in told
    refused(lambda r: rename(r, "lost", "LATE"), registry)
    assert edited(registry, rename(registry, "too high", "lost")).themes["t2a"].label == "lost"
    assert edited(registry, rename(registry, "t1", "card DELIVERY")).themes["t1"].label == "card DELIVERY"
    closed = edited(registry, retire(registry, "Fees"))
    assert edited(closed, rename(closed, "App", "Fees")).themes["t3"].label == "Fees"


def test_merging_two_themes() -> None:
    """The merged theme is closed and its clauses count for the other; its sub-themes move there under their ids."""
    registry = small_registry()
    after = edited(registry, merge(registry, "card delivery", "app"))
    merged = after.themes["t1"]
    assert (merged.status, merged.merged_into, merged.closed, merged.label) == ("merged", "t3", NOW, "Card delivery")
    assert [t.theme_id for t in after.sub_themes("t3")] == ["t1a", "t1b", "t1c"]
    assert after.resolve("t1") == ("t3", None) and after.resolve("t1", "t1a") == ("t3", "t1a")
    assert after.themes["t3"].owner is None and after.themes["t3"].label == "App"


def test_merging_themes_with_sub_themes_of_one_label() -> None:
    """A sub-theme with the label of one in the target is merged into that one, as a part of the same edit."""
    registry = small_registry()
    events = merge(registry, "t1", "t2")
    after = edited(registry, events)
    assert [(e.kind, e.theme_id, e.part_of) for e in after.events[-2:]] == [("merge", "t1", None), ("merge", "t1a", 12)]
    assert [t.theme_id for t in after.sub_themes("t2")] == ["t1b", "t1c", "t2a", "t2b"]
    assert after.resolve("t1", "t1a") == ("t2", "t2b") and after.resolve("t1", "t1b") == ("t2", "t1b")


def test_merging_into_a_sub_theme() -> None:
    """A theme merged into a sub-theme counts there with all its own sub-themes: there are two levels only."""
    registry = small_registry()
    after = edited(registry, merge(registry, "Fees", "Card delivery > lost"))
    assert after.resolve("t2") == after.resolve("t2", "t2a") == ("t1", "t1b")
    assert {after.themes[t].status for t in ("t2", "t2a", "t2b")} == {"merged"}


def test_merging_sub_themes() -> None:
    """A sub-theme may be merged into its sibling, into a sub-theme of another theme, and into another theme."""
    registry = small_registry()
    for into, place in (("t1b", ("t1", "t1b")), ("t2a", ("t2", "t2a")), ("t3", ("t3", None))):
        after = edited(registry, merge(registry, "t1a", into))
        assert after.resolve("t1", "t1a") == place and after.resolve("t1") == ("t1", None)


def test_merges_that_make_no_sense_are_refused() -> None:
    """A theme cannot be merged with itself, with its own sub-theme or parent, or with one that is closed."""
    registry = small_registry()
    assert "cannot be merged with itself" in refused(lambda r: merge(r, "t1", "Card Delivery"), registry)
    told = refused(lambda r: merge(r, "t1a", "t1"), registry)
    assert "is a sub-theme of “Card delivery” (t1), where its clauses count already" in told
    assert "`groundswell themes retire t1a`" in told
    assert "is a sub-theme of “Card delivery” (t1), which cannot go" in refused(
        lambda r: merge(r, "t1", "t1a"), registry
    )
    closed = edited(registry, merge(registry, "t3", "t2"))
    assert "“App” (t3) was merged into “Fees” (t2) and is closed" in refused(lambda r: merge(r, "t1", "t3"), closed)
    for edit in (rename, own, stage):
        assert "is closed" in refused(lambda r, edit=edit: edit(r, "t3", "pay"), closed)  # type: ignore[misc]


def test_splitting_a_theme() -> None:
    """Its sub-themes become themes under their ids, with its owner and stage where they have none; it is closed."""
    registry = edited(small_registry(), own(small_registry(), "t1c", "Ann"))
    after = edited(registry, split(registry, "card delivery"))
    assert (after.themes["t1"].status, after.themes["t1"].closed) == ("split", NOW)
    subs = [after.themes[theme_id] for theme_id in ("t1a", "t1b", "t1c")]
    assert [(t.parent, t.status) for t in subs] == [(None, "active")] * 3
    assert [t.owner for t in subs] == ["logistics", "logistics", "Ann"]
    assert [t.journey_stage for t in subs] == ["onboard", "leave", "onboard"]
    assert after.resolve("t1", "t1a") == ("t1a", None) and after.resolve("t1") == (None, None)


def test_splits_that_make_no_sense_are_refused() -> None:
    """Only a theme with two sub-themes or more can be split, and not where a label would then be there twice."""
    registry = small_registry()
    assert "“App” (t3) has no sub-themes: only a theme with two" in refused(lambda r: split(r, "app"), registry)
    assert "“lost” (t1b) is a sub-theme" in refused(lambda r: split(r, "lost"), registry)
    one = edited(registry, retire(registry, "too high"))
    assert "“Fees” (t2) has 1 sub-theme:" in refused(lambda r: split(r, "fees"), one)
    taken = edited(registry, rename(registry, "app", "LOST"))
    told = refused(lambda r: split(r, "t1"), taken)
    assert "its sub-theme “lost” (t1b) would have the label of the theme “LOST” (t3)" in told


def test_retiring() -> None:
    """The clauses of a retired theme are without one, and its sub-themes close with it; those of a retired sub-theme
    stay with its parent, wherever that goes."""
    registry = small_registry()
    after = edited(registry, retire(registry, "t1"))
    assert {after.themes[t].status for t in ("t1", "t1a", "t1b", "t1c")} == {"retired"}
    assert after.resolve("t1") == after.resolve("t1", "t1a") == (None, None)
    sub = edited(registry, retire(registry, "t1a"))
    assert sub.resolve("t1", "t1a") == ("t1", None)
    moved = edited(sub, merge(sub, "t1", "t3"))
    assert moved.resolve("t1", "t1a") == ("t3", None)


def test_deciding_on_a_new_theme() -> None:
    """A new theme is accepted or rejected once; one that is not new can be neither, and the message says what can."""
    registry = small_registry()
    accepted, rejected = (edited(registry, decide(registry, "hotline")) for decide in (accept, reject))
    assert accepted.themes["t4"].status == "active" and accepted.resolve("t4") == ("t4", None)
    assert rejected.themes["t4"].status == "rejected" and rejected.resolve("t4") == (None, None)
    assert "was rejected and is closed" in refused(lambda r: accept(r, "t4"), rejected)
    told = refused(lambda r: reject(r, "t4"), accepted)
    assert "is active: only a new theme can be rejected" in told and "`groundswell themes retire t4`" in told
    assert "is active: only a new theme can be accepted" in refused(lambda r: accept(r, "t1"), registry)


def test_deciding_on_a_new_theme_with_sub_themes() -> None:
    """Accepting a new theme accepts its new sub-themes; rejecting it closes them."""
    registry = analysed(small_registry(), "assign", [opening("t4a", "music", "t4", status="new")], weeks=2)
    accepted, rejected = (edited(registry, decide(registry, "hotline")) for decide in (accept, reject))
    assert accepted.themes["t4a"].status == "active" and rejected.themes["t4a"].status == "rejected"


def test_a_stage_is_one_of_seven() -> None:
    """A stage that is none is refused with the nearest and all of them; so is what would change nothing."""
    registry = small_registry()
    told = refused(lambda r: stage(r, "t3", "help"), registry)
    assert "perhaps 'get help'" in told and "discover, buy, onboard, use, pay, get help, leave" in told
    assert "stands at “onboard” already" in refused(lambda r: stage(r, "t1", "onboard"), registry)
    assert "stands at no stage already" in refused(lambda r: stage(r, "t3", None), registry)
    assert "has no owner already" in refused(lambda r: own(r, "t3", ""), registry)


def test_finding_a_theme() -> None:
    """A theme is found by its id, by its label or path in any case, and by the start of an id that only it has."""
    opened = [opening("t12ab", "Fees"), opening("t12cd", "Café"), opening("t9", "t12ab")]
    registry = analysed(fold([]), "fit", opened)
    for text in ("t12ab", " T12AB ", "FEES", "  fees "):
        assert registry.find(text).theme_id == "t12ab"
    assert registry.find("cafe\u0301").theme_id == registry.find("t12c").theme_id == "t12cd"
    small = small_registry()
    assert small.find("card delivery > LATE").theme_id == "t1a" and small.find("T3").theme_id == "t3"


def test_a_name_that_fits_several_themes_is_refused() -> None:
    """Where a label or the start of an id fits several themes, all are named with their ids."""
    registry = small_registry()
    told = refused(lambda r: retire(r, "late"), registry)
    assert "'late' may be 2 themes: “Card delivery > late” (t1a), “Fees > Late” (t2b)" in told and "give the id" in told
    many = analysed(fold([]), "fit", [opening(f"tab{n}", f"theme {n}") for n in range(7)])
    assert "may be 7 themes" in (told := refused(lambda r: retire(r, "tab"), many)) and "and 2 more" in told


def test_an_open_theme_is_meant_before_a_closed_one() -> None:
    """Where an open and a closed theme have one label, the open one is found; the closed one by its id."""
    registry = small_registry()
    registry = edited(registry, retire(registry, "fees"))
    registry = edited(registry, rename(registry, "app", "Fees"))
    assert registry.find("fees").theme_id == "t3" and registry.find("t2").status == "retired"


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("Card delivry", "t1"),
        ("delivery", "t1"),
        ("t1A9", "t1a"),
        ("hot line", "t4"),
        ("the app", "t3"),
        ("lots", "t1b"),
    ],
)
def test_an_unknown_name_gets_the_nearest(text: str, nearest: str) -> None:
    """A name or id that nobody has is answered with the nearest themes, their ids, and how to list them all."""
    told = refused(lambda r: retire(r, text), small_registry())
    assert told.startswith(f"no theme {text!r}; nearest: ") and f"({nearest}" in told.split(";")[1]
    assert "`groundswell themes list`" in told


def test_a_theme_whose_opening_was_undone_is_said_to_be() -> None:
    """Asked for by its id, a theme that a refit opened and that went with it is told of, not just unknown."""
    registry = analysed(small_registry(), "refit", [opening("t5", "Post")], weeks=2)
    registry = edited(registry, [NewEvent("undo", undoes=12)])
    told = refused(lambda r: retire(r, "t5"), registry)
    assert "no theme 't5' any more: its opening, a part of event 12, was undone" in told
    assert "t5" in registry.known_ids and registry.resolve("t5") == (None, None)
    assert registry.resolve("t1", "t5") == ("t1", None)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (opening("t1", "again"), "there is a theme of this id"),
        (opening("t8", "x", "t9"), "there is no theme t9"),
        (opening("t8", "x", "t1a"), "t1a is a sub-theme itself"),
        (opening("t8", ""), "no label"),
        (opening("t8", "x", origin="made up"), "made up"),
        (NewEvent("open", "t8", {"label": "x", "status": "merged"}), "merged"),
        (NewEvent("open", "t8", {"label": "x", "journey_stage": "sleep"}), "sleep"),
        (NewEvent("rename", "t1", {"label": ""}), "is no label"),
        (NewEvent("stage", "t1", {"journey_stage": "sleep"}), "is no journey_stage"),
        (NewEvent("retire", "t9"), "there is no theme t9"),
        (NewEvent("merge", "t1", {"into": "t1"}), "cannot be merged"),
        (NewEvent("merge", "t1a", {"into": "t1"}), "cannot be merged"),
        (NewEvent("merge", "t1", {"into": "t1a"}), "cannot be merged"),
        (NewEvent("split", "t3"), "fewer than two"),
        (NewEvent("accept", "t3"), "is not new"),
        (NewEvent("explode", "t3"), "no such kind"),
    ],
)
def test_an_event_that_does_not_fit_is_a_mistake_of_ours(event: NewEvent, why: str) -> None:
    """What no edit would make, an event that the themes before it do not allow, is refused with its number."""
    with pytest.raises(Misfit, match=why) as caught:
        edited(small_registry(), [event])
    assert "event 12" in str(caught.value)


def test_a_history_in_parts_is_the_whole() -> None:
    """Folding all events is folding the first ones and then the rest, in whatever order they are given."""
    registry = edited(small_registry(), merge(small_registry(), "t1", "t2"))
    for cut in range(len(registry.events) + 1):
        assert fold(registry.events[:cut]).after(registry.events[cut:]) == registry
    assert fold(reversed(registry.events)) == registry


def test_the_history_of_a_theme() -> None:
    """All events that named or changed a theme are in its history, in words, with the undone ones and their undoing."""
    registry = small_registry()
    for edit in (rename(registry, "t1a", "slow"), merge(registry, "t4", "t1a"), split(registry, "t1")):
        registry = edited(registry, edit)
    registry = edited(registry, [NewEvent("undo", undoes=14)])
    registry = edited(registry, [NewEvent("undo", undoes=15)])
    assert [describe(registry, event) for event in registry.history("t1a")] == [
        "“late” (t1a) was opened in “Card delivery” (t1)",
        "“late” (t1a) was renamed to “slow”",
        "“Hotline” (t4) was merged into “slow” (t1a)",
        "“Card delivery” (t1) was split into its sub-themes",
        "event 14 was undone: “Card delivery” (t1) was split into its sub-themes",
        "event 14 counts again: “Card delivery” (t1) was split into its sub-themes",
    ]
    assert registry.undone == {15} and registry.history("t0") == []


def test_every_event_can_be_told() -> None:
    """Each kind of event has its words."""
    registry = small_registry()
    edits: list[Edit] = [
        lambda r: own(r, "t1", "Ann"),
        lambda r: own(r, "t1", None),
        lambda r: stage(r, "t1", None),
        lambda r: accept(r, "t4"),
        lambda r: retire(r, "t4"),
    ]
    for edit in edits:
        registry = edited(registry, edit(registry))
    registry = analysed(registry, "assign", [opening("t5", "Post", status="new")], weeks=2)
    registry = edited(registry, reject(registry, "t5"))
    registry = analysed(registry, "refit", [], weeks=3)
    told = [describe(registry, event) for event in registry.events if event.event_id not in range(2, 11)]
    assert told == [
        "the first fit of themes, up to 2026-11-16",
        "“Hotline” (t4) was opened",
        "“Card delivery” (t1) was given to Ann",
        "“Card delivery” (t1) was given to nobody",
        "“Card delivery” (t1) was put at the stage undecided",
        "“Hotline” (t4) was accepted",
        "“Hotline” (t4) was retired",
        "an analysis, up to 2026-11-30",
        "“Post” (t5) was opened",
        "“Post” (t5) was rejected",
        "a refit of the themes, up to 2026-12-07",
    ]


def test_ids_are_made_from_what_the_theme_is() -> None:
    """The same seed gives the same id unless it is taken; a guided theme always has the id of its name."""
    first = new_theme_id("card", frozenset())
    second = new_theme_id("card", {first})
    assert first != second and {len(first), len(second)} == {9} and first[0] == "t"
    assert new_theme_id("card", frozenset()) == first
    assert guided_theme_id("Late  delivery") == guided_theme_id("late Delivery") != guided_theme_id("Delivery")


def test_a_label_that_an_analysis_gives_is_made_to_fit() -> None:
    """A label out of customers' words is put on one line, cut, and numbered where a sibling has it."""
    registry = small_registry()
    assert tidy_label(" a\n\tb\x00c ", "x") == "a b c" and tidy_label("\u202e", "t9") == "t9"
    assert len(tidy_label("word " * 30, "x")) <= 60
    assert free_label(registry.themes, "card delivery", None) == "card delivery (2)"
    assert free_label(registry.themes, "card delivery", None, ours="t1") == "card delivery"
    assert free_label(registry.themes, "card delivery", "t1") == "card delivery"
    long = edited(registry, rename(registry, "t3", "x" * 60))
    assert free_label(long.themes, "X" * 60, None) == "X" * 56 + " (2)"


def test_a_registry_travels_between_processes() -> None:
    """A registry comes out of a pickle as it went in."""
    registry = edited(small_registry(), merge(small_registry(), "t1", "t2"))
    assert pickle.loads(pickle.dumps(registry)) == registry


def test_an_undated_analysis() -> None:
    """Themes of undated data have no date of opening; what a person closes is dated by the clock."""
    events = number_events(fold([]), [NewEvent("fit"), opening("t1", "Fees")], actor="groundswell", at=NOW)
    registry = fold(events)
    assert (registry.as_of, registry.themes["t1"].opened) == (None, None)
    closed = edited(registry, retire(registry, "t1")).themes["t1"].closed
    assert closed == NOW and closed.tzinfo is UTC
    assert state_of(fold(events)) == state_of(registry)
