"""How the tone was read: which model for which source, how well it does, and which words weigh most."""

from __future__ import annotations

from groundswell.findings import SentimentSource
from reports.digest import Digest
from reports.page.parts import sentence
from reports.wording.figures import clip, count, is_known, listed, number, shown

__all__ = ["tone_lines"]

MOST_WORDS = 8
UNRELATED = 0.75  # an AUC below which a score says little of the words beside it
SHIPPED = "the shipped model, which knows no ratings of yours"
SCALED = "the shipped model, its scale set by your ratings"
OWN = "your own model, from {ratings} read"
NOT_MEASURED = "Not measured here: there are too few ratings to compare with."


def tone_lines(digest: Digest) -> tuple[str, ...]:
    """The lines on how the comments' tone was read; none where the digest does not say."""
    read = digest.sentiment
    if read is None:
        return ()
    told = {source.source for source in read.sources}
    # Where no head was trained nothing was measured, and no source is named.
    rest = [SentimentSource(s.name, "starter", 0, None, None, None, None) for s in digest.sources if s.name not in told]
    lines = _of_sources((*read.sources, *rest))
    if read.words_negative or read.words_positive:
        lines.append(_words(read.words_negative, read.words_positive))
    texts = digest.coverage.with_text
    unscored = texts - digest.coverage.scored
    if unscored > 0:
        lines.append(f"{unscored:,} of {count(texts, 'text')} could not be scored and count in no tone.")
    return tuple(lines)


def _of_sources(sources: tuple[SentimentSource, ...]) -> list[str]:
    """One line for each source, one for all of those of which the same is to be said."""
    named: dict[str, list[str]] = {}
    for source in sources:
        named.setdefault(_about(source), []).append(clip(source.source, 60))
    return [f"{listed(names)}: {about}" for about, names in named.items()]


def _about(source: SentimentSource) -> str:
    figures, why = _figures(source), sentence(source.note) if source.note else ""
    return f"{_model(source)}. {' '.join(filter(None, (figures, why))) or NOT_MEASURED}"


def _model(source: SentimentSource) -> str:
    if source.model == "own":
        return OWN.format(ratings=count(source.ratings, "rating"))
    return SCALED if source.scaled else SHIPPED


def _figures(source: SentimentSource) -> str:
    """Precision and recall as a manager says them; "" where they were not measured."""
    precision, recall = source.precision, source.recall
    if precision is None or recall is None or not is_known(precision) or not is_known(recall):
        return ""
    on = "rated comments" if source.checked is None else count(source.checked, "rated comment")
    if source.model == "own":
        on = f"{on} that it had not learned from"
    return (
        f"Checked on {on}: of 100 that it calls negative, "
        f"{number(100 * precision)} had a low score; of 100 with a low score, it finds {number(100 * recall)}."
        f"{_unrelated(source)}"
    )


def _unrelated(source: SentimentSource) -> str:
    """What low figures mean where scores and words hardly go together: a ticket complains, its score rates the help."""
    if source.auc is None or not is_known(source.auc) or source.auc >= UNRELATED:
        return ""
    return " Here score and words have little to do with each other: trust the themes more than the tone."


def _words(negative: tuple[str, ...], positive: tuple[str, ...]) -> str:
    sides = [
        f"towards {side}: {', '.join(clip(shown(word), 30) for word in words[:MOST_WORDS])}"
        for side, words in (("unhappy", negative), ("happy", positive))
        if words
    ]
    return f"The words that weigh most {'; '.join(sides)}."
