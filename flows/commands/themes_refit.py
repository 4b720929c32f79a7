"""`groundswell themes refit`: what a new grouping would make of the themes, and its recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.columns import terminal_width, wrapped

if TYPE_CHECKING:
    from flows.refit import RefitProposal
    from groundswell.registry_events import Theme

__all__ = ["proposal_lines", "refit_lines"]

NAMED = 12  # of each kind of change; a grouping that changes more is told by its numbers


def refit_lines(settings: Path | None, apply: bool) -> Iterator[str]:
    """Groups everything anew beside the registry, and says what would become of each theme, or (`apply`) what did."""
    from flows.project import open_project
    from flows.refit import refit_themes
    from groundswell.storage import open_store

    project = open_project(settings)
    with open_store(project.store) as opened:
        themes = opened.load_registry().themes
    proposal = refit_themes(project, apply=apply)
    with open_store(project.store) as opened:
        themes = {**themes, **opened.load_registry().themes}  # those that the new grouping has opened
    yield from proposal_lines(proposal, themes, terminal_width())


def proposal_lines(proposal: RefitProposal, themes: Mapping[str, Theme], width: int) -> Iterator[str]:
    """The sums first, then each theme that does not stay as it is, then what to do."""
    done = proposal.applied
    changes = {
        "merged": [f"{_name(one, themes)} into {_name(into, themes)}" for one, into in proposal.merges],
        "split": [
            f"{_name(one, themes)} into {', '.join(_name(part, themes) for part in parts)}"
            for one, parts in proposal.splits
        ],
        "new": [_name(one, themes) for one in proposal.opened],
        "gone": [_name(one, themes) for one in proposal.closed],
    }
    yield "the new grouping is recorded:" if done else "a new grouping would change this; nothing is changed yet:"
    yield f"  {proposal.same:>4,} stay{'ed' if done else ''} the same"
    for kind, lines in changes.items():
        yield f"  {len(lines):>4,} {kind}"
        for line in lines[:NAMED]:
            yield from wrapped(line, width, " " * 9)
        if len(lines) > NAMED:
            yield f"{'':9}and {len(lines) - NAMED:,} more"
    yield f"{proposal.moved_share:.1%} of the clauses {'have changed' if done else 'would change'} their theme"
    if not any(changes.values()) and not proposal.moved_share:
        yield "there is nothing to record" if not done else "the themes are as they were"
    elif not done:
        yield "record it with groundswell themes refit --apply"
    elif proposal.event is not None:
        yield f"event {proposal.event}: take it back with groundswell themes undo {proposal.event}"
        yield from wrapped("it holds from the next digest on; published digests stay as they are", width)


def _name(theme: str, themes: Mapping[str, Theme]) -> str:
    """The theme with its label, where its id is known; else what the proposal calls it."""
    known = themes.get(theme)
    return str(known) if known is not None else theme
