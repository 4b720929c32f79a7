"""A large invented store for `benchmarks.statistics_speed`: 500,000 mentions of 200 themes in 104 weeks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from groundswell.frames import CLAUSES, COMMENTS, FEEDBACK, SEGMENT, THEMES

__all__ = ["END", "Frames", "invent_frames"]

END = datetime(2026, 11, 16, tzinfo=UTC)  # a Monday: the end of the last week
SEED, WEEKS, THEME_COUNT, SUB_THEMES = 5, 104, 200, 3
MENTIONS, PER_COMMENT = 500_000, 2.75  # clauses a comment, as in the clothing reviews
UNASSIGNED, CONTENTLESS, SIGNALLED = 0.06, 0.12, 0.08
WORDS = 3_000
# Of one source each: its share of all records, its kind and metric, its scale, and how its scores are spread.
SOURCES = {
    "reviews": (0.45, "review", "rating", 1.0, 5.0, (0.18, 0.08, 0.10, 0.18, 0.46)),
    "nps": (0.25, "survey", "nps", 0.0, 10.0, (0.05, 0.02, 0.02, 0.03, 0.03, 0.06, 0.06, 0.13, 0.18, 0.17, 0.25)),
    "tickets": (0.30, "ticket", "csat", 1.0, 5.0, (0.15, 0.10, 0.13, 0.22, 0.40)),
}
# Segments that a source maps, with how many values each has.
SEGMENTS = {
    "reviews": {"version": 24, "country": 12, "product": 8},
    "nps": {"product": 8, "tier": 3},
    "tickets": {"channel": 5, "category": 14, "sub_category": 40, "team": 9},
}


@dataclass(frozen=True)
class Frames:
    """What a store hands to the analysis (groundswell/frames.py)."""

    feedback: pd.DataFrame
    clauses: pd.DataFrame
    comments: pd.DataFrame
    themes: pd.DataFrame

    def undated(self) -> Frames:
        """The same store without any dates: one period, all feedback."""
        times = ("occurred_at", "reported_at", "responded_at", "resolved_at")
        nothing = pd.Series(pd.NaT, index=self.feedback.index, dtype=FEEDBACK["occurred_at"])
        return replace(self, feedback=self.feedback.assign(**dict.fromkeys(times, nothing)))


def invent_frames(mentions: int = MENTIONS, weeks: int = WEEKS, themes: int = THEME_COUNT) -> Frames:
    """Frames of so many clauses; the same arguments give the same frames."""
    rng = np.random.default_rng(SEED)
    records = round(mentions / PER_COMMENT)
    feedback = _feedback(rng, records, weeks)
    of = np.sort(np.concatenate([np.arange(records), rng.integers(0, records, mentions - records)]))
    clauses, texts = _clauses(rng, feedback, of, themes)
    feedback["text"] = pd.Series(texts, dtype=object)
    return Frames(feedback, clauses, _comments(feedback, clauses, of), _themes(themes))


# ------------------------------------------------------------------------------------------------------------ feedback


def _feedback(rng: np.random.Generator, n: int, weeks: int) -> pd.DataFrame:
    """The records without their texts, sorted as a store's are."""
    names = np.array(list(SOURCES), dtype=object)
    source = np.sort(rng.choice(len(names), n, p=[shares[0] for shares in SOURCES.values()]))
    seconds = rng.integers(0, weeks * 7 * 86_400, n)
    at = pd.Series(pd.Timestamp(END) - pd.to_timedelta(seconds, unit="s")).dt.as_unit("us")
    people = np.where(rng.random(n) < 0.9, rng.integers(0, n * 2 // 3, n), -1)
    frame = pd.DataFrame(index=pd.RangeIndex(n))
    frame["feedback_id"] = [f"{number:064x}" for number in range(n)]
    frame["source"] = names[source]
    frame["reference"] = [f"record-{number}" for number in range(n)]
    frame["row"] = np.arange(n)
    frame["kind"] = np.array([one[1] for one in SOURCES.values()], dtype=object)[source]
    frame["occurred_at"] = at
    frame["author"] = [None if who < 0 else f"a{who:015x}" for who in people]
    _add_scores(rng, frame, source)
    _add_service(rng, frame, source == list(SOURCES).index("tickets"))
    for name in FEEDBACK:
        if name not in frame:
            frame[name] = None if FEEDBACK[name] == "object" else np.nan
    segments = _segments(rng, names[source], seconds / seconds.max())
    return pd.concat([frame[list(FEEDBACK)].astype(FEEDBACK), segments], axis=1)


def _add_scores(rng: np.random.Generator, frame: pd.DataFrame, source: NDArray[np.int64]) -> None:
    """Each record's score in its source's metric; one in ten has none."""
    value = np.full(len(frame), np.nan)
    for number, (_, _, _, low, high, spread) in enumerate(SOURCES.values()):
        mine = source == number
        value[mine] = rng.choice(np.arange(low, high + 1), int(mine.sum()), p=np.array(spread) / sum(spread))
    none = rng.random(len(frame)) < 0.1
    value[none] = np.nan
    low, high = (np.array([one[column] for one in SOURCES.values()])[source] for column in (3, 4))
    frame["metric"] = np.where(none, None, np.array([one[2] for one in SOURCES.values()], dtype=object)[source])
    frame["score"], frame["score_scaled"] = value, (value - low) / (high - low)
    frame["score_low"], frame["score_high"] = (np.where(none, np.nan, bound) for bound in (low, high))


def _add_service(rng: np.random.Generator, frame: pd.DataFrame, tickets: NDArray[np.bool_]) -> None:
    """Times of contacts; one in twelve is not solved, one in nine was opened again."""
    n = len(frame)
    reply, solve = (pd.to_timedelta(rng.lognormal(mean, 1.2, n), unit="h") for mean in (1.0, 3.2))
    at = frame["occurred_at"]
    frame["reported_at"] = at.where(tickets)
    frame["responded_at"] = (at + reply).where(tickets & (at + reply < pd.Timestamp(END)))
    solved = tickets & (rng.random(n) > 1 / 12) & (at + solve < pd.Timestamp(END))
    frame["resolved_at"] = (at + solve).where(solved)
    frame["handled_seconds"] = np.where(tickets, rng.lognormal(6.5, 0.7, n), np.nan)
    frame["reopened"] = np.where(tickets, (rng.random(n) < 1 / 9).astype(object), None)


def _segments(rng: np.random.Generator, sources: NDArray[np.object_], age: NDArray[np.float64]) -> pd.DataFrame:
    """A column for each segment; versions follow each other, the others do not move."""
    n, columns = len(sources), {}
    for source, segments in SEGMENTS.items():
        for name, values in segments.items():
            drawn = np.minimum(rng.geometric(3 / values, n) - 1, values - 1)
            if name == "version":
                drawn = np.clip(((1 - age) * values).astype(int) - drawn // 4, 0, values - 1)
            told = np.array([f"{name} {value}" for value in range(values)], dtype=object)[drawn]
            column = columns.setdefault(f"{SEGMENT}{name}", np.full(n, None, dtype=object))
            mine = sources == source
            column[mine] = told[mine]
    return pd.DataFrame({name: pd.Series(columns[name], dtype=object) for name in sorted(columns)})


# ------------------------------------------------------------------------------------------------------------- clauses


def _clauses(
    rng: np.random.Generator, feedback: pd.DataFrame, of: NDArray[np.int64], themes: int
) -> tuple[pd.DataFrame, list[str]]:
    """The clauses of the records numbered `of`, in order, and each record's text."""
    n = len(of)
    texts = _sentences(rng, n)
    first = np.r_[True, of[1:] != of[:-1]]
    size = np.fromiter(map(len, texts), np.int64, n)
    passed = np.cumsum(size + 1) - (size + 1)
    start = passed - np.maximum.accumulate(np.where(first, passed, 0))
    theme = np.minimum(rng.geometric(4 / themes, n) - 1, themes - 1)
    theme = np.where(rng.random(n) < UNASSIGNED, -1, theme)
    contentless = rng.random(n) < CONTENTLESS
    theme[contentless] = -1
    # Tone goes with the theme and with the score of the record, so that there is something to find.
    leaning = np.append(rng.normal(0, 0.5, themes), 0)[theme]
    scaled = feedback["score_scaled"].fillna(0.6).to_numpy()[of]
    tone = np.tanh(leaning + 1.6 * (scaled - 0.6) + rng.normal(0, 0.6, n))
    sub = rng.integers(0, SUB_THEMES, n)
    frame = pd.DataFrame(
        {
            "feedback_id": feedback["feedback_id"].to_numpy()[of],
            "start": start,
            "end": start + size,
            "text": texts,
            "sentence": np.arange(n) - np.maximum.accumulate(np.where(first, np.arange(n), 0)),
            "language": "en",
            "contentless": contentless,
            "sentiment": tone,
            "label": np.select([tone < -0.3, tone > 0.3], ["negative", "positive"], "neutral"),
            "theme_id": _names([f"theme-{one:03}" for one in range(themes)], theme),
            "sub_theme_id": _names(_sub_ids(themes), np.where(theme < 0, -1, theme * SUB_THEMES + sub)),
            "similarity": np.where(theme < 0, np.nan, rng.beta(8, 4, n)),
            "signals": _signals(rng, n),
        }
    ).astype(CLAUSES)
    return frame, _joined(texts, of, len(feedback))


def _sentences(rng: np.random.Generator, n: int) -> list[str]:
    """So many clauses of 4 to 14 words; half of them are said only once."""
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = np.array(["".join(rng.choice(letters, size)) for size in rng.integers(2, 10, WORDS)], dtype=object)
    drawn = np.minimum(rng.geometric(8 / WORDS, (n // 2, 14)) - 1, WORDS - 1)
    sizes = rng.integers(4, 15, n // 2)
    made = [" ".join(words[line[:size]]) for line, size in zip(drawn, sizes, strict=True)]
    return [made[number] for number in np.r_[np.arange(n // 2), rng.integers(0, n // 2, n - n // 2)]]


def _joined(texts: list[str], of: NDArray[np.int64], records: int) -> list[str]:
    """The clauses of each record with a space between them."""
    ends = np.searchsorted(of, np.arange(records), side="right")
    return [" ".join(texts[low:high]) for low, high in zip(np.r_[0, ends[:-1]], ends, strict=True)]


def _signals(rng: np.random.Generator, n: int) -> NDArray[np.object_]:
    """One clause in twelve gives a signal."""
    kinds = np.array(["request", "praise", "effort", "churn", "escalation", "urgency"], dtype=object)
    drawn = kinds[rng.choice(len(kinds), n, p=[0.35, 0.35, 0.15, 0.05, 0.05, 0.05])]
    given: NDArray[np.object_] = np.where(rng.random(n) < SIGNALLED, drawn, "")
    return given


def _names(names: list[str], numbers: NDArray[np.int64]) -> NDArray[np.object_]:
    """The name of each number; None for -1."""
    found: NDArray[np.object_] = np.array([*names, None], dtype=object)[numbers]
    return found


# --------------------------------------------------------------------------------------------------- comments, themes


def _comments(feedback: pd.DataFrame, clauses: pd.DataFrame, of: NDArray[np.int64]) -> pd.DataFrame:
    """The tone of each record: that of its clauses together."""
    n = len(feedback)
    tone = np.bincount(of, weights=clauses["sentiment"].to_numpy(), minlength=n) / np.bincount(of, minlength=n)
    columns = {
        "feedback_id": feedback["feedback_id"],
        "language": "en",
        "sentiment": tone,
        "label": np.select([tone < -0.3, tone > 0.3], ["negative", "positive"], "neutral"),
        "method": "invented",
        "duplicate": None,
    }
    return pd.DataFrame(columns).astype(COMMENTS)


def _sub_ids(themes: int) -> list[str]:
    return [f"theme-{one:03}-{part}" for one in range(themes) for part in range(SUB_THEMES)]


def _themes(themes: int) -> pd.DataFrame:
    """The registry's themes and their parts; the last two came up lately."""
    tops, subs = [f"theme-{one:03}" for one in range(themes)], _sub_ids(themes)
    ids = [*tops, *subs]
    frame = pd.DataFrame({"theme_id": ids})
    frame["label"] = [f"what they say of {one}" for one in ids]
    frame["keywords"] = pd.Series([["one", "two", "three"]] * len(ids), dtype=object)
    frame["clauses"], frame["cohesion"], frame["stability"] = 10, 0.7, 0.9
    frame["parent"] = [*[None] * themes, *[sub.rpartition("-")[0] for sub in subs]]
    lately = frame["theme_id"].isin(tops[-2:])
    frame["status"] = np.where(lately, "new", "active")
    frame["origin"] = np.where(lately, "emerged", "fit")
    frame["opened"] = pd.Timestamp(END).as_unit("us")
    frame["journey_stage"], frame["owner"] = "use", None
    return frame[list(THEMES)].astype(THEMES).sort_values("theme_id", ignore_index=True)
