"""The explorer of a period: its data are frozen with the product digest, and its page is written from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from flows.steps import step
from groundswell.errors import DeliveryError
from groundswell.findings import Findings

if TYPE_CHECKING:
    import pandas as pd

    from analysis.scope.periods import Span
    from groundswell.storage import Store

__all__ = ["AUDIENCE", "PAGE", "explorer_text", "on_the_map", "write_explorers"]

AUDIENCE, PAGE = "product", "explorer.html"  # whose digest it stands beside, and under which name


def explorer_text(
    feedback: pd.DataFrame, clauses: pd.DataFrame, themes: pd.DataFrame, span: Span, findings: Findings
) -> str:
    """What the period's explorer shows, as the text that is frozen with the product digest.

    Steps hand on the text and no Explorer: whatever walks through what a step is given has one thing to look at, where
    the columns are a million.
    """
    from analysis.findings.explorer import find_explorer
    from reports.explorer.data import explorer_json

    return explorer_json(find_explorer(feedback, clauses, themes, span, findings))


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
                write_files(folder, {PAGE: render_explorer(data, one.revision)})
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
