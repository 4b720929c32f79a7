"""`groundswell themes`: look at the themes, and edit them. Every edit is an event that can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from flows.cli_project import SETTINGS, STORE
from flows.progress import tell

__all__ = ["themes"]

F = TypeVar("F", bound=Callable[..., Any])

THEME = click.argument("theme", metavar="ID")


def _tell_all(lines: Iterable[str]) -> None:
    for line in lines:
        tell(line)


@click.group()
def themes() -> None:
    """What customers speak of: list, show and edit the themes.

    ID is a theme's id, the first characters of one, or its label in quotes. An edit holds from the next digest on;
    published digests stay as they are.
    """


@themes.command("list")
@SETTINGS
@STORE
@click.option("--subs", is_flag=True, help="Also the sub-themes, each under its theme.")
@click.option("--new", "only_new", is_flag=True, help="Only themes that came up lately and wait for a decision.")
@click.option("--closed", is_flag=True, help="Only themes that were merged, split, retired or rejected.")
@click.option("--all", "everything", is_flag=True, help="Sub-themes and closed themes too.")
@click.option("--json", "as_json", is_flag=True, help="Everything about each of them, for a program.")
def themes_list(settings: Path | None, store: str | None, as_json: bool, **chosen: bool) -> None:
    """One line for each theme, the most spoken of first."""
    from flows.commands.themes import place_of
    from flows.commands.themes_list import Choice, json_text, list_lines

    choice = Choice(**chosen)
    if choice.only_new and (choice.closed or choice.everything) or choice.closed and choice.everything:
        raise click.UsageError("--new, --closed and --all exclude each other")
    place = place_of(store, settings)
    if as_json:
        click.echo(json_text(place, choice))
    else:
        _tell_all(list_lines(place, choice))


@themes.command("show")
@THEME
@SETTINGS
@STORE
def themes_show(theme: str, settings: Path | None, store: str | None) -> None:
    """One theme whole: parts, what customers write, history."""
    from flows.commands.themes import place_of
    from flows.commands.themes_show import show_lines

    _tell_all(show_lines(place_of(store, settings), theme))


def _edit(settings: Path | None, store: str | None, name: str, *arguments: Any) -> None:
    from flows.commands import themes_edit
    from flows.commands.themes import place_of

    _tell_all(getattr(themes_edit, name)(place_of(store, settings), *arguments))


@themes.command("rename")
@THEME
@click.argument("label")
@SETTINGS
@STORE
def themes_rename(theme: str, label: str, settings: Path | None, store: str | None) -> None:
    """Give a theme another label."""
    _edit(settings, store, "rename", theme, label)


@themes.command("merge")
@THEME
@click.argument("into")
@SETTINGS
@STORE
def themes_merge(theme: str, into: str, settings: Path | None, store: str | None) -> None:
    """Make a theme part of another one.

    INTO keeps its label and its id.
    """
    _edit(settings, store, "merge", theme, into)


@themes.command("split")
@THEME
@SETTINGS
@STORE
def themes_split(theme: str, settings: Path | None, store: str | None) -> None:
    """Make the sub-themes of a theme themes of their own."""
    _edit(settings, store, "split", theme)


@themes.command("retire")
@THEME
@SETTINGS
@STORE
def themes_retire(theme: str, settings: Path | None, store: str | None) -> None:
    """Close a theme that nobody needs any more.

    Its clauses have no theme then, and the next analysis may put them elsewhere.
    """
    _edit(settings, store, "retire", theme)


@themes.command("accept")
@THEME
@SETTINGS
@STORE
def themes_accept(theme: str, settings: Path | None, store: str | None) -> None:
    """Say of a new theme that it is one."""
    _edit(settings, store, "accept", theme)


@themes.command("reject")
@THEME
@SETTINGS
@STORE
def themes_reject(theme: str, settings: Path | None, store: str | None) -> None:
    """Say of a new theme that it is none.

    It does not come up again.
    """
    _edit(settings, store, "reject", theme)


@themes.command("own")
@THEME
@click.argument("owner", metavar="[NAME]", required=False)
@click.option("--nobody", is_flag=True, help="Nobody looks after it any more.")
@SETTINGS
@STORE
def themes_own(theme: str, owner: str | None, nobody: bool, settings: Path | None, store: str | None) -> None:
    """Say who looks after a theme."""
    if (owner is None) != nobody:
        raise click.UsageError("who looks after it? Give a NAME, or --nobody")
    _edit(settings, store, "own", theme, owner)


@themes.command("stage")
@THEME
@click.argument("words", nargs=-1, metavar="[STAGE]")
@click.option("--none", "nowhere", is_flag=True, help="It belongs to no stage.")
@SETTINGS
@STORE
def themes_stage(theme: str, words: tuple[str, ...], nowhere: bool, settings: Path | None, store: str | None) -> None:
    """Say where on the customer's journey a theme belongs.

    STAGE is discover, buy, onboard, use, pay, get help or leave.
    """
    if bool(words) == nowhere:
        raise click.UsageError("which stage? Give a STAGE, or --none")
    _edit(settings, store, "stage", theme, " ".join(words).replace("-", " ") or None)


@themes.command("undo")
@click.argument("event", type=int, required=False)
@SETTINGS
@STORE
def themes_undo(event: int | None, settings: Path | None, store: str | None) -> None:
    """Take back an event by its number, else the last edit.

    The last edit is the last that any person made. An undo has a number too, and can be taken back.
    """
    _edit(settings, store, "undo", event)


@themes.command("refit")
@SETTINGS
@click.option("--apply", is_flag=True, help="Record it; otherwise nothing is changed.")
def themes_refit(settings: Path | None, apply: bool) -> None:
    """Say what a new grouping would make of the themes.

    Groups all feedback anew, beside the themes there are; nothing is changed without --apply.
    """
    from flows.commands.themes_refit import refit_lines

    _tell_all(refit_lines(settings, apply))
