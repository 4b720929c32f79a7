"""index.html, the front door: the newest digest of each audience with its news, and the way to everything else."""

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
from reports.wording.figures import count, listed, shown
from reports.write import write_files

__all__ = ["IndexEntry", "render_index", "write_index"]


# What may lie beside a digest's page, and how the front door names it, in this order.
EXPLORER = "explorer.html"
OTHERS = {"digest.xlsx": "Excel", "digest.csv": "CSV", "digest.md": "text", "digest.json": "JSON"}


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One audience: `href` leads to its newest digest from where the index lies, `others` to the same in other formats,
    `earlier` to the digests before."""

    href: str
    reader: str
    intro: str
    news: str
    period: str
    explorer: str = ""
    others: tuple[tuple[str, str], ...] = ()
    earlier: tuple[tuple[str, str], ...] = ()


def render_index(
    entries: Sequence[tuple[str, Digest]],
    earlier: Mapping[str, Sequence[tuple[str, str]]] = MappingProxyType({}),
    beside: Mapping[str, Sequence[str]] = MappingProxyType({}),
    quality: str | None = None,
) -> str:
    """The page that links the digests, each given with its relative path; audiences in their usual order.

    `earlier` holds per audience the (path, period) of the digests before, newest first; `beside` per path of a digest's
    page the names of the other files there; `quality` is the news of quality.html, None where there is no such page.
    """
    ordered = sorted(entries, key=lambda entry: (AUDIENCES.index(entry[1].audience), entry[0]))
    lines = [_entry(path, digest, earlier, beside.get(path, ())) for path, digest in ordered]
    periods = sorted({shown(digest.period.label) for _, digest in entries})
    title = "The digests of this run" if len(lines) > 1 else "The digest of this run"
    said = {
        "title": "The newest digests" if any(earlier.values()) else title,
        "period": listed(periods),
        "several": len(periods) > 1,
        "basis": _basis([digest for _, digest in entries]),
        "quality": None if quality is None else shown(quality),
    }
    return environment().get_template("index.html.jinja").render(entries=lines, **said).strip() + "\n"


def _basis(digests: Sequence[Digest]) -> str:
    """What all of them rest on: "1,345 pieces of feedback from 3 sources"; nothing where they differ."""
    told = {
        f"{count(digest.coverage.feedback, 'piece of feedback', 'pieces of feedback')} from "
        f"{count(len(digest.sources), 'source')}"
        for digest in digests
    }
    return told.pop() if len(told) == 1 else ""


def _entry(
    path: str, digest: Digest, earlier: Mapping[str, Sequence[tuple[str, str]]], beside: Sequence[str]
) -> IndexEntry:
    folder = path.rpartition("/")[0]
    ways = {name: quote(f"{folder}/{name}" if folder else name) for name in beside}
    return IndexEntry(
        href=quote(path),
        reader=AUDIENCE_PAGES[digest.audience].reader,
        intro=AUDIENCE_PAGES[digest.audience].intro,
        news=sentence(digest.headline[0]) if digest.headline else sentence(digest.title),
        period=shown(digest.period.label),
        explorer=ways.get(EXPLORER, ""),
        others=tuple((ways[name], called) for name, called in OTHERS.items() if name in ways),
        earlier=tuple((quote(before), shown(name)) for before, name in earlier.get(digest.audience, ())),
    )


def write_index(
    entries: Sequence[tuple[Path, Digest]],
    folder: Path,
    earlier: Mapping[str, Sequence[tuple[Path, str]]] = MappingProxyType({}),
    quality: str | None = None,
) -> Path:
    """Write index.html into the folder; each digest comes with the path of its page. Raises as write_digest does."""
    before = {name: [(_relative(path, folder), period) for path, period in pages] for name, pages in earlier.items()}
    beside = {_relative(path, folder): _beside(path, digest) for path, digest in entries}
    links = [(_relative(path, folder), digest) for path, digest in entries]
    return write_files(folder, {"index.html": render_index(links, before, beside, quality)})[0]


def _beside(page: Path, digest: Digest) -> list[str]:
    """The other files of a digest; an explorer that another revision may have left is not one of them."""
    names = [name for name in (EXPLORER, *OTHERS) if (page.parent / name).exists()]
    return [name for name in names if name != EXPLORER or digest.explorer]


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
