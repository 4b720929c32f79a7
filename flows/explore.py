"""The explorer of a period: its data are frozen with the product digest, and its page is written from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from flows.steps import step
from groundswell.errors import DeliveryError
from groundswell.explorer_findings import Explorer
from groundswell.findings import Findings
from groundswell.leases import Lease

if TYPE_CHECKING:
    from groundswell.storage import Store
    from reports.digest import Digest

__all__ = ["AUDIENCE", "PAGE", "on_the_map", "with_explorer", "write_explorers"]

AUDIENCE, PAGE = "product", "explorer.html"  # whose digest it stands beside, and under which name


def with_explorer(opened: Store, digest: Digest, explorer: Explorer | None, lease: Lease | None) -> Digest:
    """The product digest, its explorer frozen for its revision; any other digest as it is, and one without an explorer
    takes that of the revision before away.

    To be called before the digest is frozen: so one that is has its explorer, wherever the run was killed.
    """
    if digest.audience != AUDIENCE:
        return digest
    if explorer is None:
        opened.drop_explorer(digest.period.slug)
        return digest
    from groundswell.storage_explorer import StoredExplorer
    from reports.explorer.data import explorer_json

    made = StoredExplorer(explorer.period.slug, digest.revision, explorer.fingerprint)
    opened.save_explorer(made, explorer_json(explorer, digest.revision), lease)
    return replace(digest, explorer=True)


@step
def write_explorers(store: SecretStr, out: str, period: str | None = None) -> int:
    """explorer.html of the named period, else of every one, where it is missing or made from other data; how many.

    A page of the named period that has no explorer any more is removed.
    """
    from groundswell.storage import open_store
    from reports.explorer.page import render_explorer, stamp_of, stamped
    from reports.write import write_files

    written = 0
    with open_store(store.get_secret_value()) as opened:
        kept = [one for one in opened.explorers() if period in (None, one.period)]
        if period is not None and not kept:
            _remove(Path(out) / AUDIENCE / period / PAGE)
        for one in kept:
            folder = Path(out) / AUDIENCE / one.period
            if stamped(folder / PAGE) == stamp_of(one.fingerprint, one.revision):
                continue
            data = opened.explorer_data(one.period)
            if data is not None:
                write_files(folder, {PAGE: render_explorer(data)})
                written += 1
    return written


def _remove(page: Path) -> None:
    try:
        page.unlink(missing_ok=True)
    except OSError as error:
        raise DeliveryError(
            f"{page}: cannot be removed ({error.strerror}), and there is no explorer of this period any more; remove it"
        ) from error


def on_the_map(findings: Findings, opened: Store) -> Findings:
    """The findings with the places of the themes in their trends; a theme whose vector is gone has none."""
    import numpy as np

    from analysis.findings.theme_map import map_themes

    vectors = {theme: np.frombuffer(stored, "<f4").astype(float) for theme, stored in opened.theme_vectors().items()}
    return replace(findings, theme_map=map_themes(findings.trends, vectors))
