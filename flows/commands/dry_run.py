"""`--dry-run`: what a run would do. Reads the sources and the store, and writes to neither store nor folder.

What is read lies, redacted, in a store of its own that is removed at the end: so the periods that would be published
are found by the very code that finds them otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from flows.commands.dry_sending import sending_lines
from flows.order import Order
from groundswell.errors import ConfigError, SourceError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.scope.periods import Due
    from extractors.files import FileExtractor
    from flows.project import Project
    from groundswell.storage import Store

__all__ = ["dry_lines"]


def dry_lines(settings: Path | None, order: Order) -> Iterator[str]:
    """A line per source with its accounting, and a line per audience with the periods that would be published."""
    from flows.project import open_project
    from groundswell.storage import open_store

    project = open_project(settings)
    with TemporaryDirectory(prefix="groundswell-") as folder, open_store(Path(folder) / "read.db") as beside:
        with _existing(project, Path(folder)) as opened:
            if "ingest" in order.steps:
                for source in project.select(order.sources):
                    yield _source_line(project, source, opened, beside)
            feedback = _together(opened.load_feedback(), beside.load_feedback())
            due = _due(project, order, opened, feedback) if "publish" in order.steps else {}
            yield from _period_lines(opened, due)
            yield from sending_lines(project, order, opened, feedback, due)
    yield "a dry run: nothing was written"


def _existing(project: Project, folder: Path) -> Store:
    """The project's store; an empty one where there is none yet, which a dry run must not make."""
    from groundswell.storage import open_store

    missing = "://" not in project.store and not Path(project.store).exists()
    return open_store(folder / "empty.db" if missing else project.store)


def _source_line(project: Project, source: FileExtractor, opened: Store, beside: Store) -> str:
    from flows.ingest import Reader

    now, counts = datetime.now(UTC), Counter[str]()
    reader = Reader(source, source.kind, project.key_file, now, tuple(project.settings.privacy.regions))
    problems: list[str] = []
    load = beside.open_load(source.name, source.kind, now)
    try:
        slices = source.plan(opened.load_cursor(source.name) or {}, now)
    except (SourceError, ConfigError) as problem:
        return f"{source.name}: would not be read: {problem}"
    for part in slices:
        try:
            for page, records in reader.pages(part):
                verdict = reader.gate.validate(records)
                counts += opened.compare(verdict.accepted)
                counts["quarantined"] += len(verdict.quarantined)
                counts["skipped"] += sum(page.skipped.values())
                beside.save_page(load, verdict.accepted, (), {}, {})
        except (SourceError, ConfigError) as problem:
            problems.append(str(problem))
    beside.close_load(load, "accepted")
    told = " + ".join(f"{name} {counts[name]:,}" for name in ("new", "changed", "unchanged", "quarantined", "skipped"))
    return f"{source.name}: in {counts.total():,} = {told}" + "".join(f"; not read: {one}" for one in problems)


def _due(project: Project, order: Order, opened: Store, feedback: pd.DataFrame) -> dict[str, Due]:
    """The periods that would be published, by audience."""
    from flows.pipeline import due_of

    audiences = project.settings.audiences.items()
    known = {name: {stored.period: stored.rows for stored in opened.digests(name)} for name, _ in audiences}
    return {name: due_of(project, order, feedback, one.period, known[name]) for name, one in audiences}


def _period_lines(opened: Store, due: Mapping[str, Due]) -> Iterator[str]:
    for audience, one in due.items():
        published = {stored.period for stored in opened.digests(audience)}
        told = [
            f"{span.period.slug} ({'next revision' if span.period.slug in published else 'new'})" for span in one.spans
        ]
        yield f"{audience}: would publish {', '.join(told) or 'nothing'}"


def _together(stored: pd.DataFrame, read: pd.DataFrame) -> pd.DataFrame:
    """The feedback as it would be stored: what was read counts where both know a record."""
    import pandas as pd

    if stored.empty or read.empty:
        return read if stored.empty else stored
    newer = stored[~stored["feedback_id"].isin(read["feedback_id"])]
    return pd.concat([newer, read], ignore_index=True)
