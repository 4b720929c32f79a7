"""Did a release help? Themes among those who have it and those before it (docs/methods.md, D5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.alerts.watch import WEEKS_A_YEAR
from analysis.findings.compare.confounds import notes_alike, one_each, rest_of
from analysis.findings.compare.release_windows import Compared, compared_releases
from analysis.scope.mentions import MOODS
from analysis.scope.options import Release
from analysis.scope.scope import Scope
from analysis.statistics.intervals import FEW_AUTHORS, FEW_RESPONSES, shares_differ
from analysis.statistics.two_groups import differences_of_shares, p_values_of_shares
from groundswell.findings import Interval, ReleaseEffect

__all__ = ["ReleaseAlarm", "ReleaseComparisons", "compare_releases", "release_alarms"]

MOST_EFFECTS, MOST_OF_RELEASE = 20, 8
# A change of those who stayed, or of the weeks before, is told when chance gives it this rarely.
UNLIKELY = 0.05
# An alarm needs so many times the complaints of those before, like that of a whole theme.
LEAST_RISE, MOST_CHANCE = 1.5, 0.001
Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Block:
    """All comparisons of one release in one source; arrays have one entry for each theme and mood."""

    release: Compared
    mentions: pd.DataFrame
    keys: tuple[tuple[str, str], ...]  # theme, mood
    hits: Counts
    n: int
    other_hits: Counts
    other_n: int
    p_values: Floats


@dataclass(frozen=True)
class ReleaseComparisons:
    """Every theme before and after every release, complaints and praise apart."""

    scope: Scope
    blocks: tuple[_Block, ...]

    @property
    def p_values(self) -> Floats:
        """One for each comparison."""
        return np.concatenate([np.empty(0), *(block.p_values for block in self.blocks)])

    def told(self, holds: Flags, chance: float) -> list[ReleaseEffect]:
        """The comparisons that hold, newest release first, surest first; at most 20, and 8 of one release.

        `holds` is in the order of the p-values, `chance` how often an interval may miss.

        Of a release after which nothing changed for sure the nearest to it is told, with `significant` False.
        """
        effects: list[ReleaseEffect] = []
        start = 0
        for block in self.blocks:
            held = holds[start : start + len(block.keys)]
            start += len(block.keys)
            _, low, high = _differences(block, chance)
            clear = held & ((low > 0) | (high < 0)) & (np.maximum(block.hits, block.other_hits) >= FEW_AUTHORS)
            beside = _beside(block, self.blocks)
            order = sorted(range(len(block.keys)), key=lambda i: (not clear[i], block.p_values[i], block.keys[i]))
            most = min(max(1, int(clear.sum())), MOST_OF_RELEASE)
            effects += [_effect(self.scope, block, i, bool(clear[i]), chance, beside) for i in order[:most]]
        return effects[:MOST_EFFECTS]


@dataclass(frozen=True, slots=True)
class ReleaseAlarm:
    """A theme that those who have a release complain of more than those who had not; like ReleaseEffect."""

    theme_id: str
    release: str
    source: str
    since: datetime
    authors: int
    of: int
    share: float
    share_before: float
    of_before: int
    p_value: float


def release_alarms(released: ReleaseComparisons, target: float) -> list[ReleaseAlarm]:
    """The complaints that a version made worse, so surely that chance gives `target` of them a year; surest first.

    The target is shared out among all that is compared in a week, and the weeks of a year: a version is looked at
    again every week, with all that was written on it so far. What those who stayed with earlier versions complain of
    more as well is left to the theme's own weeks.
    """
    tests = sum(len(block.keys) for block in released.blocks if block.release.by_version)
    alpha = min(MOST_CHANCE, target / (WEEKS_A_YEAR * max(1, tests)))
    found = []
    for block in released.blocks:
        if not block.release.by_version:
            continue
        value, low, _ = _differences(block, alpha)
        rises = block.hits * block.other_n >= LEAST_RISE * block.other_hits * block.n
        sure = (low > 0) & rises & (block.hits >= FEW_AUTHORS) & (block.p_values < alpha)
        for place in np.flatnonzero(sure & np.array([mood != "praise" for _, mood in block.keys])):
            if not _elsewhere_too(block, *block.keys[place], float(value[place])):
                found.append(_alarm(block, int(place)))
    return sorted(found, key=lambda one: (one.p_value, one.theme_id, one.release))


def _alarm(block: _Block, place: int) -> ReleaseAlarm:
    release, hits, others = block.release, int(block.hits[place]), int(block.other_hits[place])
    shares = (hits / block.n, others / block.other_n)
    since, p = release.since.to_pydatetime(), float(block.p_values[place])
    theme = block.keys[place][0]
    return ReleaseAlarm(theme, release.name, release.source, since, hits, block.n, *shares, block.other_n, p)


def compare_releases(scope: Scope, releases: Sequence[Release] = ()) -> ReleaseComparisons:
    """Compares each release's people with those before it (see `compared_releases`), theme by theme.

    Complaints and praise are told apart, since fewer who complain is good and fewer who praise is not; where half of
    the clauses have no tone, all who raise a theme are counted instead.
    """
    blocks = []
    for release in compared_releases(scope, releases):
        mentions = scope.all_mentions
        mentions = mentions[mentions["theme_id"].notna() & mentions["feedback_id"].isin(release.rows["feedback_id"])]
        after = set(release.rows.loc[release.rows["after"], "feedback_id"])
        blocks.append(_block(release, mentions.assign(after=mentions["feedback_id"].isin(after))))
    return ReleaseComparisons(scope, tuple(blocks))


def _block(release: Compared, mentions: pd.DataFrame) -> _Block:
    rows = release.rows
    mine = rows.loc[rows["after"], "who"].unique()
    mentions = mentions[mentions["after"] | ~mentions["who"].isin(mine)]
    toned = (mentions["mood"] != "unscored").mean() >= 0.5 if len(mentions) else False
    mentions = mentions[mentions["mood"].isin(MOODS)] if toned else mentions.assign(mood="any")
    counts = mentions.groupby(["theme_id", "mood", "after"])["who"].nunique().unstack("after", fill_value=0)
    counts = counts.reindex(columns=[True, False], fill_value=0)
    counts = counts[counts.sum(axis=1) >= FEW_AUTHORS].sort_index()
    hits, others = (counts[side].to_numpy(dtype=np.int64) for side in (True, False))
    n, other_n = len(mine), int(rows.loc[~rows["who"].isin(mine), "who"].nunique())
    p = p_values_of_shares(hits, np.full_like(hits, n), others, np.full_like(others, other_n))
    keys = tuple((str(theme), str(mood)) for theme, mood in counts.index)
    return _Block(release, mentions, keys, hits, n, others, other_n, p)


def _differences(block: _Block, chance: float) -> tuple[Floats, Floats, Floats]:
    of = (np.full_like(block.hits, block.n), np.full_like(block.hits, block.other_n))
    return differences_of_shares(block.hits, of[0], block.other_hits, of[1], chance)


def _beside(block: _Block, blocks: Sequence[_Block]) -> tuple[str, ...]:
    """The other releases that began in the weeks before and after this one that it is compared over.

    Those who have a version stand beside those who have not: only for a day of the settings is it all the same.
    """
    mine, rows = block.release, block.release.rows["occurred_at"]
    if mine.by_version:
        return ()
    near = (other.release for other in blocks if other is not block and other.release.source == mine.source)
    return tuple(one.name for one in near if rows.min() <= one.since <= rows.max())


def _effect(scope: Scope, block: _Block, place: int, sure: bool, chance: float, beside: Sequence[str]) -> ReleaseEffect:
    theme, mood = block.keys[place]
    difference = Interval(*(float(end[place]) for end in _differences(block, chance)))
    hits, others = int(block.hits[place]), int(block.other_hits[place])
    return ReleaseEffect(
        release=block.release.name,
        since=block.release.since.to_pydatetime(),
        source=block.release.source,
        theme_id=theme,
        label=scope.labels[theme],
        authors=hits,
        of=block.n,
        share=hits / block.n,
        share_before=others / block.other_n,
        of_before=block.other_n,
        difference=difference,
        p_value=float(block.p_values[place]),
        significant=sure,
        compared=len(block.keys),
        mood=mood,
        notes=_notes(block, theme, mood, difference, beside) if sure else (),
    )


def _notes(block: _Block, theme: str, mood: str, difference: Interval, beside: Sequence[str]) -> tuple[str, ...]:
    """Whether it was under way before, whether those who stayed changed as well, and which other people wrote."""
    rows, raising = _stayers(block, theme, mood)
    early = rows[rows["occurred_at"] < block.release.since]
    middle = block.release.since - (block.release.since - rows["occurred_at"].min()) / 2
    halves = (early["occurred_at"] < middle).to_numpy()
    was, then = (_share(early[half], raising) for half in (halves, ~halves))
    notes = [f"{name} began in the same weeks: this cannot tell what came of which." for name in beside]
    if _moved(was, then, difference.value):
        notes.append(f"It was under way before: {_told(was)} at first, {_told(then)} just before it.")
    if block.release.by_version:
        before, stayed = _share(early, raising), _share(rows[rows["occurred_at"] >= block.release.since], raising)
        if stayed[1] < FEW_RESPONSES:
            notes.append("Too few still wrote on earlier versions: it cannot be told from the time.")
        elif _moved(before, stayed, difference.value):
            notes.append(
                f"It changed on earlier versions too, from {_told(before)} to {_told(stayed)}: it goes with the time "
                "rather than with the release."
            )
    return (*notes, *_alike(block, theme, mood, 100 * difference.value))


def _stayers(block: _Block, theme: str, mood: str) -> tuple[pd.DataFrame, set[str]]:
    """The records of those who do not have the release, and which of them raise the theme in the mood."""
    rows = block.release.rows
    about = _about(block, theme, mood)
    has_it = rows["who"].isin(rows.loc[rows["after"], "who"])
    return rows[~has_it], set(about.loc[~about["after"], "feedback_id"])


def _about(block: _Block, theme: str, mood: str) -> pd.DataFrame:
    return block.mentions[(block.mentions["theme_id"] == theme) & (block.mentions["mood"] == mood)]


def _elsewhere_too(block: _Block, theme: str, mood: str, difference: float) -> bool:
    """Whether those who stayed with earlier versions changed in the same way."""
    rows, raising = _stayers(block, theme, mood)
    late = (rows["occurred_at"] >= block.release.since).to_numpy()
    return _moved(_share(rows[~late], raising), _share(rows[late], raising), difference)


def _alike(block: _Block, theme: str, mood: str, difference: float) -> Iterator[str]:
    """The field that most of the difference goes with; `difference` is in percentage points."""
    rest = rest_of(block.release.rows)
    at, after = one_each(rest, np.arange(len(rest.rows)), rest.rows["after"].to_numpy())
    raising = rest.rows["who"].isin(_about(block, theme, mood)["who"]).to_numpy()
    points, columns = np.where(raising[at], 100.0, 0.0), rest.others("version")
    return notes_alike(rest, at, after, points, difference, columns, block.release.name, "percentage points")


def _share(rows: pd.DataFrame, raising: set[str]) -> tuple[int, int]:
    """How many of the people of these records raise the theme in them."""
    return int(rows.loc[rows["feedback_id"].isin(raising), "who"].nunique()), int(rows["who"].nunique())


def _moved(before: tuple[int, int], after: tuple[int, int], difference: float) -> bool:
    """Whether a share moved the way the difference goes, beyond chance and by half as much at least."""
    if min(before[1], after[1]) < FEW_RESPONSES:
        return False
    p = shares_differ(*after, *before)
    moved = after[0] / after[1] - before[0] / before[1]
    return p is not None and p < UNLIKELY and moved / difference >= 0.5


def _told(share: tuple[int, int]) -> str:
    return f"{share[0] / share[1]:.1%} of {share[1]:,}"
