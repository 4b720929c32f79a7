"""The demo: 26 weeks of an invented company's feedback with planted incidents, written as three exports.

`generate_demo(folder)` writes `survey_nps.csv`, `app_reviews.jsonl.gz` and `support_tickets.tsv` and returns the truth
about them. The same seed gives the same bytes on any day. Nothing in here is read by the pipeline but the three files.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from extractors.demo.company import COMPANY, LAST_DAY, first_monday
from extractors.demo.defects import Damage, Defects, damage
from extractors.demo.export import (
    Exported,
    export_reviews,
    export_surveys,
    export_tickets,
    json_line,
    write_gzip_jsonl,
    write_table,
)
from extractors.demo.incidents import CRASHING, PLANTED, Planted, start_week
from extractors.demo.people import Customer, make_customers
from extractors.demo.plan import LOUD, plan_jobs
from extractors.demo.truth import DemoTruth, Incident, TruthRow, describe, write_truth
from groundswell.errors import ConfigError

__all__ = ["DEMO_FILES", "DemoTruth", "Incident", "TruthRow", "describe", "generate_demo", "write_truth"]

DEMO_FILES = {"survey": "survey_nps.csv", "review": "app_reviews.jsonl.gz", "ticket": "support_tickets.tsv"}
_CROWD = 3_400
_DEFECTS = {
    "survey": Defects(1, 2, 3, ("11", "42", "-1"), bad_scores=4, bad_dates=3, blank=3, ragged=4, repeated=12),
    "review": Defects(1, 2, 4, ("7", "0"), bad_scores=2, bad_dates=3, blank=2, ragged=0, repeated=10),
    "ticket": Defects(1, 10, 9, ("9", "6"), bad_scores=3, bad_dates=3, blank=2, ragged=3, repeated=10),
}

_MAKERS = {"survey": export_surveys, "review": export_reviews, "ticket": export_tickets}


def generate_demo(folder: Path, *, seed: int = 20, weeks: int = 26) -> DemoTruth:
    """Writes the three files into `folder` (made if absent) and returns what is true of them.

    The data covers `weeks` whole weeks up to Sunday 2026-11-15. Raises ConfigError when `weeks` is not 14-104: the
    slow incident alone needs twelve weeks and some usual ones before.
    """
    if not 14 <= weeks <= 104:
        raise ConfigError(f"demo: weeks is {weeks}; give a number from 14 to 104")
    folder.mkdir(parents=True, exist_ok=True)
    crowd = make_customers(Random(f"{seed}:people"), _CROWD)
    exports: dict[str, Exported] = {}
    harm: dict[str, Damage] = {}
    for source, make in _MAKERS.items():
        rng = Random(f"{seed}:{source}")
        exports[source] = make(plan_jobs(source, weeks, crowd, rng), rng)
        harm[source] = damage(exports[source], _DEFECTS[source], rng)
    cut = _write(folder, exports)
    return _truth(seed, weeks, exports, harm, cut, loud=crowd[-1])


def _write(folder: Path, exports: dict[str, Exported]) -> str:
    """Writes the files; returns the id of the one review whose line is cut off in the middle."""
    survey, review, ticket = exports["survey"], exports["review"], exports["ticket"]
    write_table(folder / DEMO_FILES["survey"], survey.header, survey.rows, delimiter=";", excel=True)
    write_table(folder / DEMO_FILES["ticket"], ticket.header, ticket.rows, delimiter="\t", excel=False)
    lines = [json_line(review.header, row) for row in review.rows]
    kept = {row.record_id for row in review.truth if row.incident or row.marks} | {p.record_id for p in review.personal}
    seen = Counter(row[0] for row in review.rows)
    middle = len(lines) // 2
    # A whole line until now: with a text, written once, and nothing planted in it.
    at = next(
        middle + n
        for n, row in enumerate(review.rows[middle:])
        if _is_plain(row) and row[0] not in kept and seen[row[0]] == 1
    )
    lines[at] = lines[at][: len(lines[at]) // 2]
    write_gzip_jsonl(folder / DEMO_FILES["review"], lines)
    return review.rows[at][0]


def _is_plain(row: list[str]) -> bool:
    """True for a review line that no other defect has hit."""
    return row[0].startswith("rv-") and row[1] != "yesterday" and row[2] in {"1", "2", "3", "4", "5"}


def _truth(
    seed: int, weeks: int, exports: dict[str, Exported], harm: dict[str, Damage], cut: str, *, loud: Customer
) -> DemoTruth:
    records = tuple(row for exported in exports.values() for row in exported.truth)
    versions = {row[0]: row[5] for row in exports["review"].rows if row[0].startswith("rv-")}
    broken: Counter[str] = Counter({"line cut off": 1})
    for done in harm.values():
        broken += done.broken
    return DemoTruth(
        company=COMPANY,
        seed=seed,
        first_day=first_monday(weeks),
        last_day=LAST_DAY,
        rows={DEMO_FILES[source]: len(exported.rows) for source, exported in exports.items()},
        incidents=tuple(_incident(planted, records, versions) for planted in PLANTED),
        records=records,
        personal=tuple(item for exported in exports.values() for item in exported.personal),
        duplicates={source: done.repeated for source, done in harm.items()},
        broken=dict(broken),
        broken_ids=(*(record for done in harm.values() for record in done.ids), cut),
        loud_author=loud.email,
        loud_theme=LOUD[0],
    )


def _incident(planted: Planted, records: tuple[TruthRow, ...], versions: dict[str, str]) -> Incident:
    """The incident with its records and its rates, counted from what was written."""
    ids: dict[str, tuple[str, ...]] = {
        source: tuple(row.record_id for row in records if row.incident == planted.theme and row.source == source)
        for source in DEMO_FILES
    }
    start = start_week(planted)
    if planted.kind == "one version":
        tells = {row.record_id for row in records if planted.theme in row.themes}
        of = [record for record, version in versions.items() if version == CRASHING]
        others = [record for record, version in versions.items() if version != CRASHING]
        usual, last = (sum(r in tells for r in group) / max(1, len(group)) for group in (others, of))
    else:
        weekly = Counter(row.week for row in records if planted.theme in row.themes)
        before = sorted({row.week for row in records if row.week < start})
        usual = sum(weekly[week] for week in before) / max(1, len(before))
        last = float(weekly[max(row.week for row in records)])
    return Incident(planted.name, planted.kind, planted.theme, start, planted.look_for, ids, usual, last)
