"""`groundswell check`: each thing that a run needs, with what to do where it is not as it should be."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from groundswell.errors import ConfigError, GroundswellError

__all__ = ["run_checks"]

FREE_BYTES = 2 * 2**30


def run_checks(store: str | None, out: Path) -> tuple[list[str], bool]:
    """A line per check, and whether all passed. Nothing is changed but the model file, built where it is missing."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("python", _python),
        ("model", _model),
        ("key", _key),
        ("folder", lambda: _folder(out)),
        ("disk", lambda: _disk(out)),
        ("packages", _packages),
    ]
    if store is not None:
        checks.append(("store", lambda: _store(store)))
    lines, all_good = [], True
    for name, run in checks:
        try:
            lines.append(f"ok    {name:<9} {run()}")
        except GroundswellError as problem:
            lines.append(f"MEND  {name:<9} {problem}")
            all_good = False
    return lines, all_good


def _python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise ConfigError(f"Python {version} is not supported; use 3.11 to 3.13")
    return version


def _model() -> str:
    from analysis.embedding import MODEL, Embedder

    Embedder().embed(["a first sentence"])
    return f"{MODEL} embeds"


def _key() -> str:
    from groundswell.keys import default_key_path, load_key

    path = default_key_path()
    if not path.exists():
        return f"{path} will be made by the first run"
    load_key(path)
    return f"{path}, readable by you alone"


def _folder(out: Path) -> str:
    nearest = next(parent for parent in (out, *out.absolute().parents) if parent.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise ConfigError(f"{nearest} cannot be written; choose another folder with --out")
    return f"{nearest} can be written"


def _disk(out: Path) -> str:
    nearest = next(parent for parent in (out, *out.absolute().parents) if parent.exists())
    free = shutil.disk_usage(nearest).free
    if free < FREE_BYTES:
        raise ConfigError(f"{free / 2**30:.1f} GiB free at {nearest}; make at least {FREE_BYTES // 2**30} GiB free")
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
    from groundswell.storage import open_store

    if "://" not in store and not Path(store).exists():
        raise ConfigError(f"no store at {store}; `groundswell try FILE --store {store}` makes one")
    with open_store(store) as opened:
        return f"{opened.place}: {len(opened.load_feedback()):,} records"
