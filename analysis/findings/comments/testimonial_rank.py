"""Testimonial candidates in order: the weighted parts of their rank, and a choice whose members are not alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.findings.comments.testimonial_words import WORD, telling
from groundswell.frames import segment_columns

__all__ = ["Ranked", "rank_parts", "varied"]

NEAR_DUPLICATE = 0.8
VARIETY = 0.7  # lambda of maximal marginal relevance
SAME_THEME, SAME_GROUPS = 0.5, 0.2  # how alike two texts are for that alone
ENOUGH_WORDS = 20
DISCLOSED = 0.1  # taken off for what has to be disclosed: others are asked first


@dataclass(frozen=True)
class Ranked:
    """A row that may be asked for, with its rank; `parts` add up to it."""

    row: dict[Any, Any]
    flags: tuple[str, ...]
    parts: dict[str, float]
    rank: float


def rank_parts(row: Mapping[Any, Any], flags: tuple[str, ...]) -> dict[str, float]:
    """The weighted parts of the rank; they add up to it (weights of docs/methods.md, D10)."""
    told, words = telling(row["text"]), len(WORD.findall(row["text"]))
    parts = {
        "sentiment": 0.35 * float(row["sentiment"]),
        "specificity": 0.25 * told.specificity,
        "theme": 0.2 * float(row["usual"]),
        "recency": 0.1 * float(row["recency"]),
        "completeness": 0.1 * told.tidy * min(1.0, words / ENOUGH_WORDS),
    }
    if flags:
        parts["disclosure"] = -DISCLOSED
    return {name: round(part, 6) for name, part in parts.items()}


def varied(ranked: Sequence[Ranked], most: int) -> list[Ranked]:
    """The best ones that are not alike, one for an author: maximal marginal relevance over words, themes and groups."""
    chosen: list[Ranked] = []
    shingles = {one.row["feedback_id"]: _shingles(one.row["text"]) for one in ranked}
    groups = segment_columns([str(name) for name in ranked[0].row]) if ranked else []
    left = list(ranked)
    likeness = dict.fromkeys(shingles, 0.0)  # of each to those that were chosen
    while left and len(chosen) < most:
        best = max(left, key=lambda one: VARIETY * one.rank - (1 - VARIETY) * likeness[one.row["feedback_id"]])
        chosen.append(best)
        mine, kept = shingles[best.row["feedback_id"]], []
        for one in left:
            name = one.row["feedback_id"]
            words = _jaccard(mine, shingles[name])
            if words >= NEAR_DUPLICATE or one.row["who"] == best.row["who"]:
                continue
            likeness[name] = max(likeness[name], words, _kinship(one.row, best.row, groups))
            kept.append(one)
        left = kept
    return chosen


def _kinship(one: Mapping[Any, Any], two: Mapping[Any, Any], groups: Sequence[str]) -> float:
    """How alike two rows are for their theme and the groups that both belong to."""
    told = [name for name in groups if isinstance(one[name], str) and isinstance(two[name], str)]
    same = sum(bool(one[name] == two[name]) for name in told) / len(told) if told else 0.0
    return SAME_THEME * bool(one["theme_id"] == two["theme_id"]) + SAME_GROUPS * same


def _shingles(text: str) -> frozenset[str]:
    flat = " ".join(WORD.findall(text.lower()))
    return frozenset(flat[i : i + 5] for i in range(max(1, len(flat) - 4)))


def _jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two)
