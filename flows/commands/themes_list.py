"""`groundswell themes list`: one line for each theme, the most spoken of first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from flows.commands.columns import Column, fitted, terminal_width, wrapped
from flows.commands.themes import NONE_YET, Place, day, last_day, number, people_word, through

if TYPE_CHECKING:
    from groundswell.registry import Registry
    from groundswell.registry_events import Theme
    from groundswell.theme_counts import ThemeCount, ThemeCounts

__all__ = ["Choice", "json_text", "list_lines"]

WIDE = 100  # from this width on an owner's name is shown whole


@dataclass(frozen=True)
class Choice:
    """Which themes to list."""

    subs: bool = False
    only_new: bool = False
    closed: bool = False
    everything: bool = False


@dataclass(frozen=True)
class _Row:
    theme: Theme
    count: ThemeCount
    under: Theme | None  # the theme above it in the list, of which it is a part


def list_lines(place: Place, choice: Choice) -> Iterator[str]:
    """The table, then how many there are and what they were counted in."""
    if not place.is_there:
        yield place.missing
        return
    registry, counts = _read(place)
    if not registry.themes:
        yield NONE_YET
        return
    rows, width = _rows(registry, counts, choice), terminal_width()
    is_open = [row for row in rows if row.theme.is_open]
    closed = [row for row in rows if not row.theme.is_open]
    for columns in (
        _columns(is_open, registry, people_word(counts), place, width),
        _closed_columns(closed, registry, place),
    ):
        lines, left_out = fitted(columns, width)
        yield from lines
        if left_out:
            yield from wrapped(f"(no room for: {', '.join(left_out)})", width)
        if lines:
            yield ""
    for sentence in _sums(registry, counts, choice, len(rows), place):
        yield from wrapped(sentence, width)


def json_text(place: Place, choice: Choice) -> str:
    """The same themes with all that is known of them, as one JSON object."""
    if not place.is_there:
        return json.dumps({"registry_version": 0, "as_of": None, "counted": "comments", "themes": []}, indent=2)
    registry, counts = _read(place)
    themes = []
    for row in _rows(registry, counts, choice):
        known = asdict(row.theme)
        for name in ("opened", "closed"):
            known[name] = None if known[name] is None else known[name].isoformat()
        # What the theme had at its last fit would be taken for what it has now.
        del known["clauses"]
        themes.append({**known, "people": row.count.people, "clauses": row.count.clauses})
    head = {
        "registry_version": registry.version,
        "as_of": None if registry.as_of is None else registry.as_of.isoformat(),
        "counted": counts.counted,
    }
    return json.dumps({**head, "themes": themes}, indent=2, ensure_ascii=False)


def _read(place: Place) -> tuple[Registry, ThemeCounts]:
    with place.open() as opened:
        registry = opened.load_registry()
        return registry, opened.theme_counts(registry.resolve)


def _rows(registry: Registry, counts: ThemeCounts, choice: Choice) -> list[_Row]:
    """The chosen themes by size; sub-themes follow their theme."""
    from groundswell.theme_counts import ThemeCount

    def row(theme: Theme, under: Theme | None = None) -> _Row:
        return _Row(theme, counts.of.get(theme.theme_id, ThemeCount(0, 0)), under)

    def by_size(themes: Sequence[Theme], under: Theme | None = None) -> list[_Row]:
        found = [row(theme, under) for theme in themes]
        return sorted(
            found, key=lambda one: (-one.count.people, -one.count.clauses, one.theme.label, one.theme.theme_id)
        )

    known = list(registry.themes.values())
    if choice.only_new:
        return by_size([theme for theme in known if theme.status == "new"])
    closed = by_size([theme for theme in known if not theme.is_open])
    if choice.closed:
        return closed
    rows = []
    for top in by_size([theme for theme in known if theme.is_open and theme.is_top]):
        rows.append(top)
        if choice.subs or choice.everything:
            parts = [theme for theme in known if theme.is_open and theme.parent == top.theme.theme_id]
            rows += by_size(parts, under=top.theme)
    return rows + (closed if choice.everything else [])


def _columns(rows: Sequence[_Row], registry: Registry, people: str, place: Place, width: int) -> list[Column]:
    themes, counts = [row.theme for row in rows], [row.count for row in rows]
    shares = [theme.stability for theme in themes]
    return [
        Column("id", [theme.theme_id for theme in themes]),
        Column("theme", [_name(row, registry) for row in rows], flexible=True, least=36, most=70),
        Column("", ["new!" if theme.status == "new" else "" for theme in themes]),
        Column(people, [f"{count.people:,}" for count in counts], right=True),
        Column("clauses", [f"{count.clauses:,}" for count in counts], need=4, right=True),
        Column("holds", ["" if share is None else f"{share:.0%}" for share in shares], need=1, right=True),
        Column("stage", [theme.journey_stage or "" for theme in themes], need=3),
        Column("owner", [theme.owner or "" for theme in themes], need=2, most=18 if width >= WIDE else 10),
        Column("since", [last_day(theme.opened, place) for theme in themes], need=5, right=True),
    ]


def _closed_columns(rows: Sequence[_Row], registry: Registry, place: Place) -> list[Column]:
    themes = [row.theme for row in rows]
    became = []
    for theme in themes:
        target = registry.themes.get(theme.merged_into or "")
        became.append(theme.status if target is None else f"merged into {registry.path(target)}")
    return [
        Column("id", [theme.theme_id for theme in themes]),
        Column("closed theme", [_name(row, registry) for row in rows], most=32),
        Column("became", became, flexible=True, most=90),
        Column(
            "on", ["" if theme.closed is None else day(theme.closed, place) for theme in themes], need=1, right=True
        ),
    ]


def _name(row: _Row, registry: Registry) -> str:
    """A sub-theme stands under its theme; one that stands alone is told with it."""
    theme = row.theme
    if theme.parent is None:
        return theme.label
    if row.under is not None:
        return f"  > {theme.label}"
    return registry.path(theme)


def _sums(registry: Registry, counts: ThemeCounts, choice: Choice, listed: int, place: Place) -> Iterator[str]:
    """What there is beside the lines above, and what these were counted in."""
    known = registry.themes.values()
    tops = sum(theme.is_open and theme.is_top for theme in known)
    new = sum(theme.status == "new" for theme in known)
    subs = sum(theme.is_open and not theme.is_top for theme in known)
    closed = sum(not theme.is_open for theme in known)
    if choice.only_new:
        uncounted = "" if place.counts_new else " and that count for nothing until then"
        decide = f"{uncounted}: `groundswell themes accept ID`, or `reject ID`" if listed else ""
        yield f"{number(listed, 'new theme')} that nobody has decided on{decide}"
    elif choice.closed:
        yield f"{number(listed, 'closed theme')}; `groundswell themes show ID` says how to open one again"
    else:
        parts = [number(tops, "theme") + (f", {new:,} new (--new)" if new else "")]
        parts += [number(subs, "sub-theme") + ("" if choice.subs or choice.everything else " (--subs)")] if subs else []
        parts += [f"{closed:,} closed" + ("" if choice.everything else " (--closed)")] if closed else []
        yield ", ".join(parts)
    share = counts.unassigned_share
    parts = [f"analysed {through(registry.as_of, place)}", f"registry version {registry.version}"]
    parts += [] if share is None else [f"{share:.0%} of clauses have no theme"]
    parts += ["people: authors, else comments"] if counts.counted == "authors or comments" else []
    yield "; ".join(parts)
