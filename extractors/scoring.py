"""Which column holds the score: by name first, its scale by its values, its direction only when it is sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from extractors.choices import Choice, Overrides
from extractors.profile import ColumnProfile
from extractors.scores import Reading, ScoreColumn, direction_problem, metric_of_name, plain, refuse_direction, scale_of
from extractors.vocabulary import means, words_of
from groundswell.errors import SourceError
from groundswell.records import Metric

__all__ = ["choose_score"]

_RANK = {Metric.NPS: 0, Metric.CSAT: 1, Metric.CES: 2, Metric.RATING: 3}
LONG_NAME = 5  # words: a whole question may hold any word


def choose_score(
    file: str, profiles: Mapping[str, ColumnProfile], asked: str | None, overrides: Overrides, taken: frozenset[str]
) -> tuple[ScoreColumn | None, list[Choice]]:
    """The score column with the reason; `asked` "" leaves it out, None lets detection choose.

    Raises SourceError, naming the options, where the scale or the direction of the chosen column cannot be told.
    """
    if asked == "":
        return None, [Choice("score", (), "left out by --column score=")]
    if asked:
        profile = profiles[asked]
        if profile.number_share < 0.5:
            example = next(iter(profile.values), "")[:40]
            raise SourceError(
                f"{file}: column {asked!r} holds no numbers (for example {example!r}); name another --score"
            )
        return _settled(file, profile, overrides, "--score", required=True)
    if grouped := _grouped_by_qualtrics(profiles):
        nps = replace(overrides, metric=overrides.metric or Metric.NPS)
        return _settled(file, grouped, nps, f"{grouped.name}_NPS_GROUP stands beside it", required=True)
    ranked = sorted((p for p in profiles.values() if p.name not in taken and _rank(p) < 9), key=_order)
    real = [profile for profile in ranked if not set(profile.numbers) <= {0.0, 1.0}] or ranked
    if not real:
        return None, [Choice("score", (), "no column of numbers is named like a score; --score names one")]
    chosen = real[0]
    others = ", ".join(profile.name for profile in real[1:])
    why = f"preferred by its name to {others}" if others else ""
    return _settled(file, chosen, overrides, why, required=_rank(chosen) != 4)


def _grouped_by_qualtrics(profiles: Mapping[str, ColumnProfile]) -> ColumnProfile | None:
    """The column that Qualtrics has sorted into promoters and detractors: its own name is that of a question."""
    return next((p for n, p in profiles.items() if f"{n}_NPS_GROUP" in profiles and p.is_number), None)


def _rank(profile: ColumnProfile) -> int:
    """How telling the column's name is of a score; 9: not at all."""
    name = profile.name
    if not profile.is_number or profile.is_date:
        return 9
    metric = metric_of_name(name)
    if means(name, "not_score") and not (metric and len(words_of(name).split()) >= LONG_NAME):
        return 9
    if metric:
        return _RANK[metric]
    if means(name, "score"):
        return 4
    return 5 if means(name, "grade") else 9


def _order(profile: ColumnProfile) -> tuple[int, bool, int]:
    """Best first: the metric, then the overall one, then the shortest name; the file's order decides ties."""
    words = words_of(profile.name).split()
    return _rank(profile), not {"overall", "total", "general", "gesamt"} & set(words), len(words)


def _settled(
    file: str, profile: ColumnProfile, overrides: Overrides, why: str, *, required: bool
) -> tuple[ScoreColumn | None, list[Choice]]:
    """The column with scale, metric and direction; without a scale an error if `required`, else no score."""
    name = profile.name
    named = overrides.metric or metric_of_name(name)
    if overrides.scale:
        reading: Reading | None = Reading(*overrides.scale, "--scale")
    else:
        reading = scale_of(name, profile.numbers, named)
    if reading is None:
        span = f"{plain(min(profile.numbers))}-{plain(max(profile.numbers))}"
        if required:
            raise SourceError(
                f"{file}: column {name!r} looks like the score, but its values {span} fit no usual scale. "
                "Give --scale LOW:HIGH, or --column score= to leave it out"
            )
        return None, [
            Choice("score", (), f"the values {span} of {name!r} fit no usual scale; --score and --scale say otherwise")
        ]
    metric = named or _metric_of_values(profile, reading)
    higher = overrides.higher_is_better
    if higher is None:
        doubt = direction_problem(name, reading, metric if metric is Metric.NPS else named)
        if doubt:
            raise refuse_direction(file, name, doubt, reading)
        higher = True
    column = ScoreColumn(name, reading.low, reading.high, metric, higher)
    return column, [Choice("score", (name,), _why(profile, column, reading, overrides, why))]


def _metric_of_values(profile: ColumnProfile, reading: Reading) -> Metric:
    whole = all(number.is_integer() for number in profile.numbers)
    return Metric.NPS if whole and (reading.low, reading.high) == (0.0, 10.0) else Metric.RATING


def _why(profile: ColumnProfile, column: ScoreColumn, reading: Reading, overrides: Overrides, why: str) -> str:
    whole = "whole numbers" if all(number.is_integer() for number in profile.numbers) else "numbers"
    parts = [f"{whole} on a scale of {plain(column.low)}-{plain(column.high)} ({reading.why})"]
    if not metric_of_name(profile.name) and overrides.metric:
        parts.append(f"taken as {overrides.metric.value}")
    elif named := metric_of_name(profile.name):
        parts.append(f"its name says {named.value}")
    direction = "higher is better" if column.higher_is_better else "lower is better"
    stated = " as declared" if overrides.higher_is_better is not None else ""
    line = f"{', '.join(parts)} -> {column.metric.value}, {direction}{stated}"
    return f"{line}; {why}" if why else line
