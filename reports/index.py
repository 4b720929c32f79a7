"""index.html of a run: one line for each digest, its news, and the way to it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from reports.audiences import AUDIENCE_PAGES
from reports.digest import AUDIENCES, Digest
from reports.page.parts import sentence
from reports.render import environment
from reports.wording.figures import listed, shown
from reports.write import write_files

__all__ = ["IndexEntry", "render_index", "write_index"]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line: `href` leads to the digest's page from where the index lies, `earlier` to those before it."""

    href: str
    reader: str
    intro: str
    news: str
    period: str
    earlier: tuple[tuple[str, str], ...] = ()


def render_index(
    entries: Sequence[tuple[str, Digest]], earlier: Mapping[str, Sequence[tuple[str, str]]] = MappingProxyType({})
) -> str:
    """The page that links the digests, each given with its relative path; audiences in their usual order.

    `earlier` holds per audience the (path, period) of the digests before, newest first.
    """
    ordered = sorted(entries, key=lambda entry: (AUDIENCES.index(entry[1].audience), entry[0]))
    lines = [
        IndexEntry(
            href=quote(path),
            reader=AUDIENCE_PAGES[digest.audience].reader,
            intro=AUDIENCE_PAGES[digest.audience].intro,
            news=sentence(digest.headline[0]) if digest.headline else sentence(digest.title),
            period=shown(digest.period.label),
            earlier=tuple((quote(before), shown(name)) for before, name in earlier.get(digest.audience, ())),
        )
        for path, digest in ordered
    ]
    periods = sorted({shown(digest.period.label) for _, digest in entries})
    title = "The digests of this run" if len(lines) > 1 else "The digest of this run"
    said = {
        "title": "The newest digests" if any(earlier.values()) else title,
        "period": listed(periods),
        "several": len(periods) > 1,
    }
    return environment().get_template("index.html.jinja").render(entries=lines, **said).strip() + "\n"


def write_index(
    entries: Sequence[tuple[Path, Digest]],
    folder: Path,
    earlier: Mapping[str, Sequence[tuple[Path, str]]] = MappingProxyType({}),
) -> Path:
    """Write index.html into the folder; each digest comes with the path of its page. Raises as write_digest does."""
    before = {name: [(_relative(path, folder), period) for path, period in pages] for name, pages in earlier.items()}
    page = render_index([(_relative(path, folder), digest) for path, digest in entries], before)
    return write_files(folder, {"index.html": page})[0]


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
