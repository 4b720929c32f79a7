"""`groundswell outbox`: the messages that were sent, and those that did not arrive."""

from __future__ import annotations

from pathlib import Path

import click

from flows.cli_project import SETTINGS
from flows.progress import say, tell

__all__ = ["outbox"]


@click.group()
def outbox() -> None:
    """Digests and notices by e-mail and chat: what arrived, what did not, and why."""


@outbox.command("list")
@SETTINGS
@click.option("--all", "everything", is_flag=True, help="Also those that arrived or were given up.")
def outbox_list(settings: Path | None, everything: bool) -> None:
    """One line for each message that somebody waits for."""
    from flows.commands.outbox import list_lines

    for line in list_lines(settings, everything):
        tell(line)


@outbox.command("retry")
@click.argument("numbers", nargs=-1, type=int)
@SETTINGS
def outbox_retry(numbers: tuple[int, ...], settings: Path | None) -> None:
    """Send messages that did not arrive once more, now. Default: all of them, held ones too."""
    from flows.commands.outbox import retry_lines

    for line in retry_lines(settings, numbers):
        tell(line)


@outbox.command("drop")
@click.argument("numbers", nargs=-1, required=True, type=int)
@SETTINGS
def outbox_drop(numbers: tuple[int, ...], settings: Path | None) -> None:
    """Give messages up, by number."""
    from flows.commands.outbox import drop_lines

    for line in drop_lines(settings, numbers):
        say(line)
