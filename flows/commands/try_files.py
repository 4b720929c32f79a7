"""`groundswell try`: from files to digests without configuration, in a store that is thrown away unless kept."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from extractors.detect import Overrides, detect
from extractors.files import FileExtractor
from extractors.folders import READ_ENDINGS
from extractors.mapping import zone_named
from flows.commands.outcome import load_lines
from flows.launch import load_libraries, prepare_prefect
from flows.progress import tell
from flows.server import prefect_api
from groundswell.errors import ConfigError, DeliveryError
from groundswell.keys import default_key_path, ensure_key
from groundswell.records import Kind, Metric

if TYPE_CHECKING:
    from flows.first_digest import FirstDigest

__all__ = ["make_digests", "print_result", "try_files"]


def try_files(files: Sequence[Path], out: Path, store: str | None, choices: Mapping[str, Any]) -> None:
    """Detects, says what was chosen and why, runs the flow, and prints what came of it and where the digests are."""
    zone = zone_named(choices["timezone"])
    sources = find_sources(files, choices)
    check_folder(out)
    with kept_or_temporary(store) as place:
        result = make_digests(
            sources, place, out, end_of(choices["as_of"], zone), choices["timezone"], choices["length"]
        )
    print_result(result, out)
    if store is None and any(load.quarantined for load in result.loads):
        tell("The store was thrown away; with --store FILE it stays and `groundswell quarantine list` shows them.")


def make_digests(
    sources: Sequence[FileExtractor],
    store: str,
    out: Path,
    as_of: datetime | None,
    timezone: str,
    length: str | None,
    weeks_lived: int = 0,
) -> FirstDigest:
    """Runs the flow on Prefect's API. What can go wrong early does so before anything is started or written."""
    key_file = default_key_path()
    ensure_key(key_file)
    prepare_prefect()
    check_store_and_model(store)
    with prefect_api(meanwhile=load_libraries):
        from pydantic import SecretStr

        from flows.first_digest import first_digest

        place, now = SecretStr(store), datetime.now(UTC)
        return first_digest(sources, place, str(key_file), str(out), now, as_of, timezone, length, weeks_lived)


def check_store_and_model(store: str) -> None:
    """Raises StoreError or ModelError where the run would only find out after a minute."""
    from analysis.text.embedding import Embedder
    from groundswell.storage import open_store

    open_store(store).close()
    Embedder().embed(["a first sentence"])


def find_sources(files: Sequence[Path], choices: Mapping[str, Any]) -> list[FileExtractor]:
    """One source per file, named after it; prints what was chosen. SourceError where something cannot be known."""
    overrides = overrides_of(choices)
    sources: list[FileExtractor] = []
    for file in files:
        found = detect(file, overrides=overrides)
        name = source_name(file)
        if name in {source.name for source in sources}:
            raise ConfigError(f"two files would both be the source {name!r}; rename one of them")
        tell(file.name)
        for line in found.lines():
            tell(f"  {line}")
        sources.append(FileExtractor([file], found.mapping, source_name=name, kind=found.kind))
    return sources


def overrides_of(choices: Mapping[str, Any]) -> Overrides:
    """The options of the command line as detection takes them; ConfigError for one that cannot be read."""
    columns = {}
    for entry in choices["column"]:
        field, equals, column = entry.partition("=")
        if not equals:
            raise ConfigError(f"--column {entry!r}: FIELD=COLUMN is wanted, as --column version=app_version")
        columns[field.strip()] = column.strip()
    kind, metric, order = choices["kind"], choices["metric"], choices["date_order"]
    return Overrides(
        kind=Kind(kind) if kind else None,
        text=tuple(choices["text"]),
        id=choices["id_column"],
        date=choices["date_column"],
        day_first=None if order is None else order == "day_first",
        score=choices["score"],
        scale=scale_of(choices["scale"]),
        metric=Metric(metric) if metric else None,
        higher_is_better=choices["higher_is_better"],
        author=choices["author"],
        encoding=choices["encoding"],
        delimiter=choices["delimiter"],
        sheet=choices["sheet"],
        timezone=choices["timezone"],
        columns=columns,
    )


def scale_of(text: str | None) -> tuple[float, float] | None:
    """The two ends of --scale LOW:HIGH; ConfigError where they are not two rising numbers."""
    if text is None:
        return None
    try:
        low, high = (float(end) for end in text.split(":"))
    except ValueError:
        raise ConfigError(f"--scale {text!r}: LOW:HIGH is wanted, as --scale 1:5") from None
    if low >= high:
        raise ConfigError(f"--scale {text!r}: the first number must be the lower one")
    return low, high


def source_name(file: Path) -> str:
    """The file's name without its endings, in lower case with underscores."""
    name = file.name.lower()
    while ending := next((e for e in READ_ENDINGS if name.endswith(e)), ""):
        name = name.removesuffix(ending)
    return re.sub(r"\W+", "_", name).strip("_") or "source"


def end_of(day: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The end of the day given with --as-of, in the reader's zone."""
    return None if day is None else day.replace(tzinfo=zone) + timedelta(days=1)


def check_folder(out: Path) -> None:
    """Raises DeliveryError before any work is done where the digests could not be written afterwards."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeliveryError(f"{out}: cannot be written: {reason}; choose another folder with --out") from error
    os.close(handle)
    os.unlink(name)


@contextmanager
def kept_or_temporary(store: str | None) -> Iterator[str]:
    """The store to use: the one asked for, else one in a folder of its own that is removed afterwards."""
    if store is not None:
        yield store
        return
    with tempfile.TemporaryDirectory(prefix="groundswell-") as folder:
        yield str(Path(folder) / "store.db")


def print_result(result: FirstDigest, out: Path) -> None:
    """The accounting of each source, what the analysis could read, and each digest's first sentence and place."""
    tell()
    for load in result.loads:
        for line in load_lines(load):
            tell(line)
    analysis = result.analysis
    share = (
        "no clause with content"
        if analysis.unassigned_share is None
        else f"{analysis.unassigned_share:.1%} without a theme"
    )
    tell(
        f"{analysis.comments:,} comments, {analysis.clauses:,} clauses ({analysis.contentless:,} name nothing), "
        f"{analysis.themes:,} themes with {analysis.sub_themes:,} sub-themes, {share}"
    )
    tell(f"theme settings, the same for all feedback: {analysis.models['themes']}")
    tell()
    for digest in result.digests:
        state = f"revision {digest.revision}, " + ("new" if digest.is_new else "as published before")
        tell(f"{digest.audience}: {digest.page} ({state})")
        for sentence in digest.headline[:1]:
            tell(f"  {sentence}")
    tell()
    tell(f"Open {out / 'index.html'}")
