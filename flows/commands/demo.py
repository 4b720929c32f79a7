"""`groundswell demo`: invents a company's feedback, makes digests of it, and sets beside each other what was planted
and what the digests found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from extractors.demo import DEMO_FILES, DemoTruth, Incident, describe, generate_demo, write_truth
from flows.commands.try_files import check_folder, find_sources, make_digests, print_result, source_name
from flows.progress import tell
from groundswell.storage import open_store

if TYPE_CHECKING:
    from flows.first_digest import FirstDigest

__all__ = ["NO_CHOICES", "compare", "run_demo"]

# The themes are those of five weeks ago; each Monday since, what came up is new: so the demo shows that, too.
WEEKS_LIVED = 5

# Nothing is set by hand: the demo's files are detected as anybody's would be.
NO_CHOICES: dict[str, Any] = {
    **dict.fromkeys(("kind", "id_column", "date_column", "date_order", "score", "scale", "metric", "author")),
    **dict.fromkeys(("higher_is_better", "encoding", "delimiter", "sheet")),
    "text": (),
    "column": (),
    "timezone": "UTC",
}


def run_demo(out: Path, seed: int, weeks: int) -> None:
    """Writes the invented exports to `out`/data, keeps the store in `out`, and prints planted beside found."""
    check_folder(out)
    truth = generate_demo(out / "data", seed=seed, weeks=weeks)
    write_truth(truth, out / "data" / "truth.csv")
    store = str(out / f"demo-{seed}-{weeks}.db")
    sources = find_sources([out / "data" / name for name in DEMO_FILES.values()], NO_CHOICES)
    result = make_digests(sources, store, out, None, "UTC", None, weeks_lived=WEEKS_LIVED)
    print_result(result, out)
    tell()
    tell("Planted:")
    for line in describe(truth):
        tell(f"  {line}")
    tell()
    tell("Found:")
    for line in compare(truth, store, result):
        tell(f"  {line}")
    tell()
    tell(f"The refused records: groundswell quarantine list --store {store}")


def compare(truth: DemoTruth, store: str, result: FirstDigest) -> Iterator[str]:
    """For each planted incident: the theme that holds most of its records, and what the digests say of it."""
    with open_store(store) as opened:
        feedback = opened.load_feedback()
        clauses, _, themes = opened.load_analysis()
    digests = {d.audience: json.loads(d.page.with_name("digest.json").read_text("utf-8")) for d in result.digests}
    labels = dict(zip(themes["theme_id"], themes["label"], strict=True))
    for incident in truth.incidents:
        theme, held = theme_of(incident, feedback, clauses)
        if theme is None:
            yield f"{incident.name} ({incident.kind}): not found, no theme holds its records"
            continue
        verdict = said_of(incident, theme, digests) + since_when(theme, digests)
        yield f"{incident.name} ({incident.kind}): theme “{labels[theme]}” holds {held:.0%} of its records; {verdict}"
    for found in sum(_personal_found(truth, digests).values(), []):
        yield f"PERSONAL DATA LEFT IN A DIGEST: {found}"


def theme_of(incident: Incident, feedback: pd.DataFrame, clauses: pd.DataFrame) -> tuple[str | None, float]:
    """The theme that most of the incident's records mention, and the share of them that do."""
    wanted = {
        (source_name(Path(DEMO_FILES[source])), record) for source, ids in incident.record_ids.items() for record in ids
    }
    # Of a survey's answers to two questions each is a feedback of its own; what was planted is the response.
    own_ids = feedback["response_id"].fillna(feedback["reference"])
    records = dict(zip(feedback["feedback_id"], zip(feedback["source"], own_ids, strict=True), strict=True))
    themed = clauses[clauses["theme_id"].notna()]
    record = themed["feedback_id"].map(records)
    rows = themed.assign(record=record)[record.isin(wanted)]
    if rows.empty:
        return None, 0.0
    holders = rows.groupby("theme_id")["record"].nunique().sort_values(ascending=False, kind="stable")
    return str(holders.index[0]), float(holders.iloc[0]) / len(wanted & set(records.values()))


def said_of(incident: Incident, theme: str, digests: dict[str, Any]) -> str:
    """What the digests of this run say of the theme."""
    told = [*_alerts_on(theme, digests), *_version_on(theme, digests)]
    for point in digests["service"]["pain_points"]:
        if point["theme_id"] == theme:
            told.append(f"pain point {point['rank']}, {point['authors']} authors")
    if not told:
        return "not among the alerts and pain points of the period"
    return ("FOUND: " if told[0].startswith(("alert", "version")) else "no alert; ") + "; ".join(told)


def _alerts_on(theme: str, digests: dict[str, Any]) -> Iterator[str]:
    """The alert on the theme that stands, with its kind, since when, and how much more than usual it is."""
    for alert in digests["service"]["alerts"]:
        if alert["theme_id"] == theme and alert["state"] not in ("quiet", "closed"):
            times = f", {alert['ratio']:.1f} times the usual" if alert["ratio"] else ""
            kind = alert["release"] or alert["kind"]
            yield f"alert ({kind}, since {alert['since']}): {alert['authors']} authors{times}"


def _version_on(theme: str, digests: dict[str, Any]) -> Iterator[str]:
    """The version whose reviewers raise the theme more often than those of the others."""
    for segment in digests["product"]["segments"]:
        if segment["theme_id"] == theme and segment["segment"] == "version":
            yield (
                f"version {segment['value']}: {segment['share']:.0%} of its authors raise it, "
                f"{segment['share_elsewhere']:.1%} elsewhere"
            )


def since_when(theme: str, digests: dict[str, Any]) -> str:
    """Since when the theme is there, where it came up by itself."""
    for new in digests["product"]["new_themes"]:
        if new["theme_id"] == theme:
            return f"; NEW since the week that ended before {new['opened'][:10]}"
    return ""


def _personal_found(truth: DemoTruth, digests: dict[str, Any]) -> dict[str, list[str]]:
    """Planted personal items that stand in a digest as words of their own ("ellen", not "excellent"), by audience; an
    empty list each when redaction held."""
    texts = {audience: json.dumps(digest, ensure_ascii=False) for audience, digest in digests.items()}
    return {
        audience: [item.kind for item in truth.personal if re.search(rf"(?<!\w){re.escape(item.text)}(?!\w)", text)]
        for audience, text in texts.items()
    }
