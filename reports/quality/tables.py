"""The tables of the quality page: loads, refused records, coverage by period, and who reads the tone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import tzinfo

from groundswell.findings import Coverage
from reports.page.parts import Mark, Table, sentence
from reports.quality.state import CoverageOf, LoadState, RefusedState, ToneState
from reports.wording.figures import MINUS, clip, date, is_known, listed, percent, shown

__all__ = ["coverage_table", "load_notes", "loads_table", "refused_table", "tone_notes", "tone_table"]

STATES = {
    "accepted": Mark("✓", "taken in", "good"),
    "held": Mark("!", "held", "bad"),
    "dropped": Mark(MINUS, "dropped", "flat"),
    "open": Mark("–", "under way", "flat"),
}
NUMBERS = re.compile(r"\d[\d,.]*")
LANGUAGES, WARNINGS, NAMED = 3, 12, 5
MODELS = {"own": "your own model", "starter": "the shipped model"}


def loads_table(loads: Sequence[LoadState], where: tzinfo) -> Table:
    """Each load with law 1: what was read is what was new, changed, known already, refused and passed over."""
    rows = tuple(
        (
            f"{clip(one.source, 40)}, load {one.load_id}",
            f"{date(one.started_at, where)} ({one.started_at.astimezone(where):%H:%M})",
            *(f"{n:,}" for n in (one.read, one.new, one.changed, one.unchanged, one.quarantined)),
            f"{sum(one.skipped.values()):,}",
        )
        for one in loads
    )
    head = ("Load", "Came in", "Read", "New", "Changed", "Known already", "Refused", "Passed over")
    marks = tuple(STATES.get(one.state, Mark("–", shown(one.state), "flat")) for one in loads)
    return Table("What each load brought", head, rows, marks=marks, mark_head="State")


def load_notes(loads: Sequence[LoadState]) -> tuple[str, ...]:
    """What the batch checks said and why records were passed over, said once for all loads of a source."""
    warned: dict[tuple[str, str], list[str]] = {}
    passed: Counter[tuple[str, str]] = Counter()
    for one in loads:
        name = clip(one.source, 40)
        for warning in one.warnings:
            warned.setdefault((name, sentence(clip(warning, 400))), []).append(str(one.load_id))
        for why, n in one.skipped.items():
            passed[shown(why), name] += n
    lines = [f"{name}, load {_some(ids)}: {warning}" for (name, warning), ids in warned.items()][:WARNINGS]
    told = [f"{n:,} × {why} ({name})" for (why, name), n in sorted(passed.items()) if n]
    return (*lines, f"Passed over: {listed(told)}.") if told else tuple(lines)


def _some(ids: Sequence[str]) -> str:
    return listed(list(ids)) if len(ids) <= NAMED else f"{', '.join(ids[:NAMED])} and {len(ids) - NAMED} earlier"


def refused_table(refused: Sequence[RefusedState]) -> Table:
    """How many records wait for which reason; reasons that differ only in their numbers are one."""
    counted: Counter[tuple[str, str]] = Counter()
    for one in refused:
        counted[clip(one.source, 60), _why(one.problems)] += one.n
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = tuple((source, why, f"{n:,}") for (source, why), n in ordered)
    return Table("Why records were refused", ("Source", "Why", "Records"), rows, texts=(1,))


def _why(problems: Sequence[tuple[str, str]]) -> str:
    fields: dict[str, list[str]] = {}
    for field, reason in problems:
        fields.setdefault(NUMBERS.sub("…", reason), []).append(clip(field, 40))
    told = [
        f"{listed(names)} {reason}"
        if reason == "missing"
        else reason
        if names == ["row"]
        else f"{listed(names)}: {reason}"
        for reason, names in fields.items()
    ]
    return clip("; ".join(told), 300) or "no reason was kept"


def coverage_table(periods: Sequence[CoverageOf]) -> Table:
    """How much of each published period could be read, newest first."""
    rows = tuple((shown(one.period), *_coverage(one.coverage)) for one in periods)
    head = ("Period", "Feedback", "With text", "Read for tone", "Clauses", "In a theme", "Name nothing", "Languages")
    return Table("How much could be read", head, rows, texts=(7,))


def _coverage(seen: Coverage) -> tuple[str, ...]:
    unassigned = seen.unassigned_share
    return (
        f"{seen.feedback:,}",
        f"{seen.with_text:,}",
        percent(seen.scored / seen.with_text) if seen.with_text else "no text",
        f"{seen.clauses:,}",
        percent(1 - unassigned) if unassigned is not None and is_known(unassigned) else "not known",
        percent(seen.contentless / seen.clauses) if seen.clauses else "no clause",
        _languages(seen.languages),
    )


def _languages(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    told = [f"{'not recognised' if code == 'und' else shown(code)} {n:,}" for code, n in ordered[:LANGUAGES]]
    rest = len(ordered) - LANGUAGES
    return ", ".join([*told, f"{rest} more"] if rest > 0 else told) or "none"


def tone_table(tone: Sequence[ToneState]) -> Table:
    """Which model reads which source, and how often it is right; in brackets the model that was not taken."""
    rows = tuple(
        (
            clip(one.source, 60),
            MODELS.get(one.model, shown(one.model)),
            f"{one.ratings:,}",
            "none" if one.checked is None else f"{one.checked:,}",
            _share(one.precision, one.other_precision),
            _share(one.recall, one.other_recall),
        )
        for one in tone
    )
    head = ("Source", "Read by", "Ratings read", "Checked on", "Right when it says negative", "Negative ones found")
    return Table("Who reads the tone, and how well", head, rows, texts=(1,))


def _share(value: float | None, other: float | None) -> str:
    if value is None or not is_known(value):
        return "not measured"
    beside = f" (other model {percent(other)})" if other is not None and is_known(other) else ""
    return f"{percent(value)}{beside}"


def tone_notes(tone: Sequence[ToneState]) -> tuple[str, ...]:
    """Why each model was taken, those of one reason together."""
    named: dict[str, list[str]] = {}
    for one in tone:
        if one.note:
            named.setdefault(sentence(one.note), []).append(clip(one.source, 60))
    return tuple(f"{listed(names)}: {why}" for why, names in named.items())
