"""What a sentence says of scores: how a score moved, and what a raised theme goes with."""

from __future__ import annotations

from collections.abc import Iterable

from groundswell.findings import Finding, Impact, ScoreSummary
from reports.wording.figures import impact_decimals, is_known, metric_name, number, score_text, shown, span

__all__ = ["clearest", "goes_with", "score_news"]


def _clear_impact(finding: Finding) -> Impact | None:
    """The surest impact, of those whose interval leaves out 0: the one whose nearer end lies furthest from it."""
    clear = [i for i in finding.impact if is_known(i.value) and i.low * i.high > 0]
    nearer = {i: min(abs(i.low), abs(i.high)) / abs(i.value) for i in clear}
    return max(clear, key=lambda i: (nearer[i], i.n, i.metric, i.source)) if clear else None


def clearest(finding: Finding) -> Impact | None:
    """The surest impact; where none is clear the one that rests on most responses; None without any."""
    known = [i for i in finding.impact if is_known(i.value)]
    return _clear_impact(finding) or max(known, key=lambda i: (i.n, i.metric, i.source), default=None)


def goes_with(finding: Finding) -> str:
    """ "goes with 4.1 fewer NPS points (2.6-5.6)", or nothing where the interval holds 0."""
    impact = _clear_impact(finding)
    if impact is None:
        return ""
    decimals, name = impact_decimals(impact.metric), metric_name(impact.metric)
    size = number(abs(impact.value), decimals)
    ends = _size_span(impact.low, impact.high, decimals)
    if impact.metric in ("nps", "csat"):
        return f"goes with {size} {'fewer' if impact.value < 0 else 'more'} {name} points ({ends})"
    what = name if name.isupper() else name.lower()
    return f"goes with a {what} {size} points {'lower' if impact.value < 0 else 'higher'} ({ends})"


def _size_span(low: float, high: float, decimals: int) -> str:
    """An interval on one side of 0, as sizes."""
    return span(min(abs(low), abs(high)), max(abs(low), abs(high)), decimals)


def score_news(scores: Iterable[ScoreSummary], before: str) -> list[str]:
    """One sentence for each score whose change leaves out 0."""
    sentences = []
    for score in scores:
        change, low, high = score.change, score.change_low, score.change_high
        if change is None or low is None or high is None or not is_known(score.value) or low * high <= 0:
            continue
        decimals = impact_decimals(score.metric)
        size, ends = number(abs(change), decimals), _size_span(low, high, decimals)
        verb = "rose" if change > 0 else "fell"
        moved = f"{metric_name(score.metric)} in {shown(score.source)} {verb} by {size} points ({ends})"
        sentences.append(f"{moved} to {score_text(score)} since {before}.")
    return sentences
