"""`groundswell testimonials`: whom to ask for consent, what was answered, and which texts may be used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from flows.cli_project import SETTINGS, STORE, day_option
from flows.progress import say, tell

__all__ = ["testimonials"]

F = TypeVar("F", bound=Callable[..., Any])

KEY = click.argument("key", metavar="KEY")
FORMS = ("anonymous", "initials", "first-name", "full-name", "own-words")


def _text(name: str, help: str, required: bool = False) -> Callable[[F], F]:
    return click.option(name, metavar="TEXT", required=required, help=help)


ON = day_option("--on", "The day on which it happened; default: today.")


def _place(command: F) -> F:
    return SETTINGS(STORE(command))


def _tell(settings: Path | None, store: str | None, module: str, name: str, *arguments: Any) -> None:
    from importlib import import_module

    from flows.commands.testimonials import ground_of

    commands = import_module(f"flows.commands.{module}")
    for line in getattr(commands, name)(ground_of(store, settings), *arguments):
        tell(line)


def _step(settings: Path | None, store: str | None, key: str, kind: str, on: datetime | None, **details: Any) -> None:
    from flows.commands.testimonials import day_given
    from flows.commands.themes import place_of

    when = day_given(on and on.date(), place_of(store, settings))
    _tell(settings, store, "testimonials_decide", "step_lines", key, kind, {**details, "on": when})


@click.group()
def testimonials() -> None:
    """Texts that could be quoted, and the consent of their authors.

    A candidate is approved, its author is asked outside Groundswell, and the answer is recorded for the exact text.
    Only texts whose consent is in force are ever exported. Not legal advice.
    """


@testimonials.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are closed: declined, run out, taken back.")
@_place
def testimonials_list(settings: Path | None, store: str | None, everything: bool) -> None:
    """One line for each text: what waits for marketing, what for customers, then the candidates."""
    _tell(settings, store, "testimonials_list", "list_lines", everything)


@testimonials.command("show")
@KEY
@_place
def testimonials_show(settings: Path | None, store: str | None, key: str) -> None:
    """One text with its terms, its checks and its whole history."""
    _tell(settings, store, "testimonials_list", "show_lines", key)


@testimonials.command("approve")
@KEY
@_text("--note", "A remark that stays in the history.")
@_place
def testimonials_approve(settings: Path | None, store: str | None, key: str, note: str | None) -> None:
    """Take a candidate up: its author may be asked."""
    _step(settings, store, key, "approved", None, note=note)


@testimonials.command("reject")
@KEY
@_text("--why", "Why it is not wanted.")
@_place
def testimonials_reject(settings: Path | None, store: str | None, key: str, why: str | None) -> None:
    """Say that a candidate is not wanted: it is not proposed again."""
    _step(settings, store, key, "rejected", None, why=why)


@testimonials.command("request")
@KEY
@_text("--by", "How its author was asked: e-mail, telephone.", required=True)
@_text("--incentive", "What the author was promised for it; it has to be disclosed.")
@click.option("--anyway", is_flag=True, help="Although the author has been unhappy since, or waits for an answer.")
@ON
@_place
def testimonials_request(
    settings: Path | None, store: str | None, key: str, on: datetime | None, anyway: bool, **details: Any
) -> None:
    """Note that the author was asked. Groundswell sends nothing to customers."""
    _step(settings, store, key, "requested", on, anyway="yes" if anyway else None, **details)


@testimonials.command("remind")
@KEY
@ON
@_place
def testimonials_remind(settings: Path | None, store: str | None, key: str, on: datetime | None) -> None:
    """Note the one reminder."""
    _step(settings, store, key, "reminded", on)


@testimonials.command("grant")
@KEY
@_text("--scope", "What the author agreed to, in words: advertising of the current account.", required=True)
@click.option("--channel", "channels", multiple=True, required=True, metavar="NAME", help="Where it may be used; more.")
@click.option("--attribution", type=click.Choice(FORMS), default="anonymous", show_default=True, help="In which form.")
@_text("--named", "What stands below the quote, exactly as the author wants it.")
@_text("--proof", "Where the agreement itself can be found.", required=True)
@_text("--incentive", "What the author got for it; it has to be disclosed.")
@day_option("--expires", "The last day of the consent; default: after [testimonials] consent_days.")
@ON
@_place
def testimonials_grant(
    settings: Path | None, store: str | None, key: str, on: datetime | None, expires: datetime | None, **details: Any
) -> None:
    """Record that the author agreed to exactly this text."""
    from flows.commands.testimonials import last_moment
    from flows.commands.themes import place_of

    until = last_moment(expires and expires.date(), place_of(store, settings))
    _step(settings, store, key, "granted", on, expires=until, **details)


@testimonials.command("decline")
@KEY
@_text("--why", "What the author said.")
@ON
@_place
def testimonials_decline(
    settings: Path | None, store: str | None, key: str, why: str | None, on: datetime | None
) -> None:
    """Record that the author said no."""
    _step(settings, store, key, "declined", on, why=why)


@testimonials.command("edit")
@KEY
@_text("--text", "The shorter text, with … where something is left out.", required=True)
@click.option("--reworded", is_flag=True, help="The words were changed too, and not only cut.")
@_place
def testimonials_edit(settings: Path | None, store: str | None, key: str, text: str, reworded: bool) -> None:
    """Make a shorter text of one: it needs a consent of its own."""
    _tell(settings, store, "testimonials_decide", "edit_lines", key, text, reworded)


@testimonials.command("publish")
@KEY
@_text("--channel", "Which of the channels that were agreed to.", required=True)
@_text("--where", "The page, the campaign, the print run.", required=True)
@ON
@_place
def testimonials_publish(
    settings: Path | None, store: str | None, key: str, channel: str, where: str, on: datetime | None
) -> None:
    """Note where a text is used."""
    _step(settings, store, key, "published", on, channel=channel, where=where)


@testimonials.command("remove")
@KEY
@_text("--where", "The place, as `publish` was given it.", required=True)
@ON
@_place
def testimonials_remove(settings: Path | None, store: str | None, key: str, where: str, on: datetime | None) -> None:
    """Note that a text was taken down from a place."""
    _step(settings, store, key, "removed", on, where=where)


@testimonials.command("revoke")
@KEY
@_text("--why", "Who took it back, and why.", required=True)
@ON
@_place
def testimonials_revoke(settings: Path | None, store: str | None, key: str, why: str, on: datetime | None) -> None:
    """Take a text back for good; what it is used for has to be taken down."""
    _step(settings, store, key, "revoked", on, why=why)


@testimonials.command("export")
@click.option("--format", "form", type=click.Choice(("csv", "json", "markdown")), default="markdown", show_default=True)
@_text("--channel", "Only what may be used there.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Default: standard output."
)
@_place
def testimonials_export(
    settings: Path | None, store: str | None, form: str, channel: str | None, out: Path | None
) -> None:
    """Write the texts whose consent is in force, with attribution and disclosure. Nothing else is ever written."""
    from flows.commands.testimonials import ground_of
    from flows.commands.testimonials_export import export_text, write_export

    if out is None:
        # Not by `tell`, which writes for a terminal: consent is given to the exact text.
        text = export_text(ground_of(store, settings), form, channel)
        click.echo(text, nl=False)
        if not text:
            say("nothing to export: no consent is in force" + (f" for {channel}" if channel else ""))
    else:
        tell(write_export(ground_of(store, settings), form, channel, out))
