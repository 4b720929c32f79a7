"""The responses that carry both a score and text, with the themes that each raises: what every driver is told from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.findings.themes.weeks import number_of
from analysis.scope.scores import people, score_points, scored_response
from analysis.statistics.shares import Weighted, even_weights

__all__ = ["ScoredGroup", "scored_groups"]

Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class ScoredGroup:
    """The scored responses of one source and metric whose text could be read, and their mentions.

    `answers` are their rows of FEEDBACK, one per response, as are `points` and `authors` (numbers from 0 on);
    `response`, `theme` (a number in the list that was asked for, -1 for any other and for none) and `mood` have one
    entry per mention.
    """

    source: str
    metric: str
    answers: pd.DataFrame
    points: npt.NDArray[np.float64]
    authors: Ints
    response: Ints
    theme: Ints
    mood: npt.NDArray[np.object_]

    def raising(self, mood: str, themes: int) -> Weighted:
        """Even weights over the themes that a response raises in the mood.

        A mention without a theme ("terrible app") counts only where the response has none with one, as theme number
        `themes`: it says that there is a complaint, the others say what it is about.
        """
        of_mood = self.mood == mood
        named = of_mood & (self.theme >= 0)
        has_named = np.zeros(len(self.points), dtype=bool)
        has_named[self.response[named]] = True
        taken = of_mood & (named | ~has_named[self.response])
        theme = np.where(self.theme < 0, themes, self.theme)
        return even_weights(self.points, self.authors, self.response[taken], theme[taken], themes + 1)


def scored_groups(feedback: pd.DataFrame, mentions: pd.DataFrame, themes: list[str]) -> list[ScoredGroup]:
    """One group per source and metric, in their order; responses whose texts nobody could score are left out.

    The answers of one response to several open questions share a score and are one response here.
    """
    rows = feedback[feedback["score"].notna() & (feedback["text"] != "")]
    keys, _ = pd.factorize(scored_response(rows))
    place = number_of(mentions["feedback_id"], rows["feedback_id"].tolist())
    known = (place >= 0) & (mentions["mood"] != "unscored").to_numpy()
    response = keys[place[known]]
    theme = number_of(mentions["theme_id"], themes)[known]
    mood = mentions["mood"].to_numpy(dtype=object)[known]
    read = np.zeros(int(keys.max(initial=-1)) + 1, dtype=bool)
    read[response] = True
    first = rows[~pd.Series(keys).duplicated().to_numpy()]
    first, number = first[read], np.cumsum(read) - 1
    response = number[response]
    source, sources = pd.factorize(first["source"], sort=True)
    metric, metrics = pd.factorize(first["metric"], sort=True)
    found = []
    for kind in np.unique(source * len(metrics) + metric):
        name, what = str(sources[kind // len(metrics)]), str(metrics[kind % len(metrics)])
        mine = (source == kind // len(metrics)) & (metric == kind % len(metrics))
        place_in_group = np.cumsum(mine) - 1
        inside = mine[response]
        answers = first[mine]
        said = (place_in_group[response[inside]], theme[inside], mood[inside])
        points, authors = score_points(answers).to_numpy(), pd.factorize(people(answers))[0]
        found.append(ScoredGroup(name, what, answers, points, authors, *said))
    return found
