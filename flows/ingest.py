"""From one source to the store: extract page by page, parse, redact, gate, save. Safe to run twice, or to kill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from pydantic import SecretStr

from extractors.base import Extractor, Page
from flows.progress import stage
from groundswell.records import Feedback, Kind

__all__ = ["IngestSummary", "ingest"]


@dataclass(frozen=True)
class IngestSummary:
    """Law 1 for one source and run: read = new + changed + unchanged + quarantined + skipped.

    `rows` of the source were read; one with two answered questions gives two records. Raises RuntimeError when the
    store's own count of what came in is not the sum of what became of it.
    """

    source: str
    load_id: int
    rows: int
    read: int
    new: int
    changed: int
    unchanged: int
    quarantined: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    redactions: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an accounting that does not add up."""
        became = self.new + self.changed + self.unchanged + self.quarantined + sum(self.skipped.values())
        if self.read != became:
            raise RuntimeError(f"{self.source}: {self.read} records came in, {became} are accounted for")


@flow(name="ingest", flow_run_name="ingest {extractor.name}", persist_result=False, validate_parameters=False)
def ingest(extractor: Extractor, kind: Kind, store: SecretStr, key_file: str, now: datetime) -> IngestSummary:
    """Brings one source's feedback into the store: rows and cursor in one transaction per page.

    The store's URL may hold a password, and Prefect keeps the parameters of its flows: hence the SecretStr.
    """
    load = open_load(store, extractor.name, kind, now)
    return close_load(store, load, read_pages(load, extractor, kind, store, key_file, now))


@task(cache_policy=NO_CACHE, persist_result=False)
def open_load(store: SecretStr, source: str, kind: Kind, now: datetime) -> int:
    """A load for this run; it takes over what an interrupted run of the source left."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        return opened.open_load(source, kind, now)


@task(cache_policy=NO_CACHE, persist_result=False)
def read_pages(load: int, extractor: Extractor, kind: Kind, store: SecretStr, key_file: str, now: datetime) -> Counts:
    """Every page that is new since the last finished run, each saved in one transaction."""
    from expectations.gate import RowGate
    from groundswell.keys import load_key
    from groundswell.storage import open_store

    gate, border = RowGate(kind, now), Border(load_key(Path(key_file)))
    counts = Counts()
    with open_store(store.get_secret_value()) as opened, stage(f"reading {extractor.name}") as advance:
        for page in new_pages(extractor, opened.load_cursor(extractor.name), now):
            verdict = gate.validate(border.redact(extractor, page))
            opened.save_page(load, verdict.accepted, verdict.quarantined, page.skipped, page.cursor_after)
            counts.warnings.update(verdict.warnings)
            for record in verdict.accepted:
                counts.redactions.update(record.redactions)
            counts.rows += page.rows
            advance(page.rows)
    return counts


@task(cache_policy=NO_CACHE, persist_result=False)
def close_load(store: SecretStr, load: int, counts: Counts) -> IngestSummary:
    """Shows the load to the analysis, and gives its accounting."""
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        total = opened.close_load(load, "accepted")
    return IngestSummary(
        source=total.source,
        load_id=load,
        rows=counts.rows,
        read=total.read,
        new=total.new,
        changed=total.changed,
        unchanged=total.unchanged,
        quarantined=total.quarantined,
        skipped=dict(total.skipped),
        warnings=dict(counts.warnings),
        redactions=dict(counts.redactions),
    )


@dataclass
class Counts:
    """What a run met on its way, by kind; nothing of it is a customer's word."""

    rows: int = 0
    warnings: Counter[str] = field(default_factory=Counter)
    redactions: Counter[str] = field(default_factory=Counter)


class Border:
    """Turns drafts into redacted feedback; the only step that ever holds the original text (law 3)."""

    def __init__(self, key: bytes) -> None:
        from groundswell.privacy import Numbering

        self._key, self._numbering = key, Numbering()

    def redact(self, extractor: Extractor, page: Page) -> list[Feedback]:
        """The page's records, parsed and redacted, in their order."""
        from groundswell.privacy import to_feedback

        return [to_feedback(extractor.parse(raw), self._key, self._numbering) for raw in page.records]


def new_pages(extractor: Extractor, cursor: Mapping[str, Any] | None, now: datetime) -> Iterator[Page]:
    """The pages still to be read. An interrupted run is read again from its start: equal rows are numbered in the
    order in which they are met (docs/methods.md, D11), and saving a page twice changes nothing."""
    state = cursor if cursor is not None and cursor.get("complete", True) else {}
    for part in extractor.plan(state, now):
        yield from extractor.pages(part)
