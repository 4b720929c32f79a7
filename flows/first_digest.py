"""The flow of `try` and `demo`: ingest each source, analyse, publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr

from extractors.files import FileExtractor
from flows.analyse import AnalysisSummary, analyse, stored_summary
from flows.ingest import IngestSummary, ingest, record_accounting
from flows.publish import Published, publish, span_of
from flows.quality import write_front
from flows.steps import subflow

__all__ = ["FirstDigest", "first_digest"]


@dataclass(frozen=True)
class FirstDigest:
    """What one run did: the accounting per source, the analysis in counts, the digests."""

    loads: tuple[IngestSummary, ...]
    analysis: AnalysisSummary
    digests: tuple[Published, ...]


@subflow("first digest")
def first_digest(
    sources: Sequence[FileExtractor],
    store: SecretStr,
    key_file: str,
    out: str,
    now: datetime,
    as_of: datetime | None,
    timezone: str,
    length: str | None,
    weeks_lived: int = 0,
) -> FirstDigest:
    """From files to digests of four audiences in `out`; run again with the same store it adds nothing.

    With `weeks_lived` the themes have a past: they are found in what was known so many weeks ago, and each week since
    is analysed as a scheduled run would have done it.
    """
    loads = [ingest(source, source.kind, store, key_file, now) for source in sources]
    record_accounting(loads)
    span, today = span_of(store, as_of, timezone, length)
    end = span.period.end if weeks_lived else None
    analysis = stored_summary(store, end)
    if analysis is None:
        for weeks in range(weeks_lived, 0, -1):
            if end is not None:
                analyse(store, end - timedelta(weeks=weeks))
        analysis = analyse(store, end)
    digests = publish(store, out, span, until=today)
    write_front(store, out, today, timezone)
    return FirstDigest(tuple(loads), analysis, tuple(digests))
