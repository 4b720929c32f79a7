"""Digests as files: each is written whole or not at all."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from groundswell.errors import DeliveryError
from groundswell.holders import is_running
from reports.digest import Digest
from reports.render import render_csv, render_html, render_json, render_markdown, render_workbook

__all__ = ["DIGEST_FILES", "write_digest", "write_files"]

# In the order in which they are written: where the last one is the digest's, the others are.
DIGEST_FILES = ("digest.html", "digest.md", "digest.xlsx", "digest.csv", "digest.json")


def write_digest(digest: Digest, folder: Path) -> list[Path]:
    """Write the files of a digest into the folder, making it if need be; returns their paths.

    All are rendered before the first is written. A file that was there is replaced in one step, digest.json last: where
    it is the digest's, the others are.
    Raises DeliveryError when the folder or a file cannot be written; no half-written file is left behind.
    """
    rendered: tuple[str | bytes, ...] = (
        render_html(digest),
        render_markdown(digest),
        render_workbook(digest),
        render_csv(digest),
        render_json(digest),
    )
    return write_files(folder, dict(zip(DIGEST_FILES, rendered, strict=True)))


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    """Write each content (text as UTF-8) under its name, one after the other, atomically and durably; DeliveryError
    where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DeliveryError(_message(folder, "the folder cannot be made", error)) from error
    _remove_drafts(folder, files)
    written = []
    for name, content in files.items():
        try:
            written.append(_replace(folder / name, content.encode("utf-8") if isinstance(content, str) else content))
        except OSError as error:
            done = f"{len(written)} of {len(files)} files written"
            raise DeliveryError(_message(folder / name, f"cannot be written ({done})", error)) from error
    return written


def _message(path: Path, what: str, error: OSError) -> str:
    reason = (error.strerror or type(error).__name__).lower()
    return f"{path}: {what}: {reason}; choose another folder with --out, or free the space or rights, then run again"


def _replace(path: Path, content: bytes) -> Path:
    """Put the content at the path through a neighbouring file, so that a reader sees the old file or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(draft, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)
    return path


def _remove_drafts(folder: Path, names: Iterable[str]) -> None:
    """Remove what processes left of these files that were killed while they wrote."""
    for name in names:
        for draft in folder.glob(f".{glob.escape(name)}.*.tmp"):
            pid = draft.name.split(".")[-2]
            if pid.isdigit() and not is_running(int(pid)):
                with suppress(OSError):
                    draft.unlink()


def _settle(folder: Path) -> None:
    """Make the renaming itself last; only POSIX can open a folder for that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
