"""The small print: what the counts are, what an interval is, what a change is, which alarms there are."""

from __future__ import annotations

from reports.digest import Digest
from reports.page.comments import meanings
from reports.wording.alerts import how_set
from reports.wording.figures import is_known, number

__all__ = ["methods"]


def methods(digest: Digest) -> tuple[str, ...]:
    """The notes that this digest's figures need, each a sentence or two."""
    notes = [_counted(digest.coverage.counted)]
    notes.append(
        "Brackets hold 95 % intervals: chance alone moves a figure by about that much. "
        "Figures that rest on too few answers are not shown."
    )
    if digest.watch is not None and digest.watch.reason is None:
        notes.append(how_set(digest.watch))
    found = (*digest.pain_points, *digest.praise)
    notes.extend(_ranked(digest))
    if any(f.impact for f in found):
        notes.append(
            "“Goes with” compares the score of all answers with that of answers that leave the theme out. It is an "
            "association; themes overlap, so two of these figures must not be added."
        )
    if found or digest.trends:
        notes.append("Tone is the share of positive clauses less that of negative ones, from −1 to +1.")
    notes.append(_change(digest))
    if digest.segments or digest.segment_scores or digest.releases:
        notes.append(
            "Of the groups and releases told, one in twenty may be chance, after correction for everything that was "
            "compared; their intervals are wide enough that 95 % of those told hold the truth."
        )
    if digest.watch is None:  # else the section on alerts says it
        notes.append(_alarms(digest.false_alarm_target_per_year))
    notes.append(
        "Quotes are verbatim but for personal data, which was removed before anything was stored; "
        "long ones are cut at “…”."
    )
    return tuple(notes)


def _ranked(digest: Digest) -> list[str]:
    """What a rank is, what urgent and important mean, and whom to call back."""
    notes = []
    if digest.pain_points:
        notes.append(
            "Pain points are ranked by how many complain, how much lower they score, how fast it grows and how sure "
            "that is."
        )
    if any(finding.quadrant for finding in digest.pain_points):
        notes.append(
            "Important: the few that make up a quarter of all that is lost. Urgent: an alert, a clear rise, or every "
            "fifth of those who raise it threatens, means to leave or needs an answer at once."
        )
    if digest.praise and digest.audience == "marketing":
        notes.append("Praise is ranked by how many praise it and how well they score.")
    if digest.escalations:
        notes.append(meanings(digest.escalations))
    return notes


def _counted(counted: str) -> str:
    if counted == "authors":
        return "Counts are of distinct authors: one customer who writes five times counts once."
    if counted == "authors or comments":
        return "Counts are of distinct authors where a source says who wrote; elsewhere each comment counts."
    why = "since the sources do not say who wrote them"
    return f"Counts are of {counted}, {why}: one customer who writes five times counts five times."


def _change(digest: Digest) -> str:
    if digest.period.start is None:
        return "The feedback carries no dates, so there is no trend and no change."
    changes = [f.change for f in (*digest.pain_points, *digest.praise)] + [t.change for t in digest.trends]
    compared = [change for change in changes if change is not None]
    if not compared:
        return "There is nothing to compare this period with yet."
    return f"▲ and ▼ mark changes against {compared[0].baseline_label} that chance would rarely make; = marks the rest."


def _alarms(target: float | None) -> str:
    if target is None or not is_known(target):
        return "No alerts were raised when this was written, so there is no false-alarm rate to state."
    expected = number(target, 0 if float(target).is_integer() else 1)
    return f"Alerts are set so that about {expected} false ones a year are expected."
