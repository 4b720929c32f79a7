"""How the tone was read: which model for which source, how well it does, and which words weigh most."""

from __future__ import annotations

from groundswell.findings import SentimentSource
from reports.digest import Digest
from reports.figures import clip, count, is_known, listed, number, shown
from reports.page import sentence

__all__ = ["tone_lines"]

MOST_WORDS = 8
MODELS = {
    "starter": "the starter model, which knows no ratings of yours",
    "own": "a model of its own, learned from {ratings}",
}
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
    model = MODELS[source.model].format(ratings=count(source.ratings, "rating"))
    figures = _figures(source)
    if not figures:
        return f"{model}. {sentence(source.note) if source.note else NOT_MEASURED}"
    # Where the starter was measured a model of the source's own was tried against it.
    other = " A model of its own was not surely better." if source.model == "starter" else ""
    return f"{model}. {figures}{other}"


def _figures(source: SentimentSource) -> str:
    """Precision and recall as a manager says them; "" where they were not measured."""
    precision, recall = source.precision, source.recall
    if precision is None or recall is None or not is_known(precision) or not is_known(recall):
        return ""
    on = "comments that it had not learned from" if source.model == "own" else count(source.ratings, "rated comment")
    return (
        f"Checked on {on}: of 100 that it calls negative, "
        f"{number(100 * precision)} had a low score; of 100 with a low score, it finds {number(100 * recall)}."
    )


def _words(negative: tuple[str, ...], positive: tuple[str, ...]) -> str:
    sides = [
        f"towards {side}: {', '.join(clip(shown(word), 30) for word in words[:MOST_WORDS])}"
        for side, words in (("unhappy", negative), ("happy", positive))
        if words
    ]
    return f"The words that weigh most {'; '.join(sides)}."
