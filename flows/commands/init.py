"""`groundswell init [FILE...]`: a commented groundswell.toml with what detection finds, and the key beside it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from extractors.binary import binary_form
from extractors.detect import Detected, detect
from extractors.files import FileExtractor
from extractors.mapping import zone_named
from flows.commands.checks import file_of
from flows.commands.init_text import FoundSource, settings_text, source_text
from flows.commands.themes import number
from flows.commands.try_files import overrides_of, source_name
from flows.progress import stage, tell
from flows.project import without_leftovers
from groundswell.errors import ConfigError
from groundswell.keys import ensure_key
from groundswell.settings import Settings, load_settings, settings_path

__all__ = ["init_project", "usual_period"]

STORE, KEY, OUT = "groundswell.db", "groundswell.key", "out"
WEEKS = 26  # that a period is chosen by
ENOUGH = 30  # comments with text in the usual period
MOST_ROWS = 200_000  # of each file that are counted


def init_project(files: Sequence[Path], choices: Mapping[str, Any], path: Path | None = None) -> None:
    """Writes the settings file (default: groundswell.toml here) and makes the key; prints what was chosen, and why.

    `choices` are the options of `try`; they hold for every file. Nothing is written, and ConfigError or SourceError
    raised, where something cannot be known. A settings file that is there already is left as it is (`_add_to`).
    """
    place = settings_path(path).absolute()
    timezone = zone_named(choices["timezone"]).key
    found = _find(files, choices, place.parent)
    if place.exists():
        _add_to(place, found, timezone)
        return
    period, why = usual_period(found, place.parent, timezone)
    key_file = os.environ.get("GROUNDSWELL_KEY_FILE") or KEY
    text = settings_text(found, store=STORE, key_file=key_file, timezone=timezone, period=period, why=why)
    key_place = place.parent / os.path.expanduser(key_file)
    had_key = key_place.exists()
    _write(place, text)
    try:
        ensure_key(key_place)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    tell()
    tell(
        f"{place.name}: {number(len(found), 'source')}, a digest per {period}" if found else f"{place.name}: no source"
    )
    tell(f"  {why}")
    tell(f"{key_file}: {'was there, and is used' if had_key else 'made'}; keep a copy of it in a safe place")
    tell(f"To be kept out of version control: {STORE}*  {key_file}  {OUT}/")
    tell("Next: groundswell check" + (", then groundswell run" if found else f" (after naming a source in {place})"))


# ------------------------------------------------------------------------------------------------------------- sources


def _find(files: Sequence[Path], choices: Mapping[str, Any], folder: Path) -> list[FoundSource]:
    """One source per file, or per set of files that differ in numbers only; what was chosen is printed."""
    overrides = overrides_of(choices)
    found: list[FoundSource] = []
    stems: list[str] = []
    for file in files:
        detected = detect(file, overrides=overrides)
        tell(file.name)
        for line in detected.lines():
            tell(f"  {line}")
        stem = re.sub(r"[\W\d_]+", " ", source_name(file)).strip()
        same = next((i for i, one in enumerate(found) if stem and stems[i] == stem and _alike(one, detected)), None)
        if same is not None:
            before = found[same]
            found[same] = replace(before, name=_series(before.name), files=(*before.files, _written(file, folder)))
            tell(f"  the columns of {before.files[0]}, and its name but for numbers: one source, {found[same].name!r}")
            continue
        sheet = overrides.sheet if _is_workbook(file) else None
        found.append(FoundSource(_free_name(file, found), (_written(file, folder),), detected, sheet))
        stems.append(stem)
    return found


def _is_workbook(file: Path) -> bool:
    with file.open("rb") as opened:
        return binary_form(file.name, opened.read(8)) == "workbook"


def _alike(source: FoundSource, detected: Detected) -> bool:
    return source.detected.kind is detected.kind and source.detected.mapping == detected.mapping


def _series(name: str) -> str:
    """reviews for reviews_2026_11."""
    return re.sub(r"[_\d-]+$", "", name) or name


def _free_name(file: Path, found: Sequence[FoundSource]) -> str:
    name = re.sub("_{2,}", "_", source_name(file))
    taken = {source.name for source in found}
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def _written(file: Path, folder: Path) -> str:
    """The file as the settings name it: from their folder where it lies below it, else absolute."""
    whole = Path(os.path.abspath(file))
    return whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else whole.as_posix()


# -------------------------------------------------------------------------------------------------------------- period


def usual_period(sources: Sequence[FoundSource], folder: Path, timezone: str) -> tuple[str, str]:
    """week, 4 weeks, quarter or all; and the reason: how many comments a usual week of all sources together brings.

    Each source is looked at before its own last record: an older export is taken for one that will be renewed.
    """
    zone, weeks, months, undated, is_dated = ZoneInfo(timezone), 0.0, 0.0, 0, False
    for source in sources:
        with stage(f"counting {source.name}"), without_leftovers():
            days = Counter(_days(source, folder, zone))
        undated += days.pop(None, 0)
        if days:
            is_dated = True
            counts = _last_weeks({day: n for day, n in days.items() if day is not None})
            weeks += median(counts)
            months += median(sum(counts[max(0, end - 4) : end]) for end in range(len(counts), 0, -4))
    if is_dated:
        return _enough(weeks, months)
    if undated:
        return "all", f"{undated:,} comments, and no date: a digest of all there is."
    return "week", "A week is usual; where few comments come in, take 4 weeks or a quarter."


def _enough(week: float, four_weeks: float) -> tuple[str, str]:
    """The shortest period that usually has ENOUGH."""
    facts = f"A usual week of the last {WEEKS} brings {week:,.0f} comments with text"
    if week >= ENOUGH:
        return "week", f"{facts}: enough for a digest each week."
    if four_weeks >= ENOUGH:
        return "4 weeks", f"{facts}, too few for a digest; four weeks bring {four_weeks:,.0f}."
    return "quarter", f"{facts}, four weeks {four_weeks:,.0f}: too few for a digest of less than a quarter."


def _last_weeks(days: Mapping[date, int]) -> list[int]:
    """Comments of each of the last WEEKS full weeks, oldest first; of the only week where none is full."""
    last, first = max(days), min(days)
    monday = last - timedelta(days=last.weekday())  # the last record's own week may not be over
    starts = [monday - timedelta(weeks=k) for k in range(WEEKS, 0, -1)]
    starts = [start for start in starts if start >= first] or [monday]
    return [sum(days.get(start + timedelta(days=k), 0) for k in range(7)) for start in starts]


def _days(source: FoundSource, folder: Path, zone: ZoneInfo) -> Iterator[date | None]:
    """The day of each comment with text, None for one without a date; by the parser that a run uses."""
    found = source.detected
    extractor = FileExtractor(
        source.files, found.mapping, source_name=source.name, kind=found.kind, base=folder, sheet=source.sheet
    )
    for part in extractor.plan({}, datetime.now(UTC)):
        records = (raw for page in extractor.pages(part) for raw in page.records)
        for raw in islice(records, MOST_ROWS):
            draft = extractor.parse(raw)
            if draft.text:
                yield draft.occurred_at.astimezone(zone).date() if draft.occurred_at else None


# ------------------------------------------------------------------------------------------------------------- writing


def _add_to(place: Path, found: Sequence[FoundSource], timezone: str) -> None:
    """What can be done where the settings are there already: they are left as they are.

    The tables of new sources are printed, to be put into them; without one, a key that is missing is made. Raises
    ConfigError where there was nothing to do.
    """
    anew = "delete or rename it to begin anew, or name another file in GROUNDSWELL_SETTINGS"
    if not found:
        settings = load_settings(place)
        if settings.key_file.exists():
            raise ConfigError(f"{place}: is there already, and was left as it is; {anew}")
        _refuse_lost_key(settings)
        ensure_key(settings.key_file)
        tell(f"{place.name}: was there, and was left as it is; {settings.key_file}: made; keep a copy of it")
        return
    tell()
    for source in found:
        for line in source_text(source, timezone).splitlines():
            tell(line)
    raise ConfigError(f"{place}: is there already, and was left as it is; put the tables above into it, or {anew}")


def _refuse_lost_key(settings: Settings) -> None:
    """Raises ConfigError where records are stored under a key that is lost: a new one would know none of them."""
    from groundswell.storage import open_store

    target = settings.store.get_secret_value()
    file = file_of(target)
    if file is not None and not file.exists():
        return
    with open_store(target) as opened:
        if any(source.records for source in opened.freshness()):
            raise ConfigError(
                f"{settings.key_file}: is missing, but {opened.place} holds records made with it; restore the key from "
                "your backup: with a new one every record would come in once more"
            )


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(place, error) from None
    try:
        with place.open("x", encoding="utf-8", newline="\n") as file:  # never over one that has just been made
            file.write(text)
    except FileExistsError:
        raise ConfigError(f"{place}: has just been made by another process, and was left as it is") from None
    except OSError as error:
        with suppress(OSError):
            place.unlink(missing_ok=True)
        raise _not_written(place, error) from None


def _not_written(place: Path, error: OSError) -> ConfigError:
    return ConfigError(f"{place}: cannot be written: {(error.strerror or str(error)).lower()}; choose another place")
