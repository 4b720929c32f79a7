"""From the store to pages: the findings of one closed period, a digest per audience, files.

A published digest is frozen (law 5). It gets a next revision when its period gained feedback, or when a rebuild is
asked for; either says why. What it rests on beside its rows, actions and the alerts of earlier weeks and settings, is a
part of its fingerprint, and is taken up by the next revision; it does not make one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from analysis.scope.fingerprint import same_rows
from analysis.scope.options import DEFAULTS, Options
from analysis.scope.periods import Span, rows_hash, rows_in
from flows.explore import AUDIENCE, explorer_text, on_the_map, write_explorers
from flows.head_card import read_card, summary_of
from flows.progress import stage
from flows.steps import step, subflow
from flows.theme_changes import is_first, theme_changes, version_told
from flows.watch import keep_alerts, past_of, settle_testimonials
from groundswell.errors import AlreadyRunning
from groundswell.findings import Findings, Quality
from groundswell.leases import Lease
from reports.digest import AUDIENCES, Digest

__all__ = ["Published", "publish", "span_of"]


@dataclass(frozen=True)
class Published:
    """One digest on disk: its audience and period, its page, and whether this run made it or found it frozen."""

    audience: str
    period: str
    page: Path
    revision: int
    is_new: bool
    reason: str
    headline: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """What the digests of one period stand on; `rows` is the hash of the period's own feedback."""

    span: Span
    findings: Findings
    quality: Quality
    models: Mapping[str, str]
    registry: int  # the version of the theme registry
    rows: str
    explorer: str = ""  # its data, where the product team is told


@subflow("publish", "publish {span.period.slug}")
def publish(
    store: SecretStr,
    out: str,
    span: Span,
    audiences: Sequence[str] = AUDIENCES,
    *,
    until: datetime | None = None,
    stale_after: Mapping[str, timedelta] | None = None,
    rebuild: str | None = None,
    lease: Lease | None = None,
    options: Options = DEFAULTS,
    explore: bool = True,
    announce: Collection[str] = (),
) -> list[Published]:
    """Writes the audiences' digests of one period to `out`/<audience>/<period>/, from the analysis in the store.

    `until` is "today": what came later is not known yet; without it the end of the period. `rebuild` is the reason to
    make a next revision of what is frozen; `options` what the project says of its statistics. The digests of the
    audiences in `announce` are announced for sending, where they are new. With `explore` the product team gets an
    explorer.
    """
    settle_testimonials(store)
    ground = find(
        store, span, until or span.period.end, stale_after or {}, options, explore=explore and AUDIENCE in audiences
    )
    keep_alerts(store, span, ground.findings.alert_week, lease)
    named = {a: freeze.with_options(task_run_name=f"{a} digest") for a in audiences}
    made = [step(store, audience, ground, rebuild, lease, audience in announce) for audience, step in named.items()]
    if AUDIENCE in audiences:
        write_explorers(store, out, span.period.slug)  # before the page that links it
    return write(out, made)


@step
def span_of(
    store: SecretStr, as_of: datetime | None, timezone: str, length: str | None
) -> tuple[Span, datetime | None]:
    """The last closed period that has enough, and "today": the given one, else the end of the last record's day."""
    from analysis.scope.periods import as_of_for, choose_period
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        feedback = opened.load_feedback()
    today = as_of or as_of_for(feedback["occurred_at"], timezone)
    known = feedback if today is None else feedback[~(feedback["occurred_at"] >= today)]
    return choose_period(known, today, timezone=timezone, length=length), today


@step
def find(
    store: SecretStr,
    span: Span,
    today: datetime | None,
    stale_after: Mapping[str, timedelta],
    options: Options,
    *,
    explore: bool = True,
) -> Ground:
    """What the analysis says about the period, and the accounting of the loads behind it."""
    from analysis.findings.everything import find_everything
    from groundswell.storage import open_store

    with stage("pain points, scores, trends"), open_store(store.get_secret_value()) as opened:
        clauses, comments, themes = opened.load_analysis()
        state, feedback = opened.analysis_state(), opened.load_feedback()
        feedback = feedback[feedback["feedback_id"].isin(comments["feedback_id"])]
        if state is None or not state.key.endswith(rows_hash(feedback)):
            raise AlreadyRunning(f"{span.period.label}: feedback came in while it was analysed; run again")
        if today is not None:
            feedback = feedback[~(feedback["occurred_at"] >= today)]
        rows = rows_hash(rows_in(feedback, span.period))
        head = None if state.head is None else opened.head(state.head)
        card = None if head is None else read_card(head.head.card)
        tone = summary_of(card, state.models["sentiment"])
        past = past_of(opened, span, opened.load_registry(state.registry))
        findings = find_everything(
            feedback, clauses, comments, themes, span, stale_after, sentiment=tone, options=options, past=past
        )
        quality = opened.quality(findings.warnings, start=span.period.start, end=span.period.end)
        findings = on_the_map(findings, opened)
        explorer = explorer_text(feedback, clauses, themes, span, findings) if explore else ""
        return Ground(span, findings, quality, state.models, state.registry or 0, rows, explorer)


@step
def freeze(
    store: SecretStr,
    audience: str,
    ground: Ground,
    rebuild: str | None,
    lease: Lease | None,
    is_announced: bool = False,
) -> tuple[Digest, str]:
    """The audience's digest, and why it was made: "" where it is the one that was frozen before."""
    from groundswell.storage import open_store
    from reports.build import digest_for
    from reports.digest import GeneratedFrom, from_plain
    from reports.render import render_json

    period, findings = ground.span.period, ground.findings
    with open_store(store.get_secret_value()) as opened:
        last = opened.latest_digest(audience, period.slug)
        if last is not None and rebuild is None and same_rows(last.fingerprint, findings.fingerprint):
            return from_plain(json.loads(last.json_text)), ""
        revision = 1 if last is None else last.revision + 1
        made_from = GeneratedFrom(findings.fingerprint, ground.registry, dict(ground.models))
        since = version_told(opened, audience, period.slug)
        changes = theme_changes(opened.load_registry(), since, ground.registry)
        digest = digest_for(audience, findings, period, ground.quality, made_from, revision, changes)
        explorer = ground.explorer if audience == AUDIENCE else None
        digest = replace(digest, is_first=is_first(opened, audience, period.slug), explorer=bool(explorer))
        reason = _reason(last.json_text if last else None, digest, rebuild)
        opened.save_digest(
            audience,
            period.slug,
            findings.fingerprint,
            render_json(digest),
            reason,
            rows=ground.rows,
            lease=lease,
            force=rebuild is not None,
            announce_at=datetime.now(UTC) if is_announced else None,
            explorer=explorer,
        )
        return digest, reason


@step
def write(out: str, made: list[tuple[Digest, str]]) -> list[Published]:
    """The files of each audience's digest."""
    from reports.write import write_digest

    published = []
    with stage("pages", len(made)) as advance:
        for digest, reason in made:
            folder = Path(out) / digest.audience / digest.period.slug
            write_digest(digest, folder)
            published.append(
                Published(
                    digest.audience,
                    digest.period.slug,
                    folder / "digest.html",
                    digest.revision,
                    bool(reason),
                    reason,
                    digest.headline,
                )
            )
            advance(1)
    return published


def _reason(before: str | None, digest: Digest, rebuild: str | None) -> str:
    """Why this revision is made, in words that stay beside it."""
    if before is None:
        return "first"
    if rebuild is not None:
        return f"rebuilt: {rebuild}"
    was, now = int(json.loads(before)["coverage"]["feedback"]), digest.coverage.feedback
    changed = f"{now - was:+,} records" if now != was else "records changed"
    return f"its feedback changed after revision {digest.revision - 1}: {changed}"
