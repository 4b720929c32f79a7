"""quality.html of a folder of digests: what the store tells of its loads, sources and models, without a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from flows.head_card import read_card
from flows.index import write_index_of
from flows.steps import step
from groundswell.records import Period

if TYPE_CHECKING:
    from groundswell.alert_weeks import AlertWeek
    from groundswell.findings import AlertWatch
    from groundswell.outbox import OutboxItem
    from groundswell.storage import Store
    from reports.quality.state import CoverageOf, DeliveryState, LoadState, QualityState, SourceState, ToneState

__all__ = ["DATA_DOCS", "PAGE", "quality_of", "write_front"]

ADDRESS = re.compile(r"\S+@\S+")
PAGE = "quality.html"
DATA_DOCS = "data-docs"  # the folder of the batch checks' own pages, beside the digests
PERIODS, LOADS = 26, 40  # at most, newest first
FEWEST_GAPS = 5  # between days with records, to speak of a usual one
USUAL = 0.9
UNSET_DAYS = 7  # patience without settings, as the digests have it


@step
def write_front(
    store: SecretStr, out: str, now: datetime | None, timezone: str, patience: Mapping[str, timedelta] | None = None
) -> None:
    """Writes quality.html and index.html below `out`, as the store is now; freshness is judged at `now`.

    `patience` says of each source of the settings when it is late; None: there are no settings.
    """
    from groundswell.storage import open_store
    from reports.quality.page import build_quality, write_quality
    from reports.write import write_files

    with open_store(store.get_secret_value()) as opened:
        page = build_quality(quality_of(opened, Path(out), now, timezone, patience))
    write_files(Path(out), {PAGE: write_quality(page)})
    write_index_of(store, out, page.news)


def quality_of(
    opened: Store, out: Path, now: datetime | None, timezone: str, patience: Mapping[str, timedelta] | None
) -> QualityState:
    """What the page shows of this store, freshness judged at `now`, and not at all for None."""
    from reports.quality.state import QualityState, RefusedState

    watch, coverage = _of_digests(opened)
    tone, version = _tone(opened)
    weeks = opened.alert_weeks()
    docs = f"{DATA_DOCS}/index.html"
    return QualityState(
        moment=now,
        timezone=timezone,
        has_settings=patience is not None,
        sources=tuple(_sources(opened, now, patience)),
        loads=tuple(_loads(opened)),
        refused=tuple(RefusedState(one.source, one.problems, one.n) for one in opened.refused()),
        coverage=coverage,
        tone=tone,
        tone_version=version,
        watch=watch,
        raised=_raised(weeks),
        watched_weeks=len(weeks),
        deliveries=tuple(_deliveries(opened)),
        docs=docs if (out / docs).exists() else "",
    )


def _sources(opened: Store, now: datetime | None, patience: Mapping[str, timedelta] | None) -> Iterator[SourceState]:
    """Those of the settings first, in their order, also such as were never read; dates as they were known `now`."""
    from reports.quality.state import SourceState

    known, dated = {one.source: one for one in opened.freshness()}, opened.record_days(now)
    named = patience or {}
    for name in [*named, *sorted(set(known) - set(named))]:
        one, of_source = known.get(name), dated.get(name)
        wait = UNSET_DAYS if patience is None else named[name].days if name in named else None
        if one is None:
            yield SourceState(name, "", 0, patience_days=wait)
            continue
        yield SourceState(
            name,
            one.kind,
            one.records,
            last_record_at=None if of_source is None else of_source.last,
            last_read_at=one.last_load_at,
            patience_days=wait,
            usual_gap_days=None if of_source is None else usual_gap(list(of_source.days)),
            days={} if of_source is None else of_source.days,
            waiting=one.waiting,
            is_dated=one.last_record_at is not None,
        )


def usual_gap(days: list[date]) -> int | None:
    """The days that nine in ten gaps between days with records do not exceed; None with fewer than five gaps."""
    gaps = sorted((later - day).days for day, later in zip(days, days[1:], strict=False))
    return gaps[ceil(USUAL * len(gaps)) - 1] if len(gaps) >= FEWEST_GAPS else None


def _loads(opened: Store) -> Iterator[LoadState]:
    """The newest loads that brought or refused something, and every one that waits for a decision; newest first."""
    from reports.quality.state import LoadState

    ended = [one for state in ("accepted", "dropped") for one in opened.accounting(state=state)]
    told = sorted((one for one in ended if one.new + one.changed + one.quarantined), key=lambda load: -load.load_id)
    for one in sorted([*opened.accounting(state="held"), *told[:LOADS]], key=lambda load: -load.load_id):
        yield LoadState(
            one.load_id,
            one.source,
            one.state,
            one.started_at,
            one.read,
            one.new,
            one.changed,
            one.unchanged,
            one.quarantined,
            one.skipped,
            one.reason or "",
            one.warnings,
        )


def _of_digests(opened: Store) -> tuple[AlertWatch | None, tuple[CoverageOf, ...]]:
    """What was watched in the newest period, and the coverage of each period, newest first: as they are published."""
    from groundswell.findings import AlertWatch, Coverage
    from reports.plain import revive
    from reports.quality.state import CoverageOf

    audience: dict[str, str] = {}
    for one in opened.digests():  # every audience of a period is told the same of it
        audience.setdefault(one.period, one.audience)
    found: list[CoverageOf] = []
    watch: AlertWatch | None = None
    for slug in sorted(audience, key=Period.order_of, reverse=True)[:PERIODS]:
        frozen = opened.latest_digest(audience[slug], slug)
        assert frozen is not None
        plain = json.loads(frozen.json_text)
        found.append(CoverageOf(plain["period"]["label"], revive(Coverage, plain["coverage"])))
        if watch is None and plain.get("watch"):
            watch = revive(AlertWatch, plain["watch"])
    return watch, tuple(found)


def _tone(opened: Store) -> tuple[tuple[ToneState, ...], str]:
    """Who reads the tone of each source in the stored analysis, and the name of the whole model."""
    from reports.quality.state import ToneState

    state = opened.analysis_state()
    if state is None:
        return (), ""
    head = None if state.head is None else opened.head(state.head)
    version = state.models.get("sentiment", "")
    if head is None:
        return (), version
    rows = []
    for one in read_card(head.head.card).sources:
        taken, other = (one.own, one.starter) if one.in_use else (one.starter, one.own)
        rows.append(
            ToneState(
                one.source,
                "own" if one.in_use else "starter",
                one.ratings,
                checked=None if taken is None else taken.n,
                precision=None if taken is None else taken.precision,
                recall=None if taken is None else taken.recall,
                other_precision=None if other is None else other.precision,
                other_recall=None if other is None else other.recall,
                note=one.reason,
            )
        )
    return tuple(rows), version


def _deliveries(opened: Store) -> Iterator[DeliveryState]:
    """The outbox by channel and state; of whom a message was for nothing is told, not even by an error's words."""
    from reports.quality.state import DeliveryState

    groups: dict[tuple[str, str], list[OutboxItem]] = {}
    for item in opened.outbox():
        groups.setdefault((item.to.channel, item.state), []).append(item)
    for (channel, state), items in sorted(groups.items()):
        last = max(items, key=lambda item: (item.tried_at or item.queued_at, item.item_id))
        error = ADDRESS.sub("[address]", last.last_error or "")
        yield DeliveryState(channel, state, len(items), error, sum(item.possible_repeat for item in items))


def _raised(weeks: Sequence[AlertWeek]) -> dict[str, int]:
    """Alerts that were ever raised in the weeks judged, by kind; one that came back counts once."""
    kinds = {one.alert_id: one.kind for week in weeks for one in week.alerts}
    return {kind: sum(of == kind for of in kinds.values()) for kind in sorted(set(kinds.values()))}
