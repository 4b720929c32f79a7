"""`groundswell themes show`: one theme whole, for somebody who has to decide about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from struct import unpack
from typing import TYPE_CHECKING

from flows.commands.columns import Column, fitted, terminal_width, wrapped
from flows.commands.themes import Place, day, number, people_word, through
from groundswell.registry_events import BATCHES
from groundswell.registry_undo import describe

if TYPE_CHECKING:
    from groundswell.registry import Registry
    from groundswell.registry_events import Event, Theme
    from groundswell.theme_counts import ThemeCounts, ThemeExample

__all__ = ["show_lines"]

EXAMPLES = 5
NEAREST = 3
FIRM, FAIR = 0.85, 0.6  # as Hennig reads this figure (docs/methods.md, D8)
ALIKE = 0.5  # cosine from which another theme is worth a look
_KEY = 11  # width of the names on the left
MOST_WIDTH = 110  # a longer line is hard to read


@dataclass(frozen=True)
class _View:
    """What is known of a theme, read at once."""

    theme: Theme
    registry: Registry
    counts: ThemeCounts
    examples: list[ThemeExample]
    near: list[tuple[Theme, float]]
    place: Place
    width: int


def show_lines(place: Place, text: str) -> Iterator[str]:
    """A section each for what it is, its parts, what customers write, what resembles it, and its history."""
    with place.open() as opened:
        registry = opened.load_registry()
        theme = registry.find(text)
        view = _View(
            theme,
            registry,
            opened.theme_counts(registry.resolve),
            opened.theme_examples(theme.theme_id, registry.resolve, EXAMPLES),
            nearest(theme, registry, opened.theme_vectors()) if theme.is_open else [],
            place,
            min(terminal_width(), MOST_WIDTH),
        )
    yield registry.path(theme)
    yield from _facts(view)
    yield from _parts(view)
    yield from _examples(view)
    yield from _alike(view)
    yield from _history(view)


def nearest(theme: Theme, registry: Registry, vectors: Mapping[str, bytes]) -> list[tuple[Theme, float]]:
    """The open themes of the same level whose middle lies nearest, with the cosine, nearest first."""
    if theme.theme_id not in vectors:
        return []
    own = _numbers(vectors[theme.theme_id])
    found = []
    for other in registry.open_themes():
        same_level = other.is_top == theme.is_top
        if other.theme_id != theme.theme_id and same_level and other.theme_id in vectors:
            found.append((other, _cosine(own, _numbers(vectors[other.theme_id]))))
    alike = [(other, value) for other, value in found if value >= ALIKE]
    return sorted(alike, key=lambda pair: (-pair[1], pair[0].theme_id))[:NEAREST]


def _numbers(vector: bytes) -> list[float]:
    """The numbers of a vector of length 1, kept as float16 or float32 (only one of the two has that length).

    Without numpy, whose import takes as long as all the rest of the command.
    """
    for code, size in (("e", 2), ("f", 4)):
        numbers = list(unpack(f"<{len(vector) // size}{code}", vector)) if len(vector) % size == 0 else []
        if abs(sum(x * x for x in numbers) - 1.0) < 0.05:
            return numbers
    return []


def _cosine(one: list[float], other: list[float]) -> float:
    return sum(x * y for x, y in zip(one, other, strict=True)) if len(one) == len(other) else 0.0


def _facts(view: _View) -> Iterator[str]:
    theme = view.theme
    facts = {
        "id": theme.theme_id,
        "status": _status(view),
        "spoken of": _size(view),
        "holds": "" if theme.stability is None else f"{theme.stability:.0%}, {_firmness(theme.stability)}",
        "keywords": ", ".join(theme.keywords),
        "stage": theme.journey_stage or (f"not decided (groundswell themes stage {theme.theme_id} STAGE)"),
        "owner": theme.owner or f"nobody (groundswell themes own {theme.theme_id} NAME)",
    }
    for name, fact in facts.items():
        if fact and (theme.is_open or name not in ("stage", "owner", "holds")):
            first, *more = wrapped(fact, view.width - 2, " " * _KEY)
            yield f"  {name:<{_KEY}}{first.lstrip()}"
            yield from (f"  {line}" for line in more)


def _firmness(stability: float) -> str:
    """What a theme's stability means to somebody who decides by it."""
    if stability >= FIRM:
        return "firm: grouping the feedback again finds the theme nearly as it is"
    if stability >= FAIR:
        return "fair: grouping the feedback again finds its middle; some clauses go elsewhere"
    return "loose: grouping the feedback again may draw it in another way; read its clauses before you act on it"


def _status(view: _View) -> str:
    theme, undo = view.theme, ""
    opened = f"{_ORIGINS.get(theme.origin, theme.origin)}, {through(theme.opened, view.place)}"
    if theme.status == "active":
        return f"in use; {opened}"
    if theme.status == "new":
        accept = f"groundswell themes accept {theme.theme_id}, or reject {theme.theme_id}"
        counted = "Counted and shown like the others" if view.place.counts_new else "Not counted until it is accepted"
        return f"new; {opened}. {counted}; nobody has decided on it yet: {accept}"
    closing = [event for event in view.registry.history(theme.theme_id) if event.kind in _CLOSING]
    if closing:
        undo = f"; take it back with groundswell themes undo {closing[-1].event_id}"
    if theme.status == "merged":
        into = view.registry.themes.get(theme.merged_into or "")
        return f"closed: merged into {into if into is not None else theme.merged_into}{undo}"
    return f"closed: {theme.status}{undo}"


_ORIGINS = {
    "fit": "found by the first fit",
    "emerged": "came up in the analysis",
    "guided": "named in the settings, first analysed",
    "refit": "found by a refit",
}
_CLOSING = ("merge", "split", "retire", "reject")


def _size(view: _View) -> str:
    count = view.counts.of.get(view.theme.theme_id)
    where = f"in the last analysis, {through(view.registry.as_of, view.place)}"
    if not view.theme.is_open:
        return ""
    if count is None:
        return f"nowhere {where}"
    rank = ""
    if view.theme.is_top:
        tops = [theme for theme in view.registry.open_themes() if theme.is_top]
        larger = sum(view.counts.of[t.theme_id].people > count.people for t in tops if t.theme_id in view.counts.of)
        rank = f"; number {larger + 1} of {len(tops)} by size"
    word = people_word(view.counts)
    people = f"{count.people:,} {word}" if count.people != 1 else f"1 {'person' if word == 'people' else word[:-1]}"
    return f"by {people} in {number(count.clauses, 'clause')} {where}{rank}"


def _parts(view: _View) -> Iterator[str]:
    parts = [theme for theme in view.registry.open_themes() if theme.parent == view.theme.theme_id]
    if not parts:
        return
    sizes = {part.theme_id: view.counts.of.get(part.theme_id) for part in parts}
    people = {one: 0 if size is None else size.people for one, size in sizes.items()}
    parts.sort(key=lambda part: (-people[part.theme_id], part.label))
    clauses = [sizes[part.theme_id] for part in parts]
    columns = [
        Column("id", [part.theme_id for part in parts]),
        Column("part", [part.label + (" (new!)" if part.status == "new" else "") for part in parts], flexible=True),
        Column(people_word(view.counts), [f"{people[part.theme_id]:,}" for part in parts], right=True),
        Column("clauses", [f"{0 if one is None else one.clauses:,}" for one in clauses], right=True),
    ]
    yield ""
    yield from (f"  {line}" for line in fitted(columns, view.width - 2)[0])


def _examples(view: _View) -> Iterator[str]:
    if not view.examples:
        return
    yield ""
    yield "what customers write"
    for example in view.examples:
        when = "" if example.occurred_at is None else f", {day(example.occurred_at, view.place)}"
        place = f"({example.source} {example.reference}{when})"
        first, *more = wrapped(f"“{' '.join(example.text.split())}” {place}", view.width, "    ")
        yield f"  - {first.lstrip()}"
        yield from more


def _alike(view: _View) -> Iterator[str]:
    if not view.near:
        return
    yield ""
    yield f"most like it (should one be the same: groundswell themes merge {view.theme.theme_id} ID)"
    for other, value in view.near:
        yield f"  {other.theme_id}  {value:>4.0%}  {view.registry.path(other)}"


def _history(view: _View) -> Iterator[str]:
    told = [(event, _sentence(event, view)) for event in view.registry.history(view.theme.theme_id) if event.theme_id]
    told = [(event, sentence) for event, sentence in told if sentence]
    if not told:
        return
    yield ""
    yield "history (groundswell themes undo EVENT takes one back)"
    columns = [
        Column("event", [str(event.root) for event, _ in told], right=True),
        Column("on", [day(event.at, view.place) for event, _ in told], right=True),
        Column("by", [event.actor for event, _ in told], most=18),
    ]
    head, *lines = fitted(columns, view.width - 2)[0]
    indent = " " * (4 + sum(column.width + 2 for column in columns[:-1]) + columns[-1].width)
    yield f"  {head}"[: len(indent)].ljust(len(indent)) + "what"
    for line, (_, sentence) in zip(lines, told, strict=True):
        first, *more = wrapped(sentence, view.width, indent)
        yield f"  {line}"[: len(indent)].ljust(len(indent)) + first.lstrip()
        yield from more


def _sentence(event: Event, view: _View) -> str:
    """What an event did to the theme; "" where that is told elsewhere on the page."""
    registry, own = view.registry, event.theme_id == view.theme.theme_id
    if event.kind == "open" and not own:
        return ""  # a part of it: those that are left are listed
    sentence = describe(registry, event)
    if own and event.kind != "rename":
        sentence = sentence.rpartition(f"({event.theme_id}) ")[2]  # whose history it is stands above
    root = registry.event(event.root)
    if root is not None and root.kind in BATCHES:
        sentence += f" by {describe(registry, root)}"
    undoing = [one for one in registry.events if one.undoes == event.root and one.event_id not in registry.undone]
    if event.event_id in registry.undone:
        sentence += "".join(
            f" (undone on {day(one.at, view.place)} by {one.actor}: event {one.event_id})" for one in undoing
        )
    return sentence
