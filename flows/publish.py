"""From the store to pages: findings of one closed period, four digests, files. A published digest is frozen (law 5)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from pydantic import SecretStr

from analysis.periods import Span
from flows.progress import stage
from groundswell.findings import Findings, Quality
from reports.digest import Digest

__all__ = ["Published", "publish"]


@dataclass(frozen=True)
class Published:
    """One digest on disk: its audience, its page, and whether this run made it or found it frozen."""

    audience: str
    page: Path
    revision: int
    is_new: bool
    headline: tuple[str, ...]


@flow(name="publish", persist_result=False)
def publish(
    store: SecretStr,
    out: str,
    models: dict[str, str],
    as_of: datetime | None = None,
    timezone: str = "UTC",
    length: str | None = None,
) -> list[Published]:
    """Writes every audience's digest of the last closed period to `out`/<audience>/<period>/, and an index of them."""
    span, findings, quality = find(store, as_of, timezone, length)
    digests = [freeze(store, audience, span, findings, quality, models) for audience in _audiences()]
    return write(out, digests)


@task(cache_policy=NO_CACHE, persist_result=False)
def find(store: SecretStr, as_of: datetime | None, timezone: str, length: str | None) -> tuple[Span, Findings, Quality]:
    """The period, what the analysis says about it, and the accounting of the loads behind it."""
    from analysis.findings import find_everything
    from analysis.periods import as_of_for, choose_period
    from groundswell.storage import open_store

    with stage("pain points, scores, trends"), open_store(store.get_secret_value()) as opened:
        feedback = opened.load_feedback()
        clauses, comments, themes = opened.load_analysis()
        today = as_of or as_of_for(feedback["occurred_at"], timezone)
        if today is not None:
            # What came after "today" is not known yet, in whatever period.
            feedback = feedback[~(feedback["occurred_at"] >= today)]
        span = choose_period(feedback, today, timezone=timezone, length=length)
        findings = find_everything(feedback, clauses, comments, themes, span)
        return span, findings, opened.quality(findings.warnings)


@task(cache_policy=NO_CACHE, persist_result=False)
def freeze(
    store: SecretStr, audience: str, span: Span, findings: Findings, quality: Quality, models: dict[str, str]
) -> tuple[Digest, bool]:
    """The audience's digest, and whether it is new: the frozen one where the same rows made it, else a revision."""
    from groundswell.storage import open_store
    from reports.build import digest_for
    from reports.digest import GeneratedFrom, from_plain
    from reports.render import render_json

    period = span.period
    with open_store(store.get_secret_value()) as opened:
        last = opened.latest_digest(audience, period.slug)
        if last is not None and last.fingerprint == findings.fingerprint:
            return from_plain(json.loads(last.json_text)), False
        revision = 1 if last is None else last.revision + 1
        made_from = GeneratedFrom(findings.fingerprint, 0, models)
        digest = digest_for(audience, findings, period, quality, made_from, revision)
        reason = "first" if last is None else "the rows behind it changed"
        opened.save_digest(audience, period.slug, findings.fingerprint, render_json(digest), reason)
        return digest, True


@task(cache_policy=NO_CACHE, persist_result=False)
def write(out: str, digests: list[tuple[Digest, bool]]) -> list[Published]:
    """digest.json, .html and .md of each audience, and index.html beside them."""
    from reports.index import write_index
    from reports.write import write_digest

    published, pages = [], []
    with stage("pages", len(digests)) as advance:
        for digest, is_new in digests:
            folder = Path(out) / digest.audience / digest.period.slug
            write_digest(digest, folder)
            page = folder / "digest.html"
            pages.append((page, digest))
            published.append(Published(digest.audience, page, digest.revision, is_new, digest.headline))
            advance(1)
        write_index(pages, Path(out))
    return published


def _audiences() -> tuple[str, ...]:
    from reports.digest import AUDIENCES

    return AUDIENCES
