"""Taking back what was done to the themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from registries_for_tests import NOW, analysed, edited, opening, small_registry, state_of

from groundswell.errors import ConfigError
from groundswell.registry import NewEvent, Registry, fold, number_events
from groundswell.registry_edits import accept, merge, own, reject, rename, retire, split, stage
from groundswell.registry_undo import undo

Edit = Callable[[Registry], Sequence[NewEvent]]
EDITS: dict[str, Edit] = {
    "rename": lambda r: rename(r, "t1", "Post"),
    "own": lambda r: own(r, "t1", None),
    "stage": lambda r: stage(r, "t1", "buy"),
    "merge": lambda r: merge(r, "t1", "t2"),
    "merge into a sub-theme": lambda r: merge(r, "t2", "t1b"),
    "merge of sub-themes": lambda r: merge(r, "t1a", "t2a"),
    "split": lambda r: split(r, "t1"),
    "accept": lambda r: accept(r, "t4"),
    "reject": lambda r: reject(r, "t4"),
    "retire": lambda r: retire(r, "t1"),
    "retire a sub-theme": lambda r: retire(r, "t1a"),
}


def refused(registry: Registry, event_id: int | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        undo(registry, event_id)
    assert "\n" not in str(caught.value) and "nothing was changed" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_undone_edit_leaves_the_themes_as_they_were(edit: Edit) -> None:
    """Whatever is edited and undone, all themes are as before; the undo undone, they are as after the edit."""
    before = small_registry()
    done = edited(before, edit(before))
    undone = edited(done, undo(done))
    assert state_of(done) != state_of(before) == state_of(undone)
    assert undone.version == done.version + 1 and undone.undone == {e.event_id for e in done.events[11:]}
    again = edited(undone, undo(undone, undone.version))
    assert state_of(again) == state_of(done)
    once_more = edited(again, undo(again))
    assert state_of(once_more) == state_of(before)


def test_undoing_again_and_again_goes_back_edit_by_edit() -> None:
    """Without a number each undo takes back the edit before the last one undone, down to the first; then it is said
    how the last undo is brought back."""
    registry = small_registry()
    states = [state_of(registry)]
    for edit in (EDITS["rename"], EDITS["accept"], EDITS["merge"]):
        registry = edited(registry, edit(registry))
        states.append(state_of(registry))
    for state in states[-2::-1]:
        registry = edited(registry, undo(registry))
        assert state_of(registry) == state
    told = refused(registry)
    assert told.startswith("there is no edit to undo") and f"`groundswell themes undo {registry.version}`" in told


def test_nothing_to_undo() -> None:
    """Where nobody has edited anything there is nothing to undo; what analyses did is not undone unless asked for."""
    assert refused(fold([])).startswith("there is no edit to undo; nothing was changed")
    assert refused(small_registry()).startswith("there is no edit to undo")
    assert "there is no event 7: there are none yet" in refused(fold([]), 7)
    assert "there is no event 99: the last one is 11" in refused(small_registry(), 99)


def test_what_was_undone_cannot_be_undone_once_more() -> None:
    """An event that is undone already is named with the undo that did it."""
    registry = small_registry()
    registry = edited(registry, EDITS["rename"](registry))
    registry = edited(registry, undo(registry, 12))
    told = refused(registry, 12)
    assert "event 12 is undone already, by event 13" in told and "`groundswell themes undo 13` brings it back" in told


def test_a_part_is_undone_with_the_whole() -> None:
    """An event that is part of another one is not undone alone; the whole takes its parts with it."""
    registry = small_registry()
    done = edited(registry, merge(registry, "t1", "t2"))
    told = refused(done, 13)
    assert "event 13 is part of event 12 (“Card delivery” (t1) was merged into “Fees” (t2))" in told
    assert state_of(edited(done, undo(done, 12))) == state_of(registry)


@pytest.mark.parametrize(
    ("first", "later", "fits"),
    [
        (EDITS["rename"], lambda r: rename(r, "t1", "Letters"), False),
        (EDITS["rename"], lambda r: own(r, "t1", "Ann"), True),
        (EDITS["rename"], lambda r: merge(r, "t3", "t1"), True),
        (EDITS["rename"], lambda r: merge(r, "t1", "t3"), True),
        (EDITS["own"], lambda r: own(r, "t1", "Ann"), False),
        (EDITS["stage"], lambda r: stage(r, "t1", "pay"), False),
        (EDITS["merge"], lambda r: rename(r, "t2", "Money"), True),
        (EDITS["merge"], lambda r: retire(r, "t2"), False),
        (EDITS["merge"], lambda r: merge(r, "t1b", "t2a"), False),
        (EDITS["split"], lambda r: rename(r, "t1a", "slow"), True),
        (EDITS["split"], lambda r: merge(r, "t3", "t1a"), False),
        (EDITS["split"], lambda r: retire(r, "t1c"), False),
        (EDITS["split"], lambda r: own(r, "t1a", "Ann"), False),
        (EDITS["accept"], lambda r: retire(r, "t4"), False),
        (EDITS["accept"], lambda r: rename(r, "t4", "Phone"), True),
        (EDITS["retire"], lambda r: retire(r, "t2"), True),
        (EDITS["retire a sub-theme"], lambda r: retire(r, "t1"), False),
        (EDITS["retire a sub-theme"], lambda r: retire(r, "t1b"), True),
    ],
)
def test_what_later_events_rest_on_stays(first: Edit, later: Edit, fits: bool) -> None:
    """An edit is undone after another one, which then still counts, unless that changed the same or needs it: then
    the message names it, and undoing both in turn leads back."""
    before = small_registry()
    both = edited(before, first(before))
    version = both.version
    both = edited(both, later(both))
    if fits:
        alone = edited(before, later(before))
        back = edited(both, undo(both, 12))
        dates = {"t1", "t2", "t3", "t4"}
        assert {t: state_of(back)[t] for t in dates} == {t: state_of(alone)[t] for t in dates}
    else:
        told = refused(both, 12)
        assert f"event {version + 1} (" in told and f"`groundswell themes undo {version + 1}` first" in told
        back = edited(both, undo(both))
        back = edited(back, undo(back))
        assert state_of(back) == state_of(before)


def test_an_undo_that_would_give_a_label_twice_is_refused() -> None:
    """Where somebody else has the old label by now, the rename is not undone; and neither is the closing of a theme
    whose label was given away."""
    registry = small_registry()
    registry = edited(registry, rename(registry, "t1", "Post"))
    registry = edited(registry, rename(registry, "t3", "card Delivery"))
    told = refused(registry, 12)
    assert "“Card delivery” (t1) and “card Delivery” (t3) would have one label" in told
    assert "`groundswell themes rename t1` first" in told
    registry = small_registry()
    registry = edited(registry, retire(registry, "t3"))
    registry = edited(registry, rename(registry, "t2", "App"))
    assert "“Fees” (t2)" not in refused(registry, 12) and "`groundswell themes rename t2` first" in refused(
        registry, 12
    )


def refitted(registry: Registry, actor: str = "groundswell") -> Registry:
    """A refit that opens a theme with a sub-theme, merges one, splits another and gives a third up."""
    events = [
        NewEvent("refit"),
        opening("t5", "Post", **{"from": "t1"}),
        opening("t5a", "stamps", "t5"),
        NewEvent("split", "t2"),
        NewEvent("merge", "t3", {"into": "t1a"}),
        NewEvent("retire", "t4"),
    ]
    return registry.after(number_events(registry, events, actor=actor, at=NOW))


def test_undoing_a_refit() -> None:
    """A refit is undone with all that is part of it, by the person who asked for it without a number; the ids that it
    gave are never given again."""
    before = small_registry()
    after = refitted(before, "ann")
    assert state_of(after) != state_of(before)
    for made in (undo(after), undo(after, 12)):
        back = edited(after, made)
        assert state_of(back) == state_of(before) and back.as_of == before.as_of
        assert {"t5", "t5a"} <= back.known_ids and len(back.undone) == 6
        assert state_of(edited(back, undo(back, back.version))) == state_of(after)
    assert refused(refitted(before)).startswith("there is no edit to undo")


def test_what_rests_on_a_refit() -> None:
    """Edits of what a refit made or closed keep it from being undone; weekly analyses since do not."""
    registry = refitted(small_registry())
    week = analysed(registry, "assign", [opening("t6", "Rates", status="new")], weeks=2)
    back = edited(week, undo(week, 12))
    assert back.themes["t6"].status == "new" and "t5" not in back.themes and back.themes["t3"].is_open
    for edit in (lambda r: rename(r, "t5a", "stamp"), lambda r: merge(r, "t1", "t5"), lambda r: retire(r, "t2a")):
        assert "rests on it" in refused(edited(registry, edit(registry)), 12)
    sub = analysed(registry, "assign", [opening("t6", "letters", "t5")], weeks=2)
    told = refused(sub, 12)
    assert "event 18 (“letters” (t6) was opened in “Post” (t5)) rests on it" in told and "themes undo 18" in told


def test_undoing_the_first_fit() -> None:
    """The first fit is undone as long as it is the only analysis, and after it there are no themes."""
    first = analysed(fold([]), "fit", [opening("t1", "Fees")])
    assert state_of(edited(first, undo(first, 1))) == {}
    told = refused(small_registry(), 1)
    assert "event 10 (“Hotline” (t4) was opened) rests on it" in told or "event 10 (an analysis" in told


def test_an_undo_that_no_longer_fits_cannot_be_undone() -> None:
    """What an undo took back is not brought back where a theme that it needs is gone; the message says why."""
    registry = refitted(small_registry())
    registry = edited(registry, merge(registry, "t5", "t1"))
    registry = edited(registry, undo(registry))
    registry = edited(registry, undo(registry, 12))
    told = refused(registry, 19)
    assert "event 18 would not fit any more, for there is no theme t5" in told


def test_undoing_an_analysis_with_a_theme_that_was_edited() -> None:
    """An analysis that opened a theme is not undone under an edit of that theme."""
    registry = small_registry()
    assert "t4" not in edited(registry, undo(registry, 10)).themes
    accepted = edited(registry, accept(registry, "t4"))
    assert "event 12 (“Hotline” (t4) was accepted) rests on it" in refused(accepted, 10)


def test_an_undone_merge_takes_no_sub_theme_along() -> None:
    """Clauses that came to lie in a part of the other theme while two were one are their own theme's again."""
    registry = edited(small_registry(), merge(small_registry(), "t2", "t1"))
    assert registry.resolve("t2", "t1a") == ("t1", "t1a")
    registry = edited(registry, undo(registry))
    assert registry.resolve("t2", "t1a") == ("t2", None)
    assert registry.resolve("t1", "t1a") == ("t1", "t1a")
