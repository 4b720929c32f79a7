"""Which model `score` reads a table with: the project's own, where it is known whose comments these are."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from flows.head_card import CardSource, HeadCard, read_card
from groundswell.errors import ConfigError
from groundswell.settings import load_settings, settings_path
from groundswell.storage import StoredHead, open_store

if TYPE_CHECKING:
    from analysis.sentiment.model import SentimentModel

__all__ = ["TableModel", "table_model"]


@dataclass(frozen=True, eq=False)
class TableModel:
    """A model, the source as whose comments it reads ("" for none), and what is told of the choice."""

    model: SentimentModel
    source: str
    told: str


def table_model(settings: Path | None, source: str | None) -> TableModel:
    """The model for a table, by the project at hand: the settings given, else groundswell.toml of this folder.

    Its own model reads as the `source` that is named, else as the only one it knows. Without a project, and where that
    is left open, the shipped model reads. Raises ConfigError for a source that the project's model does not know.
    """
    from analysis.sentiment.model import default_model
    from flows.sentiment import model_with

    head = _head_in_use(settings)
    if head is None:
        if source is not None:
            raise ConfigError(
                f"--source {source}: there is no project at hand whose own model knows its sources; leave --source "
                "out, or let `groundswell run` train one first"
            )
        return TableModel(default_model(), "", "read by the shipped model")
    card = read_card(head.head.card)
    chosen = _choose(card, source)
    if chosen is not None:
        which = "your own model" if chosen.in_use else "the shipped model"
        return TableModel(model_with(head.head), chosen.source, f"read by {which}, as comments of {chosen.source}")
    hint = f"; --source {card.in_use[0]} reads as your own model does" if card.in_use else ""
    return TableModel(default_model(), "", f"read by the shipped model{hint}")


def _head_in_use(settings: Path | None) -> StoredHead | None:
    """The head of the project's last analysis; None without a project, and where it has none."""
    if settings is None and not settings_path().exists():
        return None
    loaded = load_settings(settings)
    place = loaded.store.get_secret_value()
    if not loaded.sentiment.own_head or ("://" not in place and not Path(place).exists()):
        return None
    from flows.sentiment import starter_name

    with open_store(place) as opened:
        state = opened.analysis_state()
        head = None if state is None or state.head is None else opened.head(state.head)
    # One that an older version trained leans on another shipped model than that of this one.
    return head if head is not None and head.head.starter == starter_name() else None


def _choose(card: HeadCard, source: str | None) -> CardSource | None:
    known = {one.source: one for one in card.sources}
    if source is None:
        return next(iter(known.values())) if len(known) == 1 else None
    if source not in known:
        near = get_close_matches(source, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known) or 'none'}"
        raise ConfigError(f"--source {source}: the project's own model knows no such source; {hint}")
    return known[source]
