"""`groundswell`: the command line. Alone in turning a GroundswellError into one line on stderr and exit code 1.

Rooms are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from flows.cli_actions import actions
from flows.cli_outbox import outbox
from flows.cli_project import COMMANDS, SETTINGS
from flows.cli_sentiment import sentiment
from flows.cli_testimonials import testimonials
from flows.cli_themes import themes
from flows.launch import end_tidily_when_told, look_for_garbage_rarely, prepare_environment
from flows.progress import say, tell
from groundswell.errors import AlreadyRunning, GroundswellError

__all__ = ["cli", "main"]

F = TypeVar("F", bound=Callable[..., Any])

SOURCE_OPTIONS = (
    click.option("--kind", type=click.Choice(["survey", "review", "ticket"]), help="What the file holds."),
    click.option("--text", multiple=True, metavar="COLUMN", help="Column with customers' words; may be given twice."),
    click.option("--id", "id_column", metavar="COLUMN", help="Column with the record's own id."),
    click.option("--date", "date_column", metavar="COLUMN", help="Column with the record's date."),
    click.option("--day-first", "date_order", flag_value="day_first", help="03/04 is the 3rd of April."),
    click.option("--month-first", "date_order", flag_value="month_first", help="03/04 is the 4th of March."),
    click.option("--score", metavar="COLUMN", help="Column with the customer's score."),
    click.option("--scale", metavar="LOW:HIGH", help="The score's scale, as 1:5."),
    click.option("--metric", type=click.Choice(["nps", "csat", "ces", "rating"]), help="What the score measures."),
    click.option("--higher-is-better/--lower-is-better", default=None, help="The score's direction."),
    click.option("--author", metavar="COLUMN", help="Column that tells who wrote; only a keyed hash is kept."),
    click.option("--column", multiple=True, metavar="FIELD=COLUMN", help="Any other field, as version=app_version."),
    click.option("--encoding", metavar="NAME", help="Encoding of a file that is not UTF-8, as cp1252."),
    click.option("--delimiter", metavar="CHAR", help="Delimiter of a CSV file, where it is guessed wrong."),
    click.option("--sheet", metavar="NAME", help="Sheet of a workbook; default: the first with data."),
    click.option("--timezone", default="UTC", show_default=True, help="Zone of naive times, and of weeks."),
)
PERIOD_OPTIONS = (
    click.option(
        "--as-of",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="Day taken for today; default: the data's last.",
    ),
    click.option(
        "--period",
        "length",
        type=click.Choice(["week", "4 weeks", "quarter", "all"]),
        help="Length of the period; default: the last closed one that holds enough.",
    ),
)


def options(group: tuple[Callable[[F], F], ...]) -> Callable[[F], F]:
    """Several click options as one decorator."""

    def decorate(command: F) -> F:
        for option in reversed(group):
            command = option(command)
        return command

    return decorate


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="groundswell")
def cli() -> None:
    """Reads what customers write, and says what hurts them, what it costs and what is new. Offline."""


@cli.command("try")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out", default="digests", show_default=True, type=click.Path(path_type=Path), help="Folder to write to."
)
@click.option("--store", help="Keep the store: a file or a database URL. Default: thrown away afterwards.")
@options(SOURCE_OPTIONS)
@options(PERIOD_OPTIONS)
def try_command(files: tuple[Path, ...], out: Path, store: str | None, **choices: Any) -> None:
    """Make digests from exports of surveys, reviews or tickets, without any configuration.

    Reads CSV, TSV and JSON Lines, plain or gzip, XLSX and Parquet; finds the columns, says what it chose and why.
    """
    from flows.commands.try_files import try_files

    try_files(files, out, store, choices)


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--settings", type=click.Path(path_type=Path), metavar="FILE", help="Default: ./groundswell.toml.")
@options(SOURCE_OPTIONS)
def init(files: tuple[Path, ...], settings: Path | None, **choices: Any) -> None:
    """Write a commented groundswell.toml with what detection finds in the files, and make the key."""
    from flows.commands.init import init_project

    init_project(files, choices, settings)


@cli.command()
@click.option(
    "--out", default="demo-digests", show_default=True, type=click.Path(path_type=Path), help="Folder to write to."
)
@click.option("--seed", default=20, show_default=True, help="Another seed, another company history.")
@click.option("--weeks", default=26, show_default=True, type=click.IntRange(14, 104), help="Weeks of feedback.")
def demo(out: Path, seed: int, weeks: int) -> None:
    """Invent a company's feedback with planted incidents, make digests from it, and compare."""
    from flows.commands.demo import run_demo

    run_demo(out, seed, weeks)


@cli.command()
@SETTINGS
@click.option("--store", help="A store to look at: a file or a database URL.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder that digests shall go to.")
def check(settings: Path | None, store: str | None, out: Path | None) -> None:
    """Check settings, sources, store, model, key and folders; say what to do about each."""
    from flows.commands.checks import check_everything

    lines, all_good = check_everything(settings, store, out)
    for line in lines:
        tell(line)
    if not all_good:
        raise SystemExit(1)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--text", required=True, metavar="COLUMN", help="Column with the text.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV to write.")
@click.option("--language", metavar="CODE", help="Language of all texts, as en; default: detected.")
@click.option("--encoding", metavar="NAME", help="Encoding of a file that is not UTF-8.")
@SETTINGS
@click.option("--source", metavar="NAME", help="The project's source whose comments these are like.")
def score(file: Path, text: str, out: Path, language: str | None, encoding: str | None, **project: Any) -> None:
    """Sentiment for any table: writes row, sentiment (-1 to 1), label and method.

    With the project's own model, where there is a groundswell.toml at hand.
    """
    from flows.commands.any_table import score_table

    say(score_table(file, text, out, language, encoding, **project))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--text", required=True, metavar="COLUMN", help="Column with the text.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV to write.")
@click.option(
    "--unit",
    type=click.Choice(["clause", "record"]),
    default="clause",
    show_default=True,
    help="What gets a theme: each clause, or the whole text.",
)
@click.option("--encoding", metavar="NAME", help="Encoding of a file that is not UTF-8.")
def cluster(file: Path, text: str, out: Path, unit: str, encoding: str | None) -> None:
    """Themes for any table: writes row, start, end, theme_id, theme and similarity."""
    from flows.commands.any_table import cluster_table

    say(cluster_table(file, text, out, unit, encoding))


for command_of_a_project in (*COMMANDS, themes, actions, testimonials, outbox, sentiment):
    cli.add_command(command_of_a_project)


def end_stopped() -> NoReturn:
    """Ends the command that Ctrl-C stopped, with a line instead of a traceback."""
    say("groundswell: stopped; what a kept store holds stays, and the same command goes on from there")
    raise SystemExit(130) from None


def comes_of_an_interrupt(error: BaseException) -> bool:
    """Whether a library that was being imported made another error of Ctrl-C."""
    behind = (one for one in (error.__cause__, error.__context__) if one is not None)
    return isinstance(error, KeyboardInterrupt) or any(map(comes_of_an_interrupt, behind))


def main() -> None:
    """The entry point: exit 0 done, 1 a mistake the user can mend, 2 wrong usage, 3 left to another run or held."""
    look_for_garbage_rarely()
    prepare_environment()
    end_tidily_when_told()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that lacks a character shall not end the run
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        raise SystemExit(stop.exit_code) from None
    except click.ClickException as mistake:
        mistake.show()
        raise SystemExit(2) from None
    except (click.Abort, KeyboardInterrupt):
        end_stopped()
    except GroundswellError as error:
        sys.stdout.flush()
        say(f"groundswell: {error}")
        raise SystemExit(3 if isinstance(error, AlreadyRunning) else 1) from None
    except Exception as error:
        if comes_of_an_interrupt(error):
            end_stopped()
        # A flow hides what went wrong from Prefect (flows/steps.py), not from who runs it by hand.
        raise getattr(error, "bug", error) from None


if __name__ == "__main__":
    main()
