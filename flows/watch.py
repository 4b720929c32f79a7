"""The alerts of a week and the actions that were taken: out of the store for the findings, and back into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pydantic import SecretStr

from analysis.scope.past import Gone, Past
from analysis.scope.periods import Span
from flows.steps import step
from groundswell.actions import actions_until
from groundswell.alert_weeks import AlertWeek
from groundswell.consents import consents_until, not_to_ask, revoked_by_feedback
from groundswell.leases import Lease
from groundswell.registry import Registry
from groundswell.registry_events import ACTOR
from groundswell.storage import Store
from groundswell.testimonial_store import Change

__all__ = ["keep_alerts", "past_of", "settle_testimonials"]


def past_of(opened: Store, span: Span, registry: Registry) -> Past:
    """The alerts before the last week of a period, and the actions that began within it or before.

    `registry` is the one that the period's analysis was made with: an action on a theme that was merged since counts
    where the theme's clauses do. Undated data has actions, and no alerts. Consents stand as they did at the end.
    """
    end = span.period.end
    places = {theme: registry.resolve(theme)[0] for theme in registry.themes}
    actions = actions_until(opened.actions(), end, places)
    texts = opened.testimonials()
    told = consents_until(texts.values(), span.period.start, end)
    known = Past(actions=actions, consents=told, not_to_ask=not_to_ask(texts, end))
    if end is None:
        return known
    week = span.calendar.closed("week", end)
    assert week.end is not None
    before = opened.alerts_before(week.slug, week.end)
    watched = [one.theme_id for one in before.alerts] if before is not None else []
    gone = tuple(gone for theme in watched if (gone := _gone(registry, theme)) is not None)
    return replace(known, alerts=before, gone=gone)


def _gone(registry: Registry, theme_id: str) -> Gone | None:
    """What became of a theme; None where it is still there."""
    into, _ = registry.resolve(theme_id)
    if into == theme_id:
        return None
    theme = registry.themes.get(theme_id)
    how = "merged" if into is not None else "taken back" if theme is None else theme.status
    return Gone(theme_id, how, into)


@step
def keep_alerts(store: SecretStr, span: Span, week: AlertWeek | None, lease: Lease | None) -> None:
    """Keeps the alerts as they stood at the end of a period that ends with a week, before its digests are frozen.

    Killed in between, the run is repeated: the week is judged again from the one before it and replaces itself. Had the
    digests come first, nothing would be due any more and the week would be missing. A quarter that ends in the middle
    of a week keeps none: its last whole week was judged when that was over.
    """
    from groundswell.storage import open_store

    if week is not None and week.end == span.period.end:
        with open_store(store.get_secret_value()) as opened:
            opened.save_alert_week(week, lease)


@step
def settle_testimonials(store: SecretStr) -> None:
    """Notes which consents ended because their feedback is gone, or says something else now; a second time nothing."""
    from groundswell.storage import open_store

    now = datetime.now(UTC)
    with open_store(store.get_secret_value()) as opened:
        if revoked_by_feedback(opened.testimonials().values(), now, ACTOR):
            opened.edit_testimonials(lambda shelf: Change(revoked_by_feedback(shelf.texts.values(), now, ACTOR)))
