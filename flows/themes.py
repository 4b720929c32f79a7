"""The steps of an analysis that concern themes: what the registry knows, what came since, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import SecretStr

from flows.progress import say, stage
from flows.steps import step

if TYPE_CHECKING:
    from analysis.themes.clusters import ThemeSettings
    from analysis.themes.draft import KnownThemes
    from analysis.themes.guided import GuidedTheme
    from analysis.themes.life import Moment, ThemeUpdate
    from analysis.themes.names import Namer
    from analysis.themes.regroup import Regrouped
    from analysis.themes.texts import ThemeTexts
    from groundswell.registry import RegistryChange
    from groundswell.settings_themes import NamingSettings

__all__ = ["Content", "ThemeOptions", "Themed", "find_themes", "known_product_words", "known_themes", "propose_refit"]


@dataclass(frozen=True)
class ThemeOptions:
    """What a project says of its themes: how they are grouped, those that it names, who may name the others.

    `auto` counts a theme that came up by itself at once; without it only when a person has accepted it.
    """

    settings: ThemeSettings | None = None
    guided: tuple[GuidedTheme, ...] = ()
    naming: NamingSettings | None = None
    auto: bool = True

    def __str__(self) -> str:
        """All that changes what an analysis finds, in one line."""
        from analysis.themes.clusters import ThemeSettings
        from analysis.themes.guided import GuidedRule

        parts = [str(self.settings or ThemeSettings())]
        if self.guided:
            told = f"{self.guided!r} {GuidedRule()}"
            parts.append(f"guided={sha256(told.encode()).hexdigest()[:8]}")
        return " ".join(parts if self.auto else [*parts, "auto=False"])


@dataclass(frozen=True, eq=False)
class Content:
    """The clauses that themes are made of, in step: their frame, with the text that was embedded, and its vectors.

    `copies` marks clauses of comments that copy another one; `words` name the product.
    """

    clauses: pd.DataFrame
    vectors: np.ndarray[Any, Any]
    copies: np.ndarray[Any, Any]
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Themed:
    """Clauses with their themes, the themes, what the registry is to be told, and what a reader should know."""

    clauses: pd.DataFrame
    themes: pd.DataFrame
    change: RegistryChange | None
    version: int  # of the registry that this was made from
    notes: tuple[str, ...]


@step
def known_product_words(store: SecretStr, clauses: pd.DataFrame) -> tuple[str, ...]:
    """The product's own names, which say nothing about what a clause is about: those of the themes' last fit.

    They stay as they were then: with other words the same clauses would be other texts to the registry.
    """
    from analysis.text.product_words import product_words
    from analysis.themes.draft import last_fit
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        fit = last_fit(opened.load_registry())
    if fit is not None and "product_words" in fit.payload:
        return tuple(fit.payload["product_words"])
    return product_words(clauses["text"].tolist())


@step
def known_themes(store: SecretStr) -> KnownThemes:
    """The registry with the members of its themes."""
    from analysis.themes.draft import KnownThemes
    from groundswell.storage import open_store

    with open_store(store.get_secret_value()) as opened:
        return KnownThemes(opened.load_registry(), opened.members(), opened.theme_vectors())


@step
def find_themes(
    known: KnownThemes, clauses: pd.DataFrame, content: Content, until: datetime | None, options: ThemeOptions
) -> Themed:
    """The theme of each clause: what is known stays, what is new finds its place or opens a theme."""
    from analysis.themes.life import update_themes

    with stage("themes", len(content.clauses)):
        update = update_themes(known, *_asked(content, until, options), options.guided)
        themed = _themed(known, update, clauses, content, options)
    for note in themed.notes:
        say(f"  note: {note}")
    return themed


@step
def propose_refit(
    known: KnownThemes,
    clauses: pd.DataFrame,
    content: Content,
    until: datetime | None,
    options: ThemeOptions,
    apply: bool,
) -> tuple[Regrouped, Themed] | None:
    """What grouping everything anew would do to the themes, and what it would find; None where nothing is grouped.

    A model that gives names is asked only where the result is to be applied.
    """
    options = options if apply else replace(options, naming=None)
    from analysis.themes import life

    with stage("themes", len(content.clauses)):
        found = life.propose_refit(known, *_asked(content, until, options), options.guided)
        return None if found is None else (found[0], _themed(known, found[1], clauses, content, options))


def _asked(
    content: Content, until: datetime | None, options: ThemeOptions
) -> tuple[ThemeTexts, Moment, ThemeSettings, Namer]:
    """What the analysis of themes takes: the texts, the moment, the settings, and who gives names."""
    from analysis.text.embedding import shared_embedder
    from analysis.themes.clusters import ThemeSettings
    from analysis.themes.life import Moment
    from analysis.themes.names import Namer
    from analysis.themes.texts import distinct_texts
    from groundswell.llm import endpoint_of

    rows = content.clauses
    embedded, shown = rows["embedded"].tolist(), rows["text"].tolist()
    authors = rows["who"].tolist()
    texts = distinct_texts(embedded, shown, content.vectors, authors, rows["occurred_at"], content.copies)
    endpoint = None if options.naming is None else endpoint_of(options.naming)
    namer = Namer(content.words, shared_embedder().embed, None if endpoint is None else endpoint.ask)
    return texts, Moment(until, datetime.now(UTC), options.auto), options.settings or ThemeSettings(), namer


def _themed(
    known: KnownThemes, update: ThemeUpdate, clauses: pd.DataFrame, content: Content, options: ThemeOptions
) -> Themed:
    from analysis.themes.frames import mention_columns, theme_frame, without_undecided

    rows = content.clauses.index
    mentions = mention_columns(update.draft, rows)
    themes = theme_frame(update.draft, mentions)
    if not options.auto:
        mentions, themes = without_undecided(mentions, themes)
    themed = clauses.assign(theme_id=None, sub_theme_id=None, similarity=np.nan)
    themed = themed.astype({"theme_id": object, "sub_theme_id": object})
    themed.loc[rows, mentions.columns] = mentions
    return Themed(themed, themes, update.change, known.registry.version, update.notes)
