"""index.html of a project's folder: the newest digest of each audience, and the way to the earlier ones."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import SecretStr

from flows.explore import AUDIENCE, write_explorers
from flows.progress import stage
from flows.steps import step
from groundswell.records import Period

__all__ = ["rewrite", "write_index_of"]


@step
def write_index_of(store: SecretStr, out: str, quality: str | None = None) -> None:
    """Links every published digest whose page lies below `out`; nothing where none does. `quality` is the news of the
    quality page that lies there."""
    from groundswell.storage import open_store
    from reports.digest import AUDIENCES, from_plain
    from reports.index import write_index

    entries, earlier = [], {}
    with open_store(store.get_secret_value()) as opened:
        for audience in AUDIENCES:
            pages = {one.period: Path(out) / audience / one.period / "digest.html" for one in opened.digests(audience)}
            there = sorted((period for period, page in pages.items() if page.exists()), key=Period.order_of)
            if there and (frozen := opened.latest_digest(audience, there[-1])):
                entries.append((pages[there[-1]], from_plain(json.loads(frozen.json_text))))
                earlier[audience] = [(pages[period], period) for period in there[-2::-1]]
    if entries:
        write_index(entries, Path(out), earlier, quality)


@step
def rewrite(store: SecretStr, out: str, audiences: tuple[str, ...]) -> int:
    """Writes digests that lack a file below `out`, or whose JSON is another one, as they are frozen; how many."""
    from groundswell.storage import open_store
    from reports.digest import from_plain
    from reports.write import write_digest

    restored = 0
    with open_store(store.get_secret_value()) as opened, stage("pages on disk"):
        for one in [one for audience in audiences for one in opened.digests(audience)]:
            folder = Path(out) / one.audience / one.period
            frozen = opened.latest_digest(one.audience, one.period)
            assert frozen is not None
            if not _is_written(folder, frozen.json_text):
                write_digest(from_plain(json.loads(frozen.json_text)), folder)
                restored += 1
    return restored + (write_explorers(store, out) if AUDIENCE in audiences else 0)


def _is_written(folder: Path, text: str) -> bool:
    """Whether all files are there, the JSON as it was frozen."""
    from reports.write import DIGEST_FILES

    if not all((folder / name).exists() for name in DIGEST_FILES):
        return False
    return (folder / "digest.json").read_bytes() == text.encode("utf-8")
