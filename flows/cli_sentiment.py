"""`groundswell sentiment`: which model reads the tone of the comments, and how well; training your own model."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from flows.cli_project import AS_OF, SETTINGS, STORE
from flows.progress import tell

__all__ = ["sentiment"]


@click.group(invoke_without_command=True)
@click.pass_context
def sentiment(context: click.Context) -> None:
    """Which model reads the tone of the comments, and how well.

    Without a command: show.
    """
    if context.invoked_subcommand is None:
        context.invoke(sentiment_show)


@sentiment.command("show")
@SETTINGS
@STORE
def sentiment_show(settings: Path | None = None, store: str | None = None) -> None:
    """The model of each source, its figures, why it is that one, and the words that weigh most."""
    from flows.commands.sentiment import show_lines

    for line in show_lines(store, settings):
        tell(line)


@sentiment.command("train")
@SETTINGS
@AS_OF
def sentiment_train(settings: Path | None, as_of: datetime | None) -> None:
    """Train your own model now, on the rated comments in the store.

    Analyses do so by themselves when it is due.
    """
    from flows.commands.sentiment import train_lines

    for line in train_lines(settings, as_of):
        tell(line)
