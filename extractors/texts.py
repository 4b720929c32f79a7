"""Which columns hold what customers wrote, and which of them belong to one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractors.choices import Choice
from extractors.mapping import Question
from extractors.profile import ColumnProfile
from extractors.vocabulary import means, segment_of, words_of

__all__ = ["choose_questions"]

SMALL = 20  # below so many rows, repetition says nothing


def choose_questions(
    profiles: Mapping[str, ColumnProfile], asked: Sequence[str], taken: frozenset[str]
) -> tuple[tuple[Question, ...], list[Choice]]:
    """The questions in the file's order; titles go before the next body. Empty where nothing looks like free text."""
    if asked:
        questions = _joined(list(asked))
        return questions, [Choice("text", question.columns, "--text") for question in questions]
    eligible = [profile for profile in profiles.values() if profile.name not in taken and _may_be_text(profile)]
    named = [profile for profile in eligible if _is_named(profile)]
    if any(profile.mean_words >= 3 for profile in named):
        # Beside real text, a column of single words holds labels ("timely response": yes, no).
        named = [p for p in named if p.mean_words >= 1.2 or p.distinct_share >= 0.3 and p.rows >= SMALL or _is_title(p)]
    if any(not means(profile.name, "title_last") for profile in named):
        asked_for = [profile for profile in eligible if _is_question(profile) and _is_prose(profile)]
        chosen = [profile for profile in eligible if profile in named or profile in asked_for]
    else:
        prose = [profile for profile in eligible if _is_prose(profile) and profile not in named]
        longest = max(prose, key=lambda profile: profile.mean_words, default=None)
        chosen = [profile for profile in eligible if profile in named or profile is longest]
    # Better a column of few different words under a telling name than nothing.
    chosen = chosen or [p for p in eligible if means(p.name, "body") and not segment_of(p.name)]
    chosen = _without_copies([p for p in chosen if not means(p.name, "derived")] or chosen)
    questions = _joined([profile.name for profile in chosen])
    return questions, [_reason(question, profiles, len(questions)) for question in questions]


def _may_be_text(profile: ColumnProfile) -> bool:
    if profile.filled == 0 or profile.is_number or profile.is_date or profile.is_code:
        return False
    if means(profile.name, "date") and profile.mean_words <= 6 and profile.digit_share > 0.9:
        return False  # a time in a form that we do not read
    by_customer = words_of(profile.name).split()[:1] in (["customer"], ["user"], ["client"])
    if means(profile.name, "agent_text") and not by_customer:
        return False
    return profile.mean_words > 6 or not means(profile.name, "person")


def _is_named(profile: ColumnProfile) -> bool:
    """A name of free text, and values that do not repeat as labels do."""
    name = profile.name
    if not (means(name, "body") or means(name, "title")):
        return False
    if means(name, "title") and means(name, "thing_title"):
        return False
    if profile.rows < SMALL:
        return segment_of(name) is None or profile.mean_words > 3
    if segment_of(name) and profile.distinct_share < 0.3:
        return False
    return profile.distinct_share >= 0.05 and (profile.mean_words >= 1.2 or profile.distinct_share >= 0.3)


def _is_title(profile: ColumnProfile) -> bool:
    return means(profile.name, "title_last")


def _is_prose(profile: ColumnProfile) -> bool:
    return profile.mean_words >= 4 and (profile.rows < SMALL or profile.distinct_share > 0.5)


def _is_question(profile: ColumnProfile) -> bool:
    return profile.name.rstrip().endswith("?") or len(words_of(profile.name).split()) >= 5


def _without_copies(profiles: list[ColumnProfile]) -> list[ColumnProfile]:
    """Leaves out a column that says the same as an earlier one (a tidied copy of it)."""
    kept: list[ColumnProfile] = []
    for profile in profiles:
        words = {_letters(value) for value in profile.values}
        copies = (len(words & {_letters(v) for v in other.values}) > 0.8 * len(words) for other in kept)
        if profile.rows < SMALL or not any(copies):
            kept.append(profile)
    return kept


def _letters(value: str) -> str:
    return "".join(char for char in value.lower() if char.isalpha())[:80]


def _joined(columns: list[str]) -> tuple[Question, ...]:
    """Titles join the first body after them, else the last one before; every other body is a question of its own."""
    titles = [column for column in columns if means(column, "title_last")]
    bodies = [column for column in columns if column not in titles]
    if not bodies:
        return (Question(tuple(titles)),) if titles else ()
    return (Question((*titles, bodies[0])), *(Question((body,)) for body in bodies[1:]))


def _reason(question: Question, profiles: Mapping[str, ColumnProfile], n_questions: int) -> Choice:
    body = profiles[question.columns[-1]]
    named = "its name says so" if _is_named(body) else "the longest free text"
    why = f"{named}; {body.filled / max(1, body.rows):.0%} filled, {body.mean_words:.0f} words on average"
    if len(question.columns) > 1:
        why += "; title and body are joined by a line break"
    if n_questions > 1:
        why += f"; one of {n_questions} open questions, each gives a feedback of its own"
    return Choice("text", question.columns, why)
