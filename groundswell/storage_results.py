"""The part of the store that holds what is computed: analyses, vectors, digests, and the theme registry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from groundswell import (
    action_store,
    alert_store,
    explorer_store,
    outbox_store,
    registry_store,
    results,
    sentiment_heads,
    theme_counts,
)
from groundswell.actions import Action, KeptAction
from groundswell.alert_weeks import AlertWeek
from groundswell.database import reading, writing
from groundswell.explorer_store import StoredExplorer
from groundswell.leases import Lease, check_lease
from groundswell.registry import NewEvent, Registry, RegistryChange
from groundswell.results import AnalysisState, StoredDigest
from groundswell.sentiment_heads import KeptHead, SentimentHead, StoredHead
from groundswell.theme_counts import Resolve, ThemeCounts, ThemeExample

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ResultStore"]


class ResultStore:
    """What a Store keeps of results. Every method may raise StoreError, and every write is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- analyses and digests ------------------------------------------------------------------------------------

    def known_vectors(self, keys: Iterable[str], model: str) -> dict[str, bytes]:
        """The stored vectors (float16 bytes) of those keys that have one under this model."""
        with reading(self._engine) as connection:
            return results.known_vectors(connection, keys, model)

    def save_vectors(self, vectors: Mapping[str, bytes], model: str) -> None:
        """Keep vectors by key; a key that has one under this model keeps it."""
        with writing(self._engine) as connection:
            results.save_vectors(connection, vectors, model)

    def save_analysis(
        self,
        clauses: pd.DataFrame,
        comments: pd.DataFrame,
        themes: pd.DataFrame,
        *,
        key: str = "",
        models: Mapping[str, str] | None = None,
        lease: Lease | None = None,
        change: RegistryChange | None = None,
        made_for: int | None = None,
        head: SentimentHead | int | None = None,
    ) -> Registry | None:
        """Replace the stored analysis by these frames (frames.CLAUSES, COMMENTS, THEMES), in one transaction.

        `key` and `models` come back from `analysis_state`, and the number of the sentiment `head`, which is kept with
        the analysis where it is new. With a `change`, what the analysis does to the theme registry is saved in the
        same transaction, and the registry afterwards is returned. RegistryMoved, with nothing saved, where it is no
        longer the one that the change, or by `made_for` the frames, were made for. ValueError where a frame has other
        columns, or the change does not fit the registry.
        """
        with writing(self._engine) as connection:
            frames = (clauses, comments, themes)
            return results.save_analysis(connection, frames, key, models or {}, lease, change, made_for, head)

    def load_analysis(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """The stored clauses, comments and themes, in the order they were saved; empty frames before the first."""
        with reading(self._engine) as connection:
            return results.load_analysis(connection)

    def analysis_state(self) -> AnalysisState | None:
        """What the stored analysis was made from and with; None where there is none."""
        with reading(self._engine) as connection:
            return results.load_analysis_state(connection)

    def save_head(self, head: SentimentHead, lease: Lease | None = None) -> KeptHead:
        """Keep a sentiment head. One that is there already, as the newest of its moment, is kept once."""
        with writing(self._engine) as connection:
            if lease is not None:
                check_lease(connection, lease.name, lease.fence)
            return sentiment_heads.save_head(connection, head)

    def newest_head(self, until: datetime | None, starter: str, rows: str) -> StoredHead | None:
        """The head that was trained last of those whose moment is `until` or before, on this shipped model.

        Undated data has no moments: for None the head that was trained from these very `rows`.
        """
        with reading(self._engine) as connection:
            return sentiment_heads.newest_head(connection, until, starter, rows)

    def head(self, number: int) -> StoredHead | None:
        """The head of that number; None where there is none."""
        with reading(self._engine) as connection:
            return sentiment_heads.load_head(connection, number)

    def heads(self) -> list[StoredHead]:
        """All heads, in the order in which they were made, with body b""."""
        with reading(self._engine) as connection:
            return sentiment_heads.load_heads(connection)

    def save_digest(
        self,
        audience: str,
        period: str,
        fingerprint: str,
        json_text: str,
        reason: str = "",
        *,
        rows: str = "",
        lease: Lease | None = None,
        force: bool = False,
        announce_at: datetime | None = None,
        explorer: str | None = None,
    ) -> StoredDigest:
        """Publish a digest. Where the latest revision has this fingerprint, that one, its JSON byte for byte.

        Otherwise, and by `force` always, the next revision, which says the `reason` it was made for. With `announce_at`
        the first revision of the audience's newest period is announced for sending, in the same transaction. With
        `explorer` so are the data of the explorer beside it kept; "" takes those of the revision before away.
        """
        made = {"audience": audience, "period": period, "fingerprint": fingerprint, "json": json_text}
        with writing(self._engine) as connection:
            kept = results.save_digest(connection, {**made, "reason": reason, "rows": rows}, lease, force)
            if announce_at is not None and results.is_news(
                period, kept.revision, results.load_digests(connection, audience)
            ):
                outbox_store.announce(connection, audience, period, announce_at)
            if explorer is not None:
                explorer_store.replace_explorer(connection, kept, explorer)
            return kept

    def latest_digest(self, audience: str, period: str, revision: int | None = None) -> StoredDigest | None:
        """The newest revision for an audience and a period's slug, or the given one; None where there is none."""
        with reading(self._engine) as connection:
            return results.latest_digest(connection, audience, period, revision)

    def digests(self, audience: str | None = None) -> list[StoredDigest]:
        """The newest revision of each period, by period and audience, with json_text ""."""
        with reading(self._engine) as connection:
            return results.load_digests(connection, audience)

    def explorers(self) -> list[StoredExplorer]:
        """The explorers that are kept, by period, without their data."""
        with reading(self._engine) as connection:
            return explorer_store.load_explorers(connection)

    def explorer_data(self, period: str) -> str | None:
        """The data of a period's explorer as JSON text, as they were saved; None where there is none."""
        with reading(self._engine) as connection:
            return explorer_store.load_data(connection, period)

    # --- alerts and actions --------------------------------------------------------------------------------------

    def save_alert_week(self, kept: AlertWeek, lease: Lease | None = None) -> None:
        """Keep the alerts as they stood at the end of a week, in the place of what was kept of that week before."""
        with writing(self._engine) as connection:
            if lease is not None:
                check_lease(connection, lease.name, lease.fence)
            alert_store.save_alert_week(connection, kept)

    def alerts_before(self, week: str, end: datetime) -> AlertWeek | None:
        """The alerts at the end of the newest week that is kept before the named one, which ends at `end`."""
        with reading(self._engine) as connection:
            return alert_store.alerts_before(connection, week, end)

    def alert_weeks(self) -> list[AlertWeek]:
        """The alerts at the end of each week that is kept, oldest first."""
        with reading(self._engine) as connection:
            return alert_store.load_alert_weeks(connection)

    def save_action(self, made: Action) -> KeptAction:
        """Keep what was decided on a theme, under a number of the store's own; said again, it is kept once."""
        with writing(self._engine) as connection:
            return action_store.save_action(connection, made)

    def finish_action(self, action_id: str, done: datetime) -> Action:
        """Say when an action was done. ConfigError, nothing changed: none of that number, or it began later."""
        with writing(self._engine) as connection:
            return action_store.finish_action(connection, action_id, done)

    def drop_action(self, action_id: str, at: datetime) -> Action:
        """Take back an action that was recorded by mistake; what it was. ConfigError: there is none of that number."""
        with writing(self._engine) as connection:
            return action_store.drop_action(connection, action_id, at)

    def actions(self) -> list[Action]:
        """All actions that were not taken back, in the order in which they were added."""
        with reading(self._engine) as connection:
            return action_store.load_actions(connection)

    # --- the theme registry --------------------------------------------------------------------------------------

    def registry_version(self) -> int:
        """The version of the theme registry: the number of its last event, 0 before the first."""
        with reading(self._engine) as connection:
            return registry_store.load_version(connection)

    def load_registry(self, event_limit: int | None = None) -> Registry:
        """The theme registry, or, with `event_limit`, what it was when that event was its last."""
        with reading(self._engine) as connection:
            return registry_store.load_registry(connection, event_limit)

    def edit_registry(self, build: Callable[[Registry], Sequence[NewEvent]], *, actor: str, at: datetime) -> Registry:
        """Append the events that `build` makes of the registry, as one edit; the registry afterwards.

        The registry is read, and the events are appended, in one write transaction: of two edits at once the second
        sees the first. What `build` raises comes through, and the registry is as it was. `at` needs a time zone.
        """
        with writing(self._engine) as connection:
            return registry_store.edit_registry(connection, build, actor, at)

    def members(self, event_limit: int | None = None) -> pd.DataFrame:
        """The texts that themes hold, as frames.MEMBERS: for each the row of the newest analysis that is not undone.

        The ids are as that analysis wrote them: `Registry.resolve` says where they count today. With `event_limit`,
        what it was when that event was the registry's last.
        """
        with reading(self._engine) as connection:
            return registry_store.load_members(connection, event_limit)

    def theme_vectors(self) -> dict[str, bytes]:
        """The last centroid of each theme, closed ones too, by its id, as its analysis wrote it (no undone one)."""
        with reading(self._engine) as connection:
            return registry_store.load_theme_vectors(connection)

    def theme_exemplars(self) -> dict[str, tuple[str, ...]]:
        """The keys of at most 20 texts that stand for each theme, by its id, from the same analyses."""
        with reading(self._engine) as connection:
            return registry_store.load_theme_exemplars(connection)

    def theme_counts(self, resolve: Resolve) -> ThemeCounts:
        """People and clauses of every theme in the last analysis, counted where `Registry.resolve` says they belong."""
        with reading(self._engine) as connection:
            return theme_counts.load_theme_counts(connection, resolve)

    def theme_examples(self, theme_id: str, resolve: Resolve, limit: int = 5) -> list[ThemeExample]:
        """The most typical clauses of a theme or sub-theme with their records, of as many people, no two alike."""
        with reading(self._engine) as connection:
            return theme_counts.load_theme_examples(connection, theme_id, resolve, limit)
