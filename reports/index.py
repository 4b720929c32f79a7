"""index.html of a run: one line for each digest, its news, and the way to it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from reports.audiences import AUDIENCE_PAGES
from reports.digest import AUDIENCES, Digest
from reports.figures import listed, shown
from reports.page import sentence
from reports.render import environment
from reports.write import write_files

__all__ = ["IndexEntry", "render_index", "write_index"]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line: `href` leads to the digest's page from where the index lies."""

    href: str
    reader: str
    intro: str
    news: str


def render_index(entries: Sequence[tuple[str, Digest]]) -> str:
    """The page that links the digests, each given with its relative path; audiences in their usual order."""
    ordered = sorted(entries, key=lambda entry: (AUDIENCES.index(entry[1].audience), entry[0]))
    lines = [
        IndexEntry(
            href=quote(path),
            reader=AUDIENCE_PAGES[digest.audience].reader,
            intro=AUDIENCE_PAGES[digest.audience].intro,
            news=sentence(digest.headline[0]) if digest.headline else sentence(digest.title),
        )
        for path, digest in ordered
    ]
    period = listed(sorted({shown(digest.period.label) for _, digest in entries}))
    return environment().get_template("index.html.jinja").render(entries=lines, period=period).strip() + "\n"


def write_index(entries: Sequence[tuple[Path, Digest]], folder: Path) -> Path:
    """Write index.html into the folder; each digest comes with the path of its page. Raises as write_digest does."""
    relative = [(Path(os.path.relpath(path, folder)).as_posix(), digest) for path, digest in entries]
    return write_files(folder, {"index.html": render_index(relative)})[0]
