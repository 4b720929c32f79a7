"""The scheduled job on real feedback: digests in each source's life, the same again, and a history filled in at once.

    python -m benchmarks.history --data DIR [--weeks 26] [--last 2021-W12]

`groundswell init` makes a project from greenlight, telecom NPS and Shopzilla (DIR holds the sets). Then

1. per source a copy of it: `run --as-of` a day in that source's life. Promised: the accounting of every source adds up,
   the digests of the four audiences hold feedback of the source; and the same command again brings 0 new records and
   changes no byte of a file.
2. in one copy `publish --week A..B` over so many weeks, in another one `run --as-of` at the end of each of them.
   Promised: the same files, and the same digests in the store.

Prints the accounting, the seconds of every run, and of both ways through the history; exit code 1 where a promise was
broken. The commands are processes; the history's use one Prefect server.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

# The command as a process, and how stores are compared, are those of the tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))

from commands_for_tests import Ended, environment_in, one_prefect_server, run_command
from files_for_tests import files_in
from kills_for_tests import copy_project
from stores_for_tests import differences, stored

# (file, last day of a week in the middle of its life)
SOURCES = {
    "greenlight_google_play_reviews": (
        "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz",
        date(2021, 3, 28),
    ),
    "nps_verbatims": ("nps_survey_telecom/nps_verbatims.csv", date(2018, 3, 25)),
    "support_csat": ("support_csat_shopzilla/support_csat.csv.gz", date(2023, 8, 20)),
}
AUDIENCES = ("service", "product", "marketing", "operations")
ACCOUNT = re.compile(
    r"(?P<source>\w+): in (?P<read>[\d,]+) = new (?P<new>[\d,]+) \+ changed (?P<changed>[\d,]+) \+ unchanged "
    r"(?P<unchanged>[\d,]+) \+ quarantined (?P<quarantined>[\d,]+) \+ skipped (?P<skipped>[\d,]+)"
)


class History:
    """The runs, in a folder of their own, and what was not as promised."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.new = folder / "new"
        self.broken: list[str] = []

    def note(self, what: str) -> None:
        """A promise that was broken."""
        self.broken.append(what)
        print(f"  BROKEN: {what}", flush=True)

    def command(self, project: Path, *arguments: object) -> Ended:
        """A command in a project; one that fails is a broken promise."""
        ended = run_command(*arguments, environment=self.environment, folder=project)
        if ended.code:
            self.note(f"{' '.join(map(str, arguments))}: exit code {ended.code}: {ended.said[-1:]}")
        return ended

    def make(self, data: Path) -> None:
        """A project by `init`, from the three files as they are."""
        self.new.mkdir()
        self.command(self.new, "init", *(data / file for file, _ in SOURCES.values()))

    def accounting(self, ended: Ended) -> dict[str, dict[str, int]]:
        """Law 1 as it was printed, per source; checked."""
        found = {}
        for match in ACCOUNT.finditer(ended.out):
            counts = {name: int(n.replace(",", "")) for name, n in match.groupdict().items() if name != "source"}
            found[match["source"]] = counts
            if counts["read"] != sum(counts.values()) - counts["read"]:
                self.note(f"the accounting does not add up: {match[0]}")
        if set(found) != set(SOURCES):
            self.note(f"accounting was printed for {sorted(found)}")
        return found

    def live(self, source: str, day: date) -> None:
        """A run on a day of the source's life, and the same once more."""
        project = copy_project(self.new, self.folder / source)
        first = self.command(project, "run", "--as-of", day)
        counts, files = self.accounting(first), files_in(project / "out")
        read = {audience: self.feedback_in_digest(project, audience, source) for audience in AUDIENCES}
        again = self.command(project, "run", "--as-of", day)
        new = sum(one["new"] + one["changed"] for one in self.accounting(again).values())
        print(f"{source}, run --as-of {day}: {first.seconds:.1f} s; again: {again.seconds:.1f} s, {new} new records")
        for name, one in counts.items():
            print(f"  {name}: " + ", ".join(f"{key} {n:,}" for key, n in one.items()))
        print("  feedback of the source in the digests: " + ", ".join(f"{name} {n}" for name, n in read.items()))
        if not all(read.values()):
            self.note(f"{source}: a digest of {day} without its feedback")
        if new or files_in(project / "out") != files:
            self.note(f"{source}: the same run again brought {new} records or changed a file")

    def feedback_in_digest(self, project: Path, audience: str, source: str) -> int:
        """How many records of the source the one digest of an audience tells about."""
        found = list((project / "out" / audience).glob("*/digest.json"))
        if len(found) != 1:
            self.note(f"{audience}: {len(found)} digests where one is wanted")
            return 0
        digest = json.loads(found[0].read_text("utf-8"))
        return sum(one["feedback"] for one in digest["sources"] if one["name"] == source)

    def fill(self, weeks: list[date]) -> Path:
        """A copy of the project whose history is published by one command; `weeks` are the last days."""
        project = copy_project(self.new, self.folder / "filled")
        read = self.command(project, "ingest", "--as-of", weeks[-1])
        span = f"{week_of(weeks[0])}..{week_of(weeks[-1])}"
        filled = self.command(project, "publish", "--week", span, "--as-of", weeks[-1])
        print(
            f"ingest {read.seconds:.1f} s, then publish --week {span} {filled.seconds:.1f} s, "
            f"{filled.seconds / len(weeks):.1f} s a week",
            flush=True,
        )
        return project

    def run_weekly(self, weeks: list[date]) -> Path:
        """A copy of the project with a run at the end of each week."""
        project = copy_project(self.new, self.folder / "weekly")
        seconds = [self.command(project, "run", "--as-of", day).seconds for day in weeks]
        others = sum(seconds[1:]) / max(len(weeks) - 1, 1)
        print(
            f"{len(weeks)} weekly runs {sum(seconds):.1f} s: the first, which ingests everything, {seconds[0]:.1f} s, "
            f"the others {others:.1f} s each",
            flush=True,
        )
        return project

    def compare(self, filled: Path, weekly: Path, weeks: int) -> None:
        """The two histories: files and stores."""
        found = differences(files_in(weekly / "out"), files_in(filled / "out"))
        found += differences(*(stored(project / "groundswell.db") for project in (weekly, filled)))
        for line in found:
            self.note(f"filled in and weekly differ: {line}")
        digests = len(list((filled / "out").glob("*/*/digest.json")))
        print(f"{digests} digests of {weeks} weeks, {len(files_in(filled / 'out'))} files: {len(found)} differences")
        if digests != weeks * len(AUDIENCES):
            self.note(f"{digests} digests where {weeks * len(AUDIENCES)} are wanted")


def week_of(day: date) -> str:
    """2021-W12."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def main() -> int:
    """Both parts; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the feedback sets")
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--last", default="2021-W12", metavar="WEEK", help="last week of the history")
    options = parser.parse_args()
    last = date.fromisocalendar(int(options.last[:4]), int(options.last[6:]), 7)
    weeks = [last - timedelta(weeks=k) for k in reversed(range(options.weeks))]
    with tempfile.TemporaryDirectory() as folder, one_prefect_server(environment_in(Path(folder))) as environment:
        history = History(Path(folder), environment)
        history.make(options.data.absolute())
        for source, (_, day) in SOURCES.items():
            history.live(source, day)
        history.compare(history.fill(weeks), history.run_weekly(weeks), len(weeks))
    print(f"promises broken: {len(history.broken)}")
    return int(bool(history.broken))


if __name__ == "__main__":
    raise SystemExit(main())
