"""A project, ready to be worked on: its settings, and an extractor for each source. Every command begins here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from groundswell.errors import ConfigError
from groundswell.persons import names_person
from groundswell.records import AGENT
from groundswell.settings import Settings, SourceSettings, load_settings, settings_path

if TYPE_CHECKING:
    from analysis.scope.options import Options
    from analysis.scope.service_options import ServiceOptions
    from expectations.limits import BatchLimits
    from extractors.files import FileExtractor
    from flows.reading import AnalysisOptions

__all__ = ["Project", "open_project", "without_leftovers"]


@dataclass(frozen=True)
class Project:
    """Checked settings, where they stand, and the sources in the order of the file. Opening it reads no source."""

    settings: Settings
    path: Path
    sources: tuple[FileExtractor, ...]

    @property
    def folder(self) -> Path:
        """The settings file's folder, which relative paths start from."""
        return self.path.parent

    @property
    def store(self) -> str:
        """The store's file or URL. It may hold a password: for `open_store` alone, never for a message."""
        return self.settings.store.get_secret_value()

    @property
    def out(self) -> Path:
        """The folder that digests go to."""
        return self.settings.out

    @property
    def key_file(self) -> Path:
        """The key of author and content hashes."""
        return self.settings.key_file

    @property
    def zone(self) -> ZoneInfo:
        """The zone of periods, schedules and naive times."""
        return ZoneInfo(self.settings.timezone)

    def select(self, names: Sequence[str]) -> list[FileExtractor]:
        """The sources of these names in the order of the file, all where none is named; ConfigError for no source."""
        known = [source.name for source in self.sources]
        for name in names:
            if name not in known:
                near = get_close_matches(name.lower(), known, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known) or 'none'}"
                raise ConfigError(f"{self.path.name}: there is no source {name!r}{hint}")
        return [source for source in self.sources if not names or source.name in names]

    def analysis_options(self) -> AnalysisOptions:
        """[themes] and [sentiment] as the analysis takes them. Imports the analysis."""
        from analysis.themes.clusters import ThemeSettings
        from analysis.themes.guided import GuidedTheme
        from flows.reading import AnalysisOptions
        from flows.themes import ThemeOptions

        themes = self.settings.themes
        guided = tuple(GuidedTheme(**one.model_dump()) for one in themes.guided)
        return AnalysisOptions(
            ThemeOptions(ThemeSettings(**themes.grouping()), guided, themes.naming, themes.auto),
            self.settings.sentiment,
        )

    def statistics_options(self) -> Options:
        """[statistics], [[releases]] and [service] as the analysis takes them. Imports the analysis."""
        from analysis.scope.options import Options, Release

        said = self.settings.statistics
        releases = tuple(Release(one.name, one.date, one.source) for one in self.settings.releases)
        return Options(said.false_alarms_per_year, said.drivers, releases, self.service_options())

    def service_options(self) -> ServiceOptions:
        """[service] as the analysis takes it, with what its file counts, or why that cannot be read."""
        from analysis.scope.service_options import ContactBase, ServiceOptions
        from extractors.contact_base import read_contact_base

        said, base, problem = self.settings.service, None, None
        if said.contact_base is not None:
            try:
                base = ContactBase(said.contact_base_name, *read_contact_base(said.contact_base))
            except ConfigError as mistake:
                problem = str(mistake)
        return ServiceOptions(said.agents, said.first_contact_days, base, problem)

    def batch_limits(self, source: str) -> BatchLimits:
        """[batch] as the batch gate takes it, with the source's own patience. Imports the expectations."""
        from expectations.limits import BatchLimits

        limits = BatchLimits(**self.settings.batch.model_dump())
        return replace(limits, stale_days=max(limits.stale_days, self.settings.sources[source].stale_after_days))


def open_project(path: Path | str | None = None) -> Project:
    """The project of a settings file, by default $GROUNDSWELL_SETTINGS or ./groundswell.toml.

    Raises ConfigError with the file, the key, what was found and what is wanted; nothing was run.
    """
    place = settings_path(path).absolute()
    settings = load_settings(place)
    sources = tuple(_extractor(place, name, source, settings) for name, source in settings.sources.items())
    return Project(settings, place, sources)


def _extractor(place: Path, name: str, source: SourceSettings, settings: Settings) -> FileExtractor:
    from extractors import source_class
    from extractors.mapping import ColumnMapping

    table: dict[str, Any] = {"timezone": settings.timezone, **_without_persons(source, settings)}
    try:
        mapping = ColumnMapping.from_table(table)
        extractor: FileExtractor = source_class(source.type)(
            source.files, mapping, source_name=name, kind=source.kind, base=place.parent, sheet=source.sheet
        )
    except ConfigError as error:
        raise ConfigError(f"{place.name}: sources.{name}: {error}. Nothing was run") from None
    if not (mapping.questions or mapping.score):
        raise ConfigError(
            f"{place.name}: sources.{name}.columns: neither text nor score is named, so there is nothing to read; "
            f"`groundswell init {source.files[0]}` finds the columns. Nothing was run"
        )
    return extractor


def _without_persons(source: SourceSettings, settings: Settings) -> dict[str, Any]:
    """The columns; those that tell who served a customer hold names to mark out of texts, and are no segments. That of
    the agents is stored only where [service] says so.

    They stay among the names in any case: an agent who signs a text is marked there too.
    """
    table = source.columns.as_table()
    segments = dict(table.get("segments", {}))
    persons = {name: column for name, column in segments.items() if names_person(name, column)}
    if not persons:
        return table
    told = {name for name in persons if name == AGENT and settings.service.agents}
    kept = {name: column for name, column in segments.items() if name not in persons or name in told}
    names = dict.fromkeys([*table.get("names", ()), *persons.values()])
    return {**table, "names": [*names], "segments": kept}


@contextmanager
def without_leftovers() -> Iterator[None]:
    """Reads sources without their warnings of unused columns, where those are told in another way or are no news."""
    log = logging.getLogger("groundswell.extractors")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before
