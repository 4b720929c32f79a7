"""The flow of `try` and `demo`: ingest each source, analyse, publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import SecretStr

from extractors.files import FileExtractor
from flows.analyse import AnalysisSummary, analyse
from flows.ingest import IngestSummary, ingest
from flows.publish import Published, publish

__all__ = ["FirstDigest", "first_digest"]


@dataclass(frozen=True)
class FirstDigest:
    """What one run did: the accounting per source, the analysis in counts, the digests."""

    loads: tuple[IngestSummary, ...]
    analysis: AnalysisSummary
    digests: tuple[Published, ...]


@flow(name="first digest", persist_result=False, validate_parameters=False)
def first_digest(
    sources: Sequence[FileExtractor],
    store: SecretStr,
    key_file: str,
    out: str,
    now: datetime,
    as_of: datetime | None,
    timezone: str,
    length: str | None,
) -> FirstDigest:
    """From files to digests of four audiences in `out`; run again with the same store it adds nothing."""
    loads = [ingest(source, source.kind, store, key_file, now) for source in sources]
    record_accounting(loads)
    analysis = analyse(store)
    digests = publish(store, out, dict(analysis.models), as_of, timezone, length)
    return FirstDigest(tuple(loads), analysis, tuple(digests))


@task(cache_policy=NO_CACHE, persist_result=False)
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
