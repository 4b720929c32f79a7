"""Random walks through what analyses and people may do to the themes, and what holds at every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registries_for_tests import analysed, edited, opening, small_registry, state_of

from groundswell.errors import ConfigError
from groundswell.registry import NewEvent, Registry, Theme, fold, new_theme_id
from groundswell.registry_edits import accept, merge, own, reject, rename, retire, split, stage
from groundswell.registry_events import STAGES
from groundswell.registry_find import free_label, plain_label
from groundswell.registry_replay import play
from groundswell.registry_undo import describe, undo

LABELS = ("Card", "Post", "late", "LOST", "fees", "Late", "x" * 60)
FIELDS = ("label", "owner", "journey_stage")


def step(registry: Registry, random: Random) -> Sequence[NewEvent] | Registry:
    """One thing that a person or an analysis may try: events of an edit, or the registry after an analysis."""
    ids = sorted(registry.known_ids) or ["t0"]
    one, other = random.choice(ids), random.choice(ids)
    edits: list[Callable[[], Sequence[NewEvent]]] = [
        lambda: rename(registry, one, random.choice(LABELS)),
        lambda: own(registry, one, random.choice(("Ann", "Bob", None))),
        lambda: stage(registry, one, random.choice(STAGES)),
        lambda: merge(registry, one, other),
        lambda: merge(registry, one, other),
        lambda: split(registry, one),
        lambda: retire(registry, one),
        lambda: accept(registry, one),
        lambda: reject(registry, one),
        lambda: undo(registry),
        lambda: undo(registry, random.randint(1, registry.version + 1)),
        lambda: undo(registry, random.randint(max(1, registry.version - 6), registry.version + 1)),
    ]
    kind = random.randrange(len(edits) + 3)
    return edits[kind]() if kind < len(edits) else analysis(registry, random)


def analysis(registry: Registry, random: Random) -> Registry:
    """An analysis that opens a theme, or sub-themes of one that is open, and perhaps refits."""
    tops = [theme for theme in registry.open_themes() if theme.is_top]
    parent = random.choice([None, *(theme.theme_id for theme in tops)])
    events: list[NewEvent] = []
    made: dict[str, Theme] = dict(registry.themes)
    for n in range(random.randint(1, 3)):
        theme_id = new_theme_id(f"{registry.version} {n}", registry.known_ids)
        label = free_label(made, random.choice(LABELS), parent)
        made[theme_id] = Theme(theme_id, label, parent)
        events.append(opening(theme_id, label, parent, random.choice(("active", "new"))))
    kind = random.choice(("assign", "assign", "refit"))
    if kind == "refit" and len(tops) > 1:
        events = [*merge(registry, tops[0].theme_id, tops[1].theme_id)]
    return analysed(registry, kind, events, weeks=registry.version)


def check(registry: Registry) -> None:
    """What holds after any history."""
    labels = set()
    for theme in registry.open_themes():
        parent = registry.themes.get(theme.parent or "")
        assert parent is None and theme.parent is None or parent is not None and parent.is_open and parent.is_top
        assert registry.resolve(theme.theme_id) == (
            (theme.theme_id, None) if theme.is_top else (theme.parent, theme.theme_id)
        )
        labels.add((theme.parent, plain_label(theme.label)))
    assert len(labels) == len(registry.open_themes())
    for theme in registry.themes.values():
        top, sub = registry.resolve(theme.theme_id)
        assert top is None or registry.themes[top].is_open and registry.themes[top].is_top
        assert sub is None or registry.themes[sub].is_open and registry.themes[sub].parent == top
        assert (theme.status == "merged") == (theme.merged_into is not None)
        assert theme.is_open == (theme.closed is None)
    for one in registry.themes:
        for other in registry.themes:
            registry.resolve(one, other)


def check_undone(before: Registry, after: Registry) -> None:
    """An undo changes what the event had changed, nothing else; and no other event does anything else than before."""
    left, right = play(before.events), play(after.events)
    toggled = left.touched.keys() ^ right.touched.keys() - {after.version}
    changed = {
        change for event in toggled for change in left.touched.get(event, set()) | right.touched.get(event, set())
    }
    for event in left.touched.keys() & right.touched.keys():
        assert left.touched[event] == right.touched[event]
    for theme_id in before.themes.keys() | after.themes.keys():
        one, other = before.themes.get(theme_id), after.themes.get(theme_id)
        for name in FIELDS:
            if (theme_id, name) not in changed:
                assert getattr(one, name) == getattr(other, name)
        if (theme_id, "place") not in changed:
            assert one is not None and other is not None
            assert (one.parent, one.status, one.merged_into) == (other.parent, other.status, other.merged_into)


@pytest.mark.parametrize("start", [fold([]), small_registry()], ids=["nothing", "a few themes"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_random_walk(start: Registry, seed: int) -> None:
    """Whatever analyses and people do in whatever order: ids stay, two levels stay, open siblings have different
    labels, every closed theme leads to an open one or to none, and an undo takes back one thing only."""
    random, registry = Random(seed), start
    for _ in range(40):
        try:
            made = step(registry, random)
        except ConfigError as error:
            assert "\n" not in str(error) and ("nothing was changed" in str(error) or not registry.themes)
            continue
        after = made if isinstance(made, Registry) else edited(registry, made)
        assert after.known_ids >= registry.known_ids and after.version > registry.version
        assert [e.event_id for e in after.events] == list(range(1, after.version + 1))
        check(after)
        if after.events[-1].kind == "undo":
            check_undone(registry, after)
        elif not isinstance(made, Registry):
            assert after.themes.keys() == registry.themes.keys()
            back = edited(after, undo(after, after.events[registry.version].event_id))
            assert state_of(back) == state_of(registry)
            assert state_of(edited(back, undo(back, back.version))) == state_of(after)
        registry = after
    cut = random.randint(0, registry.version)
    assert fold(registry.events[:cut]).after(registry.events[cut:]) == registry
    assert all(describe(registry, event) for event in registry.events)
    assert all(registry.history(theme_id) for theme_id in registry.themes)
