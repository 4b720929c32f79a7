"""The batch suite: false alarms on ordinary loads, and what it finds in broken ones.

`python -m benchmarks.batches [--data DIR] [--every-window]`. Sets: the demo's three sources (26 weeks) and, where DIR
is given, greenlight's reviews of 2019-2023. Each is played as weekly, daily and irregular loads; every load is judged
with the loads and records before it. Prints the false alarms with their messages, and for each way to break a load the
share of loads in which the check that it was made for fails with the severity it must have. `--every-window` starts
greenlight anew at each week of 2019-2023 and judges the 26 loads from there (a quarter of an hour).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.batch_sets import (
    GREENLIGHT,
    Delivery,
    FeedbackSet,
    cut,
    cut_at,
    demo_sets,
    first_run,
    irregular_times,
    join,
    judge,
    play,
    read_set,
)
from benchmarks.broken_loads import BROKEN, Broken
from expectations.batch import BatchGate

CADENCES = {"weekly": 7.0, "daily": 1.0}
BROKEN_LOADS = 4  # of each set and cadence are broken in every way
GREENLIGHT_FROM = datetime(2019, 1, 1, 6, tzinfo=UTC)
WINDOW = 26


def main(arguments: list[str] | None = None) -> int:
    """Print the report; exit code 1 where a load that nobody broke was held."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batches", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder that holds app_reviews_greenlight/")
    parser.add_argument("--every-window", action="store_true", help="start greenlight anew at every week")
    options = parser.parse_args(arguments)
    if options.data and not (options.data / GREENLIGHT).is_file():
        print(f"not found: {options.data / GREENLIGHT}; --data must name the folder that holds it", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        sets: list[tuple[FeedbackSet, datetime | None]] = [(feedback, None) for feedback in demo_sets(Path(folder))]
    if options.data:
        sets.append((read_set(options.data / GREENLIGHT), GREENLIGHT_FROM))
    held = sum(report(feedback, start) for feedback, start in sets)
    if options.data and options.every_window:
        held += report_windows(sets[-1][0], GREENLIGHT_FROM)
    return 1 if held else 0


def report(feedback: FeedbackSet, start: datetime | None) -> int:
    """Print one set in each cadence; how many loads were held."""
    held = report_other(feedback, start)
    for cadence, days in CADENCES.items():
        begin = start or first_run(feedback, days)
        deliveries = cut(feedback, begin, loads_until_end(feedback, begin, days), days)
        median = sorted(len(one.rows) for one in deliveries)[len(deliveries) // 2]
        print(f"{feedback.name}, {cadence}: {len(deliveries)} loads, {median} records in the median load")
        held += report_false(feedback, deliveries)
        report_broken(feedback, deliveries)
        print(flush=True)
    return held


def report_other(feedback: FeedbackSet, start: datetime | None) -> int:
    """Print the false alarms of irregular runs, and of weekly ones after a first that brings all that was there; how
    many loads were held."""
    begin = start or first_run(feedback, 7.0)
    end = feedback.arrives.max().to_pydatetime()
    print(f"{feedback.name}, irregular: 3 times runs an hour to 20 days after the last")
    held = sum(report_false(feedback, cut_at(feedback, irregular_times(begin, end, seed))) for seed in (1, 2, 3))
    archived = begin + (end - begin) / 2
    weeks = [archived + timedelta(weeks=week) for week in range(WINDOW) if archived + timedelta(weeks=week) < end]
    print(f"{feedback.name}, weekly after a first load of all before {archived:%Y-%m-%d}")
    return held + report_false(feedback, cut_at(feedback, [feedback.arrives.min().to_pydatetime(), *weeks]))


def loads_until_end(feedback: FeedbackSet, begin: datetime, days: float) -> int:
    """How many loads it takes until the set's last record."""
    return int((feedback.arrives.max().to_pydatetime() - begin) / timedelta(days=days)) + 2


def report_false(feedback: FeedbackSet, deliveries: list[Delivery]) -> int:
    """Print the false alarms of loads as they are; how many loads were held."""
    alarms = held = 0
    for delivery, verdict in play(BatchGate(feedback.kind), deliveries):
        held += verdict.held
        alarms += bool(verdict.problems)
        for problem in verdict.problems:
            print(f"  FALSE {problem.severity} {delivery.at:%Y-%m-%d} {problem.check}: {problem.message}")
    print(f"  false alarms: {alarms} of {len(deliveries)} loads ({held} held)")
    return held


def report_broken(feedback: FeedbackSet, deliveries: list[Delivery]) -> None:
    """Print, for each way to break a load, in how many of the last usual ones the right check fails."""
    median = sorted(len(one.rows) for one in deliveries)[len(deliveries) // 2]
    places = [place for place, one in enumerate(deliveries[:-1]) if len(one.rows) >= median][-BROKEN_LOADS:]
    histories = {place: join([one.rows for one in deliveries[:place]]) for place in places}
    for broken in BROKEN:
        if is_applicable(broken, feedback):
            found: Counter[str] = Counter()
            for place, history in histories.items():
                before = deliveries[:place]
                verdict = judge(BatchGate(feedback.kind), broken.make(deliveries[place], before), before, history)
                found.update({f"{problem.severity} {problem.check}" for problem in verdict.problems})
            wanted = f"{broken.severity} {broken.check}"
            right = found.pop(wanted, 0)
            others = ", ".join(f"{what} {n}" for what, n in sorted(found.items()))
            print(f"  {broken.name:32} {wanted:18} {right}/{len(places)}" + (f"   also: {others}" if others else ""))


def is_applicable(broken: Broken, feedback: FeedbackSet) -> bool:
    """True where the field that is broken is known as a rule."""
    return not broken.field or bool(feedback.rows[broken.field].notna().mean() > 0.5)


def report_windows(feedback: FeedbackSet, start: datetime) -> int:
    """Print the false alarms of every window of 26 weekly loads; how many loads were held."""
    windows = loads = alarms = held = 0
    begin = start
    while begin + timedelta(weeks=WINDOW) <= feedback.arrives.max().to_pydatetime():
        for delivery, verdict in play(BatchGate(feedback.kind), cut(feedback, begin, WINDOW, 7.0)):
            loads, alarms, held = loads + 1, alarms + bool(verdict.problems), held + verdict.held
            for problem in verdict.problems:
                print(f"  FALSE {problem.severity} {begin:%Y-%m-%d} {delivery.at:%Y-%m-%d} {problem.message}")
        windows, begin = windows + 1, begin + timedelta(days=7)
    print(f"{feedback.name}: {windows} windows of {WINDOW} weeks, {loads} loads, {alarms} false alarms, {held} held")
    return held


if __name__ == "__main__":
    raise SystemExit(main())
