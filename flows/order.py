"""What a run of the scheduled job was told to do, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.deliveries import Deliveries
from groundswell.errors import ConfigError

if TYPE_CHECKING:
    from flows.ingest import IngestSummary
    from flows.publish import Published

__all__ = ["STEPS", "Order", "Outcome", "weeks_of"]

STEPS = ("ingest", "analyse", "publish")


@dataclass(frozen=True)
class Order:
    """What a run shall do. `busy` are sources that another run is ingesting; they are left to it.

    `weeks` are the first and the last week of a history to publish, `rebuild` the reason to publish again what is
    frozen; `resend` the audience whose digest is sent once more, or "all"; `afresh` reads again what was read before.
    """

    steps: tuple[str, ...] = STEPS
    as_of: date | None = None
    weeks: tuple[str, str] | None = None
    sources: tuple[str, ...] = ()
    rebuild: str | None = None
    resend: str | None = None
    afresh: bool = False
    data_docs: Path | None = None
    trust_clock: bool = False
    busy: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As it would be typed."""
        words = ["run" if self.steps == STEPS else " ".join(self.steps)]
        words += [f"--source {name}" for name in self.sources]
        words += [f"--week {self.weeks[0]}..{self.weeks[1]}"] if self.weeks else []
        words += [f"--as-of {self.as_of}"] if self.as_of else []
        words += [f"--resend {self.resend}"] if self.resend else []
        return " ".join(words + (["--rebuild"] if self.rebuild else []))


@dataclass
class Outcome:
    """What came of a run; filled step by step, so that an error later does not hide what was done before."""

    loads: list[IngestSummary] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # source -> why it could not be read
    deferred: dict[str, str] = field(default_factory=dict)  # source -> who is at work
    analysed: bool = False
    published: list[Published] = field(default_factory=list)
    data_docs: Path | None = None  # the page of the batch checks, where it was asked for
    restored: int = 0  # pages written again from their frozen digests
    older: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # audience -> periods that --week can fill
    deliveries: Deliveries = field(default_factory=Deliveries)

    @property
    def exit_code(self) -> int:
        """0 done, 1 something is to be mended, 3 something was left to another run, is held or did not arrive."""
        if self.failed or any(load.not_read for load in self.loads):
            return 1
        left = self.deferred or self.deliveries.unsent or any(load.held for load in self.loads)
        return 3 if left else 0

    def complaints(self) -> list[str]:
        """What the user can mend or has to decide, a line each."""
        lines = [f"{name}: {problem}" for name, problem in self.failed.items()]
        lines += [f"{load.source}: {problem}" for load in self.loads for problem in load.not_read]
        lines += list(self.deferred.values())
        lines += [f"{load.source}: load {load.load_id} is held: {load.held}" for load in self.loads if load.held]
        return lines + self.deliveries.complaints()

    @property
    def state(self) -> str:
        """How the run is logged."""
        if self.failed and not self.loads and not self.published:
            return "failed"
        is_deferred = not self.loads and bool(self.deferred)
        return {0: "done", 1: "partly", 3: "deferred" if is_deferred else "partly"}[self.exit_code]

    def summary(self) -> str:
        """One line of counts for the log of runs and for Prefect: no customer's word."""
        parts = [f"{len(self.loads)} sources, {sum(load.new for load in self.loads):,} new records"]
        made = sum(one.is_new for one in self.published)
        parts += [f"{made} digests"] if self.published else []
        parts += [f"{name} not read" for name in self.failed]
        parts += [f"{load.source}: load {load.load_id} held" for load in self.loads if load.held]
        parts += [f"{name} left to another run" for name in self.deferred]
        parts += self.deliveries.counts()
        return "; ".join(parts)


def weeks_of(text: str | None) -> tuple[str, str] | None:
    """The first and last week of --week: "2026-W46" or "2026-W20..2026-W45"; ConfigError for anything else."""
    if text is None:
        return None
    first, dots, last = text.partition("..")
    weeks = _week_written(first), _week_written(last if dots else first)
    if not all(weeks):
        raise ConfigError(f"--week {text!r}: a week or two of them are wanted, as 2026-W46 or 2026-W20..2026-W45")
    if weeks[0] > weeks[1]:
        raise ConfigError(f"--week {text!r}: the first week comes after the last one")
    return weeks


def _week_written(name: str) -> str:
    """2026-W09 for 2026w9, so that names compare as their weeks do; what is no week stays as it is."""
    match = re.fullmatch(r"(\d{4})-?W(\d{1,2})", name.strip().upper())
    return f"{match[1]}-W{match[2]:0>2}" if match else name.strip()
