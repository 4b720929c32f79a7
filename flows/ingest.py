"""From one source to the store: extract page by page, parse, redact, gate, save. Safe to run twice, or to kill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from prefect.artifacts import create_table_artifact
from pydantic import SecretStr

from extractors.base import Cursor, Extractor, Page, Slice
from extractors.folders import SETTLED
from flows.batch import check_batch
from flows.progress import stage
from flows.steps import step, subflow
from groundswell.errors import ConfigError, SourceError
from groundswell.leases import Lease, holding, ingest_lease
from groundswell.records import Feedback, Kind

if TYPE_CHECKING:
    from expectations.batch import BatchLimits, BatchVerdict
    from groundswell.storage import Store

__all__ = ["IngestSummary", "Reader", "ingest", "record_accounting"]


@dataclass(frozen=True)
class IngestSummary:
    """Law 1 for one source and run: read = new + changed + unchanged + quarantined + skipped.

    `rows` of the source were read; one with two answered questions gives two records. `not_read` says of each file
    why it could not be read, `waiting` names those that are still being written. Raises RuntimeError when the store's
    own count of what came in is not the sum of what became of it.
    """

    source: str
    load_id: int
    started_at: datetime
    rows: int
    read: int
    new: int
    changed: int
    unchanged: int
    quarantined: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    redactions: Mapping[str, int] = field(default_factory=dict)
    held: str | None = None  # why the load is held, None where it is not
    batch_warnings: tuple[str, ...] = ()
    verdict: BatchVerdict | None = field(default=None, repr=False, compare=False)
    not_read: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()  # files of a kind that is not read
    notes: tuple[str, ...] = ()  # of files: known under another name, which sheet was read

    def __post_init__(self) -> None:
        """Refuse an accounting that does not add up."""
        became = self.new + self.changed + self.unchanged + self.quarantined + sum(self.skipped.values())
        if self.read != became:
            raise RuntimeError(f"{self.source}: {self.read} records came in, {became} are accounted for")


@subflow("ingest", "ingest {extractor.name}")
def ingest(
    extractor: Extractor,
    kind: Kind,
    store: SecretStr,
    key_file: str,
    now: datetime,
    *,
    regions: tuple[str, ...] | None = None,
    limits: BatchLimits | None = None,
    today: datetime | None = None,
    afresh: bool = False,
) -> IngestSummary:
    """Brings one source's feedback into the store: rows and cursor in one transaction per page.

    With `limits` the load has to pass its batch checks as of `today`, or is held. `afresh` reads what was read before
    once more. Raises SourceError or ConfigError, the store as it was, where nothing could be read, and AlreadyRunning
    where another process ingests this source.
    The store's URL may hold a password, and Prefect keeps the parameters of its flows: hence the SecretStr.
    """
    work = ingest_lease(extractor.name)
    with holding(store.get_secret_value(), [work]) as held:
        load = open_load(store, extractor.name, kind, now, held[work])
        counts = read_pages(load, extractor, kind, store, key_file, now, regions, afresh)
        verdict = check_batch(store, load, extractor.name, kind, today or now, limits) if limits else None
        complete = afresh and not counts.not_read and not counts.waiting
        return close_load(store, load, counts, verdict, complete)


@step
def open_load(store: SecretStr, source: str, kind: Kind, now: datetime, lease: Lease) -> int:
    """A load for this run under its lease; it takes over what an interrupted run of the source left."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        return opened.open_load(source, kind, now, lease=lease)


@step
def read_pages(
    load: int,
    extractor: Extractor,
    kind: Kind,
    store: SecretStr,
    key_file: str,
    now: datetime,
    regions: tuple[str, ...] | None,
    afresh: bool,
) -> Counts:
    """Every page that is new since the last finished run, each saved in one transaction; a bad file does not stop
    the others."""
    from groundswell.storage import open_store

    counts = Counts()
    with open_store(store.get_secret_value()) as opened, stage(f"reading {extractor.name}") as advance:
        reader = Reader(extractor, kind, Path(key_file), now, regions)
        try:
            # A load that took over an interrupted one is read from its own start: page after page is recognised.
            slices = plan(extractor, opened.load_start(load) or {}, now, afresh)
        except (SourceError, ConfigError) as problem:
            _give_up(opened, load, counts, problem)
            raise
        for part in slices:
            try:
                for page, records in reader.pages(part):
                    counts.add(save_page(opened, load, page, records, reader))
                    advance(page.rows)
            except (SourceError, ConfigError) as problem:
                counts.not_read.append(str(problem))
        counts.waiting = tuple(getattr(extractor, "waiting", ()))
        counts.passed_over = tuple(getattr(extractor, "passed_over", ()))
        if slices and len(counts.not_read) == len(slices) and not counts.pages:
            nothing = SourceError("; ".join(counts.not_read))
            _give_up(opened, load, counts, nothing)
            raise nothing
    return counts


def save_page(opened: Store, load: int, page: Page, records: list[Feedback], reader: Reader) -> Counts:
    """Judges the records of one page and saves them with the cursor behind it; what was met."""
    verdict = reader.gate.validate(records)
    refused = [replace(record, origin=page.origin) for record in verdict.quarantined]
    opened.save_page(load, verdict.accepted, refused, page.skipped, page.cursor_after)
    redactions: Counter[str] = Counter()
    for record in verdict.accepted:
        redactions.update(record.redactions)
    return Counts(page.rows, 1, Counter(verdict.warnings), redactions, notes=[page.note] if page.note else [])


@step
def close_load(
    store: SecretStr, load: int, counts: Counts, verdict: BatchVerdict | None, complete: bool
) -> IngestSummary:
    """Shows the load to the analysis, or holds it where its batch checks refuse it; its accounting.

    What waited in quarantine and was not refused again by a `complete` reading of the source no longer waits.
    """
    from groundswell.storage import open_store

    held = verdict.reason if verdict is not None and verdict.held else None
    # What a held load is accused of travels with it into the digests, should it be accepted. How old its newest record
    # is does not: a digest tells that for its own period.
    problems = verdict.problems if verdict is not None else ()
    warnings = [problem.message for problem in problems if problem.check != "freshness"]
    with open_store(store.get_secret_value()) as opened:
        state = "held" if held else "accepted"
        total = opened.close_load(load, state, held, warnings, complete=complete and not held)
    return IngestSummary(
        source=total.source,
        load_id=load,
        started_at=total.started_at,
        rows=counts.rows,
        read=total.read,
        new=total.new,
        changed=total.changed,
        unchanged=total.unchanged,
        quarantined=total.quarantined,
        skipped=dict(total.skipped),
        warnings=dict(counts.warnings),
        redactions=dict(counts.redactions),
        held=held,
        batch_warnings=verdict.warnings if verdict is not None else (),
        verdict=verdict,
        not_read=tuple(counts.not_read),
        waiting=counts.waiting,
        passed_over=counts.passed_over,
        notes=tuple(counts.notes),
    )


@step
def record_accounting(loads: Sequence[IngestSummary]) -> None:
    """The run's accounting (law 1) as an artifact of the Prefect run: counts only."""
    table = [
        {
            "source": load.source,
            "in": load.read,
            "new": load.new,
            "changed": load.changed,
            "unchanged": load.unchanged,
            "quarantined": load.quarantined,
            "skipped": sum(load.skipped.values()),
        }
        for load in loads
    ]
    create_table_artifact(
        key="accounting", table=table, description="in = new + changed + unchanged + quarantined + skipped"
    )


@dataclass
class Counts:
    """What a run met on its way, by kind; nothing of it is a customer's word."""

    rows: int = 0
    pages: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    redactions: Counter[str] = field(default_factory=Counter)
    not_read: list[str] = field(default_factory=list)
    waiting: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    def add(self, page: Counts) -> None:
        """Count what one page held."""
        self.rows += page.rows
        self.pages += page.pages
        self.warnings.update(page.warnings)
        self.redactions.update(page.redactions)
        self.notes += page.notes


def plan(extractor: Extractor, state: Cursor, now: datetime, afresh: bool) -> list[Slice]:
    """What is new, or with `afresh` all there is. Waits once, for seconds, where something may still be being written:
    whoever exports a file and then starts the run must not be told to come back next week."""
    slices = extractor.plan(state, now)  # says what is wrong, also where everything is read again
    if getattr(extractor, "waiting", ()):
        sleep(SETTLED + 0.5)
        slices = extractor.plan(state, now)
    return extractor.plan({}, now) if afresh else slices


class Reader:
    """Reads a source's pages into redacted records; the only step that ever holds the original text (law 3)."""

    def __init__(
        self, extractor: Extractor, kind: Kind, key_file: Path, now: datetime, regions: tuple[str, ...] | None
    ) -> None:
        from expectations.gate import RowGate
        from groundswell.keys import load_key
        from groundswell.privacy import DEFAULT_REGIONS

        self._extractor, self._key = extractor, load_key(key_file)
        self._regions = regions or DEFAULT_REGIONS
        self.gate = RowGate(kind, now)

    def pages(self, part: Slice) -> Iterator[tuple[Page, list[Feedback]]]:
        """Each page of the slice with its redacted records. Equal rows are numbered within the slice, from its start:
        the same file gives the same ids in every run (docs/methods.md, D11)."""
        from groundswell.privacy import Numbering, to_feedback

        numbering = Numbering()
        for page in self._extractor.pages(part):
            drafts = (self._extractor.parse(raw) for raw in page.records)
            yield page, [to_feedback(draft, self._key, numbering, regions=self._regions) for draft in drafts]


def _give_up(opened: Store, load: int, counts: Counts, problem: Exception) -> None:
    """Drops a load that brought nothing; one that took over rows stays open for the next run."""
    total = opened.accounting([load])[0]
    if total.resumed_from is None and not counts.pages:
        opened.close_load(load, "dropped", str(problem))
