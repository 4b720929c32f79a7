"""Data Docs: Great Expectations' own pages of what it judged, as files that need no network and hold no text.

The pages are drawn by Great Expectations' renderers. As they come they load styles, scripts and a picture from six
other sites; `offline.py` takes all of that out. Nothing is stored in a Great Expectations project.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.context import GX, in_memory_context
from expectations.gate import row_suite
from expectations.offline import HEAD, STYLE, make_offline
from groundswell.errors import DeliveryError
from groundswell.records import Kind

if TYPE_CHECKING:
    from expectations.batch import BatchVerdict

__all__ = ["JudgedLoad", "write_data_docs"]

_NOT_IN_NAMES = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class JudgedLoad:
    """A load of this run and the batch gate's verdict on it."""

    source: str
    kind: Kind
    load_id: int
    started_at: datetime
    verdict: BatchVerdict


def write_data_docs(folder: Path, loads: Sequence[JudgedLoad]) -> Path:
    """Write index.html, a page for each load and one for the row suite of each kind into `folder`; the index's path.

    The folder is made where it is missing; pages of other loads in it stay. Raises DeliveryError where it cannot be
    written.
    """
    pages = {f"rows-{kind}.html": _suite_page(kind) for kind in sorted({load.kind for load in loads})}
    pages |= {_name(load): _load_page(load) for load in loads if load.verdict.evidence is not None}
    pages["index.html"] = _index(loads)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in pages.items():
            part = folder / f".{name}.part"
            part.write_text(page, encoding="utf-8")
            os.replace(part, folder / name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeliveryError(f"{folder}: the data docs cannot be written: {reason}; choose another folder") from error
    return folder / "index.html"


def _name(load: JudgedLoad) -> str:
    return f"{_NOT_IN_NAMES.sub('-', load.source).strip('-') or 'source'}-{load.load_id}.html"


def _load_page(load: JudgedLoad) -> str:
    """Great Expectations' page of one load."""
    title = f"{load.source}, load {load.load_id}"
    with GX:
        in_memory_context()
        from great_expectations.core import ExpectationSuiteValidationResultSchema
        from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

        # Its own pages cannot show NumPy's numbers: through JSON they become Python's.
        plain = json.loads(json.dumps(load.verdict.evidence.to_json_dict(), default=float))
        result = ExpectationSuiteValidationResultSchema().load(plain)
        run = {"run_name": title, "run_time": load.started_at.astimezone(UTC).isoformat()}
        version = result.meta.get("great_expectations_version")
        result.meta = {
            "great_expectations_version": version,
            "run_id": run,
            "batch_spec": {"data_asset_name": load.source},
        }
        page = _draw(ValidationResultsPageRenderer(), result)
    return make_offline(page, title, _summary(load))


def _suite_page(kind: Kind) -> str:
    """Great Expectations' page of what every record of a kind must meet."""
    with GX:
        suite = row_suite(kind, datetime.now(UTC))
        from great_expectations.render.renderer.page_renderer import ExpectationSuitePageRenderer

        page = _draw(ExpectationSuitePageRenderer(), suite)
    what = (
        "What the numbers of each record must meet. Where they do not, the field is dropped and the record says why; a "
        "record left without text, score and service fields waits in quarantine."
    )
    return make_offline(page, f"Row suite of a {kind}", f"<p>{what}</p>")


def _draw(renderer: Any, what: Any) -> str:
    """Great Expectations' own HTML of a result or a suite."""
    from great_expectations.render.view import view

    page: Any = view.DefaultJinjaPageView()
    return str(page.render(renderer.render(what), show_how_to_buttons=False))


def _summary(load: JudgedLoad) -> str:
    """What the verdict says, in words, for the top of a load's page and for the index."""
    verdict = load.verdict
    if verdict.evidence is None:
        return "<p>Nothing to compare with yet: every check needs some history.</p>"
    if not verdict.problems:
        return "<p>Nothing unusual.</p>"
    lines = "".join(
        f'<li class="{problem.severity}"><b>{problem.severity}</b> {escape(problem.message)}</li>'
        for problem in verdict.problems
    )
    return f"<ul>{lines}</ul><p>{escape(verdict.next_steps(load.load_id))}</p>"


def _index(loads: Sequence[JudgedLoad]) -> str:
    """The list of this run's loads, with what was found."""
    rows = []
    for load in loads:
        label = escape(f"{load.source}, load {load.load_id}")
        link = label if load.verdict.evidence is None else f'<a href="{_name(load)}">{label}</a>'
        state = "held" if load.verdict.held else "taken in"
        rows.append(
            f"<tr><td>{link}</td><td>{load.started_at:%Y-%m-%d %H:%M}</td><td>{state}</td>"
            f'<td>{_summary(load)}</td><td><a href="rows-{load.kind}.html">{load.kind}</a></td></tr>'
        )
    header = "".join(f"<th>{name}</th>" for name in ("Load", "Started (UTC)", "State", "Found", "Row suite"))
    return (
        f"{HEAD}<title>Data Docs</title><style>{STYLE}</style></head><body><main><h1>Data Docs</h1>"
        "<p>How the loads of this run compare with their sources' history, judged by Great Expectations on numbers "
        "only: no page here holds a customer's words.</p>"
        f"<table><thead><tr>{header}</tr></thead><tbody>{''.join(rows)}</tbody></table></main></body></html>\n"
    )
