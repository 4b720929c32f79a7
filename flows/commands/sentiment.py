"""`groundswell sentiment show`: which model reads the tone of each source, how well, and what it listens for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.commands.columns import Column, fitted, terminal_width, wrapped
from flows.commands.themes import Place, day, number, place_of, through
from flows.head_card import CardSource, Figures, read_card
from groundswell.errors import ConfigError
from groundswell.settings import load_settings, settings_path
from groundswell.settings_sentiment import SentimentSettings
from groundswell.storage import SentimentHead, StoredHead

__all__ = ["head_lines", "show_lines", "train_lines"]

WORDS = 12  # of each side
UNDATED = datetime.min.replace(tzinfo=UTC)
LEGEND = (
    "found: of the unhappy ratings, those it hears; right: of those it hears as unhappy, those that are; "
    "in brackets: the other model on the same ratings"
)


def show_lines(store: str | None, settings: Path | None) -> Iterator[str]:
    """What read the store's analysis, then what was trained since."""
    place, width = place_of(store, settings), terminal_width()
    if not place.is_there:
        yield place.missing
        return
    with place.open() as opened:
        state, heads = opened.analysis_state(), opened.heads()
    if state is None:
        yield "nothing is read yet: `groundswell run` does it (`groundswell analyse` with what is stored already)"
        return
    yield from wrapped(f"the tone is read by {state.models.get('sentiment', 'an older version')}", width)
    rules = _rules(store, settings)
    used = next((one for one in heads if one.number == state.head), None)
    if used is None:
        yield from wrapped(_alone(rules), width)
    else:
        yield from head_lines(used.head, place, width)
    for line in _what_comes(used, heads, rules, place):
        yield from wrapped(line, width)


def train_lines(settings: Path | None, as_of: datetime | None) -> Iterator[str]:
    """Trains the project's own model, whether it is due or not, and shows it.

    Raises ConfigError where the settings want none, AlreadyRunning where an analysis is at work.
    """
    from flows.launch import prepare_prefect
    from flows.project import open_project

    project = open_project(settings)
    if not project.settings.sentiment.own_head:
        raise ConfigError(f"{project.path.name}: sentiment.own_head is false; set it to true to train your own model")
    prepare_prefect()  # before it is imported
    from flows.train import train_project

    place, width = Place(project.store, project.zone), terminal_width()
    trained, is_new = train_project(project, None if as_of is None else as_of.date())
    yield from head_lines(trained.head, place, width)
    with place.open() as opened:
        following = _following(opened.heads())
    if not is_new:
        end = "it is the one that was trained before: the same ratings give the same model"
    elif following is not None and following.number == trained.number:
        end = "it reads from the next analysis on (`groundswell run`); published digests stay as they are"
    else:
        end = "a model of a later moment is at hand already: only analyses of weeks before that read with this one"
    yield from wrapped(end, width)


def head_lines(head: SentimentHead, place: Place, width: int) -> Iterator[str]:
    """One head whole: when and on what it was trained, a line for each source with the reason, the words."""
    card = read_card(head.card)
    if not card.sources:
        said = f"there were no ratings to learn from {through(head.as_of, place)}: the shipped model reads all"
        yield from wrapped(said, width)
        return
    yield from wrapped(
        f"your own model {head.version}, trained on {day(head.made_at, place)} from what was known "
        f"{through(head.as_of, place)}, reads {_named(card.in_use)}",
        width,
    )
    yield ""
    lines, left_out = fitted(_columns(card.sources), width)
    yield from lines
    if left_out:
        yield from wrapped(f"(no room for: {', '.join(left_out)})", width)
    if any(one.starter is not None for one in card.sources):
        yield from wrapped(LEGEND, width)
    for one in card.sources:
        if one.reason:
            yield from wrapped(f"{one.source}: {one.reason}", width, "  ")
    yield ""
    for title, words in (("heard as unhappy", card.heaviest(-1)), ("heard as happy", card.heaviest(1))):
        if words:
            yield from wrapped(f"{title}: {', '.join(words[:WORDS])}", width)


def _columns(sources: Sequence[CardSource]) -> list[Column]:
    return [
        Column("source", [one.source for one in sources], flexible=True, least=12, most=40),
        Column("read by", ["your own" if one.in_use else "shipped" for one in sources]),
        Column("ratings", [f"{one.ratings:,}" for one in sources], right=True),
        Column("unhappy", [f"{one.negatives:,}" for one in sources], need=3, right=True),
        Column("found", [_beside(one, "recall") for one in sources], need=1, right=True),
        Column("right", [_beside(one, "precision") for one in sources], need=1, right=True),
        Column("order (AUC)", [_beside(one, "auc") for one in sources], need=2, right=True),
        Column("off by (ECE)", [_beside(one, "ece") for one in sources], need=4, right=True),
    ]


def _beside(one: CardSource, name: str) -> str:
    """The figure of the model that reads the source, and in brackets that of the other."""
    here, other = (one.own, one.starter) if one.in_use else (one.starter, one.own)
    known, beside = _figure(here, name), _figure(other, name)
    return f"{known} ({beside})" if known and beside else known


def _figure(figures: Figures | None, name: str) -> str:
    value = None if figures is None else getattr(figures, name)
    if value is None:
        return ""
    return f"{value:.0%}" if name in ("recall", "precision") else f"{value:.2f}"


def _named(sources: Sequence[str]) -> str:
    return ", ".join(sources) if sources else "no source: the shipped one reads them all"


def _rules(store: str | None, settings: Path | None) -> SentimentSettings | None:
    """[sentiment] of the settings that hold for the store; None where there are none."""
    if settings is None and (store is not None or not settings_path().exists()):
        return None
    return load_settings(settings).sentiment


def _alone(rules: SentimentSettings | None) -> str:
    if rules is not None and not rules.own_head:
        return "the shipped model alone: own_head is off in [sentiment] of the settings"
    return "the shipped model alone: your own model had no part in this analysis; `groundswell analyse` makes another"


def _what_comes(
    used: StoredHead | None, heads: Sequence[StoredHead], rules: SentimentSettings | None, place: Place
) -> Iterator[str]:
    """Which head the next analysis reads with, where it is another one than now, and when one is trained anew."""
    if not heads or (rules is not None and not rules.own_head):
        if used is not None:
            yield "own_head is off now in [sentiment] of the settings: the next analysis does without it"
        return
    following = _following(heads)
    if following is None:
        yield (
            "an update has brought another shipped model, which none of yours was trained beside: the next analysis "
            "trains your own model anew"
        )
        return
    if used is None or following.number != used.number:
        yield (
            f"{following.head.version}, trained on {day(following.head.made_at, place)} from what was known "
            f"{through(following.head.as_of, place)}, reads from the next analysis on"
        )
    yield _next_training(following.head, rules or SentimentSettings(), place)


def _following(heads: Sequence[StoredHead]) -> StoredHead | None:
    """The head that the next analysis finds unless it trains one: the newest of the latest moment, of those that were
    trained beside the shipped model of today."""
    from flows.sentiment import starter_name

    today = starter_name()
    fitting = (one for one in heads if one.head.starter == today)
    return max(fitting, key=lambda one: (one.head.as_of or UNDATED, one.number), default=None)


def _next_training(head: SentimentHead, rules: SentimentSettings, place: Place) -> str:
    if head.as_of is None:
        return "it is trained anew whenever there is more feedback"
    return (
        f"it is trained anew by the first analysis from {day(head.as_of + timedelta(weeks=rules.retrain_weeks), place)}"
        f" on (every {number(rules.retrain_weeks, 'week')}); `groundswell sentiment train` does it now"
    )
