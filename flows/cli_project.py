"""The commands of a project with a groundswell.toml: the scheduled job, by hand and by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from flows.progress import say, tell

__all__ = ["COMMANDS", "SETTINGS", "STORE", "day_option"]

F = TypeVar("F", bound=Callable[..., Any])


def day_option(name: str, help: str) -> Callable[[F], F]:
    """An option that takes a day."""
    return click.option(name, type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help=help)


SETTINGS = click.option(
    "--settings",
    type=click.Path(path_type=Path),
    envvar="GROUNDSWELL_SETTINGS",
    metavar="FILE",
    help="The settings; default: ./groundswell.toml.",
)
SOURCES = click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source; may be repeated.")
AS_OF = day_option("--as-of", "Day taken for today; default: today.")
WEEKS = click.option("--week", metavar="A[..B]", help="Publish these weeks, as 2026-W46 or 2026-W20..2026-W45.")
REBUILD = click.option(
    "--rebuild", metavar="REASON", help="Publish again what is frozen, as a next revision for this reason."
)
TRUST_CLOCK = click.option("--trust-clock", is_flag=True, help="Run although the last run began at a later time.")
DATA_DOCS = click.option(
    "--data-docs", type=click.Path(path_type=Path), metavar="DIR", help="Write pages of the batch checks to a folder."
)
RESEND = click.option(
    "--resend",
    is_flag=False,
    flag_value="all",
    type=click.Choice(["all", "service", "product", "marketing", "operations"]),
    metavar="[AUDIENCE]",
    help="Send the newest digest (with --week: those) once more; default: of every audience.",
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")


@click.command()
@SETTINGS
@AS_OF
@WEEKS
@SOURCES
@REBUILD
@DRY_RUN
@TRUST_CLOCK
@DATA_DOCS
def run(settings: Path | None, **options: Any) -> None:
    """Ingest every source, analyse, and publish each closed period that gained feedback."""
    _start(settings, ("ingest", "analyse", "publish"), **options)


@click.command()
@SETTINGS
@SOURCES
@AS_OF
@DRY_RUN
@TRUST_CLOCK
@click.option("--accept-load", type=int, metavar="ID", help="Show a held load to the analysis; ingest nothing.")
@click.option("--drop-load", type=int, metavar="ID", help="Take a held load out again; ingest nothing.")
@DATA_DOCS
def ingest(
    settings: Path | None, accept_load: int | None, drop_load: int | None, data_docs: Path | None, **options: Any
) -> None:
    """Bring what is new in the sources into the store; a load that fails its batch checks is held."""
    decided = [(load, accept) for load, accept in ((accept_load, True), (drop_load, False)) if load is not None]
    if len(decided) > 1:
        raise click.UsageError("--accept-load and --drop-load exclude each other")
    if decided and (data_docs or any(options.values())):
        raise click.UsageError("--accept-load and --drop-load ingest nothing, and take no other option but --settings")
    for load, accept in decided:
        from flows.commands.loads import decide_load

        tell(decide_load(settings, load, accept))
        return
    _start(settings, ("ingest",), data_docs=data_docs, **options)


@click.command()
@SETTINGS
@AS_OF
def analyse(settings: Path | None, **options: Any) -> None:
    """Find clauses, sentiment and themes in what is stored, as of the end of the last closed period."""
    _start(settings, ("analyse",), **options)


@click.command()
@SETTINGS
@AS_OF
@WEEKS
@REBUILD
@RESEND
@DRY_RUN
def publish(settings: Path | None, **options: Any) -> None:
    """Publish each closed period that gained feedback since its digest was made."""
    _start(settings, ("publish",), **options)


@click.command()
@SETTINGS
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the server; default: that of the settings.")
def serve(settings: Path | None, port: int | None) -> None:
    """Run a Prefect server on this machine that does the job on schedule, until it is stopped."""
    from flows.serve import serve as serve_project

    raise SystemExit(serve_project(settings, port))


@click.command()
@SETTINGS
def status(settings: Path | None) -> None:
    """The last runs, how fresh each source is, held loads, the quarantine and the models in use."""
    from flows.commands.status import status_lines

    for line in status_lines(settings):
        tell(line)


@click.group()
def quarantine() -> None:
    """Records that were refused, and why."""


STORE = click.option("--store", envvar="GROUNDSWELL_STORE", help="A store without settings: a file or a database URL.")
NUMBERS = click.argument("numbers", nargs=-1, type=int)
OF_SOURCE = click.option("--source", metavar="NAME", help="Only of this source.")


@quarantine.command("list")
@SETTINGS
@STORE
@OF_SOURCE
@click.option("--all", "everything", is_flag=True, help="Also those that were retried or dropped.")
def quarantine_list(settings: Path | None, store: str | None, source: str | None, everything: bool) -> None:
    """One line for each refused record that waits."""
    from flows.commands.quarantine import list_lines, store_of

    for line in list_lines(store_of(store, settings), source, everything):
        tell(line)


@quarantine.command("show")
@click.argument("number", type=int)
@SETTINGS
@STORE
def quarantine_show(number: int, settings: Path | None, store: str | None) -> None:
    """One refused record whole: its redacted fields and every reason."""
    from flows.commands.quarantine import show_lines, store_of

    for line in show_lines(store_of(store, settings), number):
        tell(line)


@quarantine.command("retry")
@NUMBERS
@SETTINGS
@OF_SOURCE
def quarantine_retry(numbers: tuple[int, ...], settings: Path | None, source: str | None) -> None:
    """Read the sources of refused records once more, after a file or the settings were mended. Default: all."""
    from flows.commands.quarantine import retry_lines

    for line in retry_lines(settings, numbers, source):
        tell(line)


@quarantine.command("drop")
@NUMBERS
@SETTINGS
@STORE
@OF_SOURCE
def quarantine_drop(numbers: tuple[int, ...], settings: Path | None, store: str | None, source: str | None) -> None:
    """Give up refused records, by number or all that wait of a source."""
    from flows.commands.quarantine import drop_lines, store_of

    if not numbers and source is None:
        raise click.UsageError("which ones? Give their numbers, or --source NAME for all that wait of it")
    for line in drop_lines(store_of(store, settings), numbers, source):
        tell(line)


def _start(settings: Path | None, steps: tuple[str, ...], **options: Any) -> None:
    """Runs the steps, or tells what they would do; the exit code says how it went."""
    from flows.order import Order, weeks_of

    day: datetime | None = options.get("as_of")
    order = Order(
        steps=steps,
        as_of=None if day is None else date(day.year, day.month, day.day),
        weeks=weeks_of(options.get("week")),
        sources=tuple(options.get("sources") or ()),
        rebuild=options.get("rebuild"),
        resend=options.get("resend"),
        data_docs=options.get("data_docs"),
        trust_clock=bool(options.get("trust_clock")),
    )
    if options.get("dry_run"):
        from flows.commands.dry_run import dry_lines

        for line in dry_lines(settings, order):
            tell(line)
        return
    from flows.commands.outcome import outcome_lines
    from flows.order import Outcome
    from flows.run import run_here
    from groundswell.errors import GroundswellError

    outcome = Outcome()
    try:
        run_here(settings, order, outcome)
    except GroundswellError:
        for line in outcome_lines(outcome, replace(order, steps=("ingest",))):  # what came in is in (law 1)
            tell(line)
        raise
    for line in outcome_lines(outcome, order):
        tell(line)
    for line in outcome.complaints():
        say(f"groundswell: {line}")
    if outcome.exit_code:
        raise SystemExit(outcome.exit_code)


COMMANDS = (run, ingest, analyse, publish, serve, status, quarantine)
