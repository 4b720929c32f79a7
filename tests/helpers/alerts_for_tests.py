"""Weeks of feedback with a crowd in one of them, in a store, and their digests, without a model and without Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from frames_for_tests import clause_frame, comment_frame, theme_frame
from pydantic import SecretStr

from analysis.scope.calendar import Calendar
from analysis.scope.options import DEFAULTS
from analysis.scope.periods import Span, rows_hash
from flows.publish import find, freeze
from flows.watch import keep_alerts
from groundswell.leases import Lease
from groundswell.records import Feedback, Kind
from groundswell.registry import NewEvent, RegistryChange
from groundswell.storage import Store, open_store

__all__ = ["CROWD", "LABELS", "WEEKS", "add_records", "analyse", "publish_week", "span_of_week"]

LABELS = {"t1": "card delivery", "t2": "friendly staff", "t3": "slow app"}
WEEKS = tuple(f"2026-W{number}" for number in range(30, 47))
CROWD = 13  # the place of the week with the crowd: 2026-W43
CALENDAR = Calendar()


def span_of_week(week: str, length: str = "week") -> Span:
    """The period of that length which ends with the week."""
    end = CALENDAR.week_named(week).end
    assert end is not None
    period = CALENDAR.closed(length, end)
    return Span(period, CALENDAR.before(period))


def add_records(store: Store, more: Sequence[tuple[int, str, int]] = ()) -> None:
    """Seventeen steady weeks of three themes, in 2026-W43 a crowd on the first; `more` adds (week, theme, people)."""
    steady = [(week, theme, n + week % 3) for week in range(len(WEEKS)) for theme, n in _USUAL.items()]
    load = store.open_load("reviews", Kind.REVIEW, datetime(2026, 11, 16, tzinfo=UTC))
    records = [_record(*one, i) for one in (*steady, (CROWD, "t1+", 30), *more) for i in range(one[2])]
    store.save_page(load, records, [], {}, {})
    store.close_load(load, "accepted")


_USUAL = {"t1": 6, "t2": 8, "t3": 5, "": 25}


def _record(week: int, theme: str, _people: int, number: int) -> Feedback:
    start = CALENDAR.week_named(WEEKS[week]).start
    assert start is not None
    name = f"{theme or 'none'}-{week}-{number}"
    text = f"{LABELS.get(theme[:2], 'nothing to say')} {name}"
    author = sha256(name.encode()).hexdigest()
    return Feedback(
        "reviews", name, Kind.REVIEW, name, text, author, start + timedelta(minutes=9 * number), author=author
    )


def analyse(store: Store, week: str, lease: Lease | None = None) -> None:
    """The analysis at the end of a week: the theme of a text stands at its beginning."""
    end = span_of_week(week).period.end
    feedback = store.load_feedback()
    known = feedback[feedback["occurred_at"] < end].reset_index(drop=True)
    ids = {label: theme for theme, label in LABELS.items()}
    themes = [next((ids[label] for label in ids if text.startswith(label)), None) for text in known["text"]]
    moods = ["positive" if theme == "t2" else "negative" for theme in themes]
    change = None
    if not store.registry_version():
        opened = [_opening(theme, label) for theme, label in LABELS.items()]
        change = RegistryChange(0, "fit", end, datetime(2026, 11, 16, tzinfo=UTC), events=opened)
    store.save_analysis(
        clause_frame(known, themes, moods),
        comment_frame(known, moods),
        theme_frame(LABELS),
        key=f"made by hand {rows_hash(known)}",
        models={"sentiment": "by hand"},
        lease=lease,
        change=change,
    )


def _opening(theme: str, label: str) -> NewEvent:
    return NewEvent("open", theme, {"label": label, "parent": None, "status": "active", "origin": "fit"})


def publish_week(
    place: str,
    week: str,
    *,
    length: str = "week",
    rebuild: str | None = None,
    steps: int = 3,
    lease: Lease | None = None,
) -> dict[str, Any]:
    """Analyses and publishes one period for the service manager, as a flow does, or only the first `steps` of finding,
    keeping the alerts and freezing the digest; what the digest says of alerts and actions."""
    secret, span = SecretStr(place), span_of_week(week, length)
    with open_store(place) as store:
        analyse(store, week, lease)
    ground = find.fn(secret, span, span.period.end, {}, DEFAULTS)
    if steps > 1:
        keep_alerts.fn(secret, span, ground.findings.alert_week, lease)
    if steps > 2:
        digest, reason = freeze.fn(secret, "service", ground, rebuild, lease)
        return {"alerts": digest.alerts, "actions": digest.actions, "reason": reason, "made": digest.generated_from}
    return {}
