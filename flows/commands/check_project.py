"""What `groundswell check` looks at where there is a settings file: the sources before all; nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.commands.check_delivery import delivery_checks
from flows.commands.check_service import service_checks
from flows.commands.checks import BUSY_SECONDS, FREE_BYTES, Check, disk_line, existing, file_of, folder_line, store_line
from flows.commands.themes import number
from flows.project import Project, open_project, without_leftovers
from groundswell.cron import parse_cron
from groundswell.errors import ConfigError, GroundswellError, NoAnswer, SourceError
from groundswell.records import Quarantined
from groundswell.settings_mistakes import variable_of
from groundswell.settings_themes import FEW_EXAMPLES

if TYPE_CHECKING:
    from extractors.base import RawRecord, Slice
    from extractors.files import FileExtractor

__all__ = ["project_checks"]

ROWS = 1_000  # of each file that are tried
MOST_FILES = 20  # of a source that are opened
NO_KEY = bytes(32)  # hashes of records that are thrown away need no secret


def project_checks(path: Path, store: str | None = None, out: Path | None = None) -> list[Check]:
    """The checks of a project, to be run; ConfigError where the settings are wrong."""
    project = open_project(path)
    target = store or project.store
    known = _Cursors(target)
    return [
        ("settings", partial(_settings, project)),
        *(("source", partial(_source, project, source, known)) for source in project.sources),
        ("store", partial(_store, target)),
        ("leases", partial(_leases, target)),
        ("key", partial(_key, project)),
        ("folder", partial(folder_line, out or project.out, f"another folder for `out` in {project.path.name}")),
        ("disk", partial(_disk, project, target, out or project.out, known)),
        ("schedule", partial(_schedule, project)),
        *_theme_checks(project),
        *delivery_checks(project),
        *service_checks(project),
    ]


@dataclass
class _Cursors:
    """How far each source has been read, by a store that is opened at first use; nothing where there is none."""

    store: str
    _found: dict[str, dict[str, Any]] | None = None

    def of(self, source: str) -> dict[str, Any]:
        """The source's cursor, empty where it was never read or the store cannot tell (which has a line of its own)."""
        if self._found is None:
            self._found = {}
            file = file_of(self.store)
            if file is None or file.exists():
                self._load()
        return (self._found or {}).get(source, {})

    def _load(self) -> None:
        from groundswell.storage import open_store

        try:
            with open_store(self.store, busy_seconds=BUSY_SECONDS) as opened:
                names = [one.source for one in opened.freshness()]
                self._found = {name: opened.load_cursor(name) or {} for name in names}
        except GroundswellError:
            return


def _settings(project: Project) -> str:
    settings = project.settings
    if not project.sources:
        raise ConfigError(
            f"{project.path}: names no source; write one as docs/settings.md shows, or delete the file and let "
            "`groundswell init FILE...` make it"
        )
    digests = ", ".join(f"{name} ({audience.period})" for name, audience in settings.audiences.items())
    return f"{project.path}: {len(project.sources)} sources; digests for {digests or 'nobody'}"


# ------------------------------------------------------------------------------------------------------------- sources


def _source(project: Project, source: FileExtractor, known: _Cursors) -> str:
    """What there is to read and how many of the first rows would be refused; raises where a file cannot be read."""
    now = datetime.now(UTC)
    with without_leftovers():
        new = source.plan(known.of(source.name), now)
        every = source.plan({}, now)
        records, problems = _first_records(source, (new or every)[-MOST_FILES:])
    if problems:
        more = f" ({len(problems) - 1} more files cannot be read)" if problems[1:] else ""
        raise SourceError(f"{source.name}: {problems[0]}{more}")
    facts = f"{source.name}: {number(len(every), 'file')}, {len(new):,} new or changed"
    for names, what in ((source.waiting, "still being written"), (source.passed_over, "of a kind that is not read")):
        facts += f", {len(names):,} {what}" if names else ""
    tried = [_try_records(project, source, name, rows, now) for name, rows in records.items()]
    if not tried:
        return f"{facts}; nothing to try"
    worst = max(tried, key=lambda one: len(one.refused) / one.records)
    if not worst.refused:
        return f"{facts}; none of the first {number(sum(one.records for one in tried), 'record')} would be refused"
    if len(worst.refused) >= project.settings.batch.refused_held * worst.records:
        raise SourceError(f"{source.name}: {worst}; the load would be held: correct the columns, or the export")
    return f"{facts}; {worst}"


def _first_records(source: FileExtractor, parts: Sequence[Slice]) -> tuple[dict[str, list[RawRecord]], list[str]]:
    """The first records of each file by its name, and what is wrong with any of them."""
    records: dict[str, list[RawRecord]] = {}
    problems: list[str] = []
    for part in parts:
        try:
            page = next(iter(source.pages(part)), None)
        except GroundswellError as problem:
            problems.append(str(problem))
            continue
        if page is not None and page.records:
            records[part.name] = list(islice(page.records, ROWS))
    return records, problems


@dataclass(frozen=True)
class _Tried:
    """The first records of a file, by the row suite."""

    file: str
    records: int
    refused: Sequence[Quarantined]

    def __str__(self) -> str:
        reasons = Counter(f"{one.problems[0].field}: {one.problems[0].reason}" for one in self.refused)
        reason, n = reasons.most_common(1)[0]
        of = f"of the first {number(self.records, 'record')} of {self.file}"
        return f"{len(self.refused):,} {of} would be refused ({n:,} x {reason})"


def _try_records(
    project: Project, source: FileExtractor, file: str, records: Sequence[RawRecord], now: datetime
) -> _Tried:
    """What the row suite would say of them; nothing is stored."""
    from expectations.gate import RowGate
    from groundswell.privacy import Numbering, to_feedback

    numbering, regions = Numbering(), project.settings.privacy.regions
    feedback = [to_feedback(source.parse(raw), NO_KEY, numbering, regions=regions) for raw in records]
    return _Tried(file, len(records), RowGate(source.kind, now).validate(feedback).quarantined)


# ---------------------------------------------------------------------------------------------------------- the others


def _store(target: str) -> str:
    file = file_of(target)
    if file is None or file.exists():
        return store_line(target)
    nearest = existing(file.parent)
    folder_line(nearest, "another place for `store`")
    return f"{file} will be made by the first run"


def _leases(target: str) -> str:
    from groundswell.storage import open_store

    file = file_of(target)
    if file is not None and not file.exists():
        return "none is held"
    with open_store(target, busy_seconds=BUSY_SECONDS) as opened:
        held = opened.leases()
    return "; ".join(f"{lease.name}: held by {lease}" for lease in held) or "none is held"


def _key(project: Project) -> str:
    from groundswell.keys import load_key

    load_key(project.key_file)
    return f"{project.key_file}, readable by you alone"


def _disk(project: Project, target: str, out: Path, known: _Cursors) -> str:
    """Room for twice what is to be read, 2 GiB at least, where the store and the digests are."""
    from extractors.folders import find_files

    size = 0
    for source in project.sources:
        try:
            new = {part.name for part in source.plan(known.of(source.name), datetime.now(UTC))}
            size += sum(file.size for file in find_files(source.files, source.base).files if file.name in new)
        except GroundswellError:
            continue  # the source has a line of its own
    file = file_of(target)
    return disk_line([out, *([file] if file else [])], max(FREE_BYTES, 2 * size))


def _schedule(project: Project) -> str:
    schedule, now = project.settings.schedule, datetime.now(project.zone)
    due = {"run": schedule.run, "ingest": schedule.ingest}
    told = [
        f"{name} next on {parse_cron(text).next_after(now):%A %Y-%m-%d %H:%M}" for name, text in due.items() if text
    ]
    return f"{', '.join(told)} ({project.settings.timezone}), while `groundswell serve` runs"


def _theme_checks(project: Project) -> list[Check]:
    """A line for the themes that the user names and one for the endpoint, where the settings have them."""
    themes = project.settings.themes
    checks: list[Check] = []
    if themes.guided:
        checks.append(("guided", partial(_guided, project)))
    if themes.naming.url is not None:
        checks.append(("naming", partial(_naming, project)))
    return checks


def _guided(project: Project) -> str:
    guided = project.settings.themes.guided
    few = [theme.name for theme in guided if len(theme.examples) < FEW_EXAMPLES]
    hint = f"; with {FEW_EXAMPLES} examples or more, much more is found for: {', '.join(few)}" if few else ""
    return f"{number(len(guided), 'guided theme')}{hint}"


def _naming(project: Project) -> str:
    """That the endpoint answers: it is asked once, with words of ours."""
    from analysis.labels.naming import answers_well
    from groundswell.llm import endpoint_of

    naming = project.settings.themes.naming
    endpoint = endpoint_of(naming)
    if endpoint is None:
        return "off"
    try:
        answers_well(endpoint.ask)
    except NoAnswer as reason:
        name = variable_of(("themes", "naming", "key"))
        raise ConfigError(
            f"{reason}; mend [themes.naming] (the key is {'set' if naming.key else 'not set'}, in {name}), or take it "
            "out: themes then keep their labels"
        ) from None
    return f"{naming.model} at {endpoint.place} answers"
