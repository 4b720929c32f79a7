"""`groundswell check`: each thing that a run needs, with what to do where it is not as it should be."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from groundswell.errors import ConfigError, GroundswellError, StoreError
from groundswell.settings import mistakes_in, settings_path, unknown_variables

__all__ = ["check_everything", "run_checks"]

FREE_BYTES = 2 * 2**30
BUSY_SECONDS = 5.0  # that a check waits for a writer

Check = tuple[str, Callable[[], str]]


def check_everything(settings: Path | None, store: str | None, out: Path | None) -> tuple[list[str], bool]:
    """A line per check, and whether all passed: of the project where there is a settings file, else of the machine.

    `settings` is the file asked for, None for the usual one; `store` and `out` take the place of the settings' own.
    Nothing is changed, but: the model file is built where it is missing, and a store of an older version brought up
    to date.
    """
    place = settings_path(settings)
    if settings is None and "GROUNDSWELL_SETTINGS" not in os.environ and not place.exists():
        return run_checks(store, out or Path("."))
    if mistakes := mistakes_in(place):
        lines, _ = run_checks(store, out or Path("."))
        return [*(f"MEND  settings  {mistake}" for mistake in mistakes), *lines], False
    from flows.commands.check_project import project_checks

    try:
        checks = project_checks(place, store, out)
    except ConfigError as mistake:  # columns that cannot be
        lines, _ = run_checks(store, out or Path("."))
        return [f"MEND  settings  {mistake}", *lines], False
    machine: list[Check] = [("python", _python), ("packages", _packages), ("model", _model), ("prefect", _prefect_home)]
    return _run([*checks, *machine, *_variables()])


def run_checks(store: str | None, out: Path) -> tuple[list[str], bool]:
    """The checks that need no settings: a line each, and whether all passed."""
    checks: list[Check] = [
        ("python", _python),
        ("model", _model),
        ("key", _key),
        ("folder", partial(folder_line, out)),
        ("disk", partial(disk_line, [out])),
        ("packages", _packages),
        *_variables(),
    ]
    if store is not None:
        checks.append(("store", partial(_store, store)))
    return _run(checks)


def _run(checks: Sequence[Check]) -> tuple[list[str], bool]:
    lines, all_good = [], True
    for name, run in checks:
        try:
            lines.append(f"ok    {name:<9} {run()}")
        except GroundswellError as problem:
            lines.append(f"MEND  {name:<9} {problem}")
            all_good = False
    return lines, all_good


def _variables() -> list[Check]:
    """A check that fails for each variable of the environment that looks like ours and is not."""
    return [("variable", partial(_variable, name, near)) for name, near in unknown_variables(os.environ)]


def _variable(name: str, near: str | None) -> str:
    hint = f"did you mean {near}?" if near else "unset it"
    raise ConfigError(f"{name} is set in the environment and means nothing; {hint}")


def _python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise ConfigError(f"Python {version} is not supported; use 3.11 to 3.13")
    return version


def _model() -> str:
    from analysis.text.embedding import MODEL, Embedder

    Embedder().embed(["a first sentence"])
    return f"{MODEL} embeds"


def _key() -> str:
    from groundswell.keys import default_key_path, load_key

    path = default_key_path()
    if not path.exists():
        return f"{path} will be made by the first run"
    load_key(path)
    return f"{path}, readable by you alone"


def _prefect_home() -> str:
    home = os.environ.get("PREFECT_HOME")
    if not home:
        return "keeps its files where its own settings say"
    nearest = existing(Path(home).expanduser())
    if not _is_writable(nearest):
        raise ConfigError(f"{nearest} cannot be written; set PREFECT_HOME to a folder that can")
    return f"keeps its files in {home}"


def existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(parent for parent in (path, *path.absolute().parents) if parent.exists())


def _is_writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)


def folder_line(out: Path, key: str = "another folder with --out") -> str:
    """That digests can be written to the folder; ConfigError where they cannot."""
    nearest = existing(out)
    if not _is_writable(nearest):
        raise ConfigError(f"{nearest} cannot be written; choose {key}")
    return f"{nearest} can be written"


def disk_line(places: Sequence[Path], needed: int = FREE_BYTES) -> str:
    """The space that is free where it is least; ConfigError where it is less than what is needed."""
    nearest = min((existing(place) for place in places), key=lambda place: shutil.disk_usage(place).free)
    free = shutil.disk_usage(nearest).free
    if free < needed:
        raise ConfigError(f"{free / 2**30:.1f} GiB free at {nearest}; make at least {needed / 2**30:.0f} GiB free")
    return f"{free / 2**30:.0f} GiB free"


def _packages() -> str:
    from importlib.metadata import PackageNotFoundError, version

    names = ("prefect", "great-expectations", "bertopic", "sqlalchemy")
    try:
        found = ", ".join(f"{name} {version(name)}" for name in names)
    except PackageNotFoundError as missing:
        raise ConfigError(f"{missing.name} is not installed; run make install") from missing
    return f"{found}; telemetry off"


def _store(store: str) -> str:
    if (file := file_of(store)) is not None and not file.exists():
        raise ConfigError(f"no store at {store}; `groundswell try FILE --store {store}` makes one")
    return store_line(store)


def file_of(store: str) -> Path | None:
    """The file of a SQLite store; None for a store on a server."""
    if "://" not in store:
        return Path(store)
    scheme, _, rest = store.partition(":///")
    return Path(rest) if scheme.startswith("sqlite") else None


def store_line(store: str) -> str:
    """What is in the store, after something was written to it; StoreError where it cannot be opened or written."""
    from groundswell.storage import open_store
    from groundswell.tables import HEAD

    with open_store(store, busy_seconds=BUSY_SECONDS) as opened:
        opened.release_lease(opened.take_lease("check", seconds=BUSY_SECONDS))  # proves that it can be written
        records = sum(source.records for source in opened.freshness())
        file = file_of(store)
        try:
            size = f", {file.stat().st_size / 2**20:,.1f} MiB" if file else ""
        except OSError as error:
            raise StoreError(f"{file}: cannot be looked at: {error.strerror}") from error
        return f"{opened.place}: {records:,} records{size}, version {HEAD}, can be written"
