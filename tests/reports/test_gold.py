"""Gold files: what each digest looks like, kept for the eye of whoever changes a page.

To renew them after a wanted change: GROUNDSWELL_RENEW_GOLD=1 pytest tests/reports/test_gold.py, then read the diff.
Charts are left out of the HTML (their bytes belong to the version of vl-convert); test_charts.py looks at them.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from reports.digest import AUDIENCES, Digest
from reports.render import render_csv, render_html, render_json, render_markdown

GOLD = Path(__file__).parent / "gold"
RENDER = {"json": render_json, "html": render_html, "md": render_markdown}


@pytest.mark.parametrize("form", RENDER)
@pytest.mark.parametrize("name", [*AUDIENCES, "undated"])
def test_page_is_its_gold_file(digests: dict[str, Digest], name: str, form: str) -> None:
    """Every digest renders to its gold file, to the byte."""
    text = re.sub(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]+", "data:chart", RENDER[form](digests[name]))
    check(GOLD / f"{name}.{form}", text)


def test_figures_are_their_gold_file(undated: Digest) -> None:
    """The smallest digest's file of figures, line for line; the others are held to digest.json by test_tidy.py."""
    check(GOLD / "undated.csv", render_csv(undated))


def check(path: Path, text: str) -> None:
    """Fail where the text is not the file's, to the byte; renewed first where that is asked for."""
    if os.environ.get("GROUNDSWELL_RENEW_GOLD"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    assert text.encode("utf-8") == path.read_bytes(), f"{path.name} differs; see the head of this file"
