"""`groundswell actions`: what was decided on themes, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from flows.cli_project import SETTINGS, STORE, day_option
from flows.progress import tell

__all__ = ["actions"]

F = TypeVar("F", bound=Callable[..., Any])

NUMBER = click.argument("number", metavar="NUMBER")


def _tell(settings: Path | None, store: str | None, name: str, *arguments: Any) -> None:
    from flows.commands import actions as commands
    from flows.commands.themes import place_of

    for line in getattr(commands, name)(place_of(store, settings), *arguments):
        tell(line)


@click.group()
def actions() -> None:
    """What was decided on a theme, by whom, since when.

    The next digests show what came of it: how many people raised the theme a week before, and how many since.
    """


@actions.command("list")
@SETTINGS
@STORE
def actions_list(settings: Path | None, store: str | None) -> None:
    """One line for each action, those that are not done first."""
    _tell(settings, store, "list_lines")


@actions.command("add")
@click.argument("theme", metavar="THEME")
@click.option("--what", metavar="TEXT", required=True, help="What was decided, in one line.")
@click.option("--owner", metavar="NAME", help="Who sees to it; default: who looks after the theme.")
@day_option("--since", help="The day from which it counts; default: today.")
@SETTINGS
@STORE
def actions_add(
    theme: str, what: str, owner: str | None, since: datetime | None, settings: Path | None, store: str | None
) -> None:
    """Record what was decided on a theme.

    THEME is a theme's id, the first characters of one, or its label in quotes.
    """
    _tell(settings, store, "add_lines", theme, what, owner, since and since.date())


@actions.command("done")
@NUMBER
@day_option("--on", help="The day on which it was done; default: today.")
@SETTINGS
@STORE
def actions_done(number: str, on: datetime | None, settings: Path | None, store: str | None) -> None:
    """Say that an action is finished."""
    _tell(settings, store, "done_lines", number, on and on.date())


@actions.command("drop")
@NUMBER
@SETTINGS
@STORE
def actions_drop(number: str, settings: Path | None, store: str | None) -> None:
    """Take back an action that was recorded by mistake."""
    _tell(settings, store, "drop_lines", number)
