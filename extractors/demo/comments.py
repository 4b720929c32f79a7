"""One comment: sentences of one to three themes, joined as people join them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from extractors.demo.company import THEMES
from extractors.demo.patterns import Pattern, fill, patterns_for
from extractors.demo.slots import Facts, slot_filler

__all__ = ["Comment", "compose", "compose_title", "mood"]

_REGISTERS = {
    "survey": (("plain", 46), ("short", 22), ("telegraphic", 12), ("long", 8), ("angry", 6), ("polite", 6)),
    "review": (("plain", 36), ("short", 30), ("telegraphic", 14), ("long", 6), ("angry", 12), ("polite", 2)),
    "ticket": (("plain", 40), ("short", 10), ("telegraphic", 6), ("long", 14), ("angry", 10), ("polite", 20)),
}
_TURN = {
    ("pain", "praise"): (". That said, ", ", but ", ". On the plus side, ", "; at least ", ". However, "),
    ("praise", "pain"): (", but ", ". But ", ". However, ", ". Unfortunately ", ". Sadly ", " - but "),
    ("pain", "pain"): (". ", ". Also, ", ", and ", ". On top of that, ", ". And ", ". ", "; "),
    ("praise", "praise"): (". ", ". Also, ", ", and ", ". And ", ". ", "; "),
}
_TO_WISH = (". ", ". ", ". One suggestion: ", ". Also, ", ". One more thing: ")
_OPENERS = ("Hi, ", "Hello, ", "Hi there, ", "Dear Lumbrook team, ", "Good morning, ", "Hello Lumbrook, ")
# Words that begin a request: they cannot follow "but" or "however".
_REQUESTS = ("please", "can ", "could ", "let ")
_CAPITAL = re.compile(r"^(I\b|I'|Lumbrook|Matter)")
_TELEGRAPHIC = (
    (re.compile(r"^(the|my) (?=\w)"), ""),
    (re.compile(r"^I('ve| have) been "), "been "),
    (re.compile(r"^(I am|we are|I'm) (?=still|waiting|locked|thinking|interested|saving)"), ""),
    (re.compile(r"^I had to "), "had to "),
    (re.compile(r"^I (?!am|have|had|do|did|would|'|wish|felt|will)(?=\w)"), ""),
    (re.compile(r"^(it|there) (is|was) "), ""),
)


@dataclass(frozen=True, slots=True)
class Comment:
    """What was written, before typing errors; `closed` says that it ends with a full stop or the like."""

    text: str
    register: str
    tone: str


def mood(themes: Sequence[str]) -> str:
    """The tone of the first theme that has one: pain, praise, wish or neutral."""
    return THEMES[themes[0]].tone


def compose(
    themes: Sequence[str], source: str, facts: Facts, rng: Random, *, language: str = "en", register: str = ""
) -> Comment:
    """A comment about the given themes, the first one first; raises IndexError when a theme has no pattern."""
    if not register:
        names, weights = zip(*_REGISTERS[source], strict=True)
        register = rng.choices(names, weights)[0]
    text, previous = "", None
    for theme in themes:
        for sentence, pattern in _sentences(theme, source, facts, rng, language, register, leads=not text):
            text = _join(text, previous, sentence, pattern, register, rng)
            previous = pattern
    tone = mood(themes)
    if language == "en":
        text = _dress(text, source, tone, register, facts, rng)
    return Comment(_close(text), register, tone)


def compose_title(themes: Sequence[str], tone: str, facts: Facts, rng: Random) -> str:
    """The headline of a review about the first theme; a general one where the theme has none."""
    patterns = patterns_for(themes[0], "review", ("title",)) if themes else ()
    if patterns and rng.random() < 0.8:
        return fill(rng.choice(patterns).text, rng, slot_filler(rng, facts))
    general = {
        "pain": ("Disappointed", "Not happy", "Used to be better", "One star", "Needs work", "Frustrating"),
        "praise": ("Great", "Very happy", "Recommended", "Love it", "Excellent", "Five stars"),
        "wish": ("Nearly perfect", "Good, could be better", "A suggestion", "Almost there"),
        "neutral": ("A question", "Hello", "Review", "Thoughts"),
    }
    return rng.choice(general[tone])


def _sentences(
    theme: str, source: str, facts: Facts, rng: Random, language: str, register: str, *, leads: bool
) -> list[tuple[str, Pattern]]:
    """One sentence of the theme, in long comments often with the one that belongs to it."""
    slot = slot_filler(rng, facts)
    first = _usable(patterns_for(theme, source, ("main", "alone"), language), facts)
    chosen = [rng.choice(first)]
    follow = [p for p in patterns_for(theme, source, ("more",), language) if p.follows(chosen[0])]
    odds = {"long": 0.85, "short": 0.06, "angry": 0.4}.get(register, 0.24)
    if follow and rng.random() < odds:
        chosen.append(rng.choice(follow))
    out = []
    for pattern in chosen:
        sentence = fill(pattern.text, rng, slot)
        if register == "telegraphic" and pattern.shape == "main":
            sentence = _shorten(sentence)
        elif pattern.shape == "main" and language == "en":
            sentence = _flavour(sentence, theme, rng, lead=leads)
        out.append((sentence, pattern))
    return out


def _flavour(sentence: str, theme: str, rng: Random, *, lead: bool) -> str:
    """Now and then a few words before or behind the sentence, as people ramble."""
    tone, chance = THEMES[theme].tone, rng.random()
    if tone == "neutral" or chance > 0.42 or (chance < 0.14 and not lead):
        return sentence
    phrases = patterns_for(f"~{'lead' if chance < 0.14 else 'trail'}_{tone}", "review", ("phrase",))
    phrase = fill(rng.choice(phrases).text, rng, str)
    if chance >= 0.14:
        return sentence if sentence[-1] in ".?!" or len(sentence) > 90 else sentence + phrase
    return sentence if sentence.lower().startswith(_REQUESTS) and tone != "wish" else f"{phrase} {_lower(sentence)}"


def _usable(patterns: tuple[Pattern, ...], facts: Facts) -> list[Pattern]:
    """Those that do not ask for a fact which this record lacks."""
    return [
        pattern
        for pattern in patterns
        if ("{agent}" not in pattern.text or facts.agent) and ("{version}" not in pattern.text or facts.version)
    ]


def _shorten(sentence: str) -> str:
    for expression, replacement in _TELEGRAPHIC:
        shorter = expression.sub(replacement, sentence)
        if shorter != sentence:
            return shorter
    return sentence


def _join(text: str, previous: Pattern | None, sentence: str, pattern: Pattern, register: str, rng: Random) -> str:
    if previous is None:
        return _upper(sentence)
    joins = pattern.shape == "main" and pattern.theme != previous.theme and pattern.language == "en"
    glue = ". "
    if joins and not (previous.shape == "alone" and len(text) < 40):
        glue = _connector(previous, sentence, pattern, rng)
        if register in ("telegraphic", "short") and len(glue) > 6:
            glue = ". "
    if text[-1] in ".?!" or (glue[0] != "." and (len(text) > 110 or previous.shape != "main")):
        glue = glue if glue.startswith(". ") else ". "
        if text[-1] in ".?!":
            glue = glue.removeprefix(".")
    starts = glue in (". ", " ")
    return text + glue + (_upper(sentence) if starts else _lower(sentence))


def _connector(previous: Pattern, sentence: str, pattern: Pattern, rng: Random) -> str:
    before, after = THEMES[previous.theme].tone, THEMES[pattern.theme].tone
    request = sentence.lower().startswith(_REQUESTS)
    if after == "wish":
        return rng.choice(_TO_WISH[:3] if request else _TO_WISH)
    if "neutral" in (before, after):
        return ". " if request else rng.choice((". ", ". ", ". Also, ", ". By the way, "))
    glues = _TURN.get((before, after), (". ", ". Otherwise ", ", but ") if after == "praise" else (". ", ". Also, "))
    return ". " if request else rng.choice(glues)


def _dress(text: str, source: str, tone: str, register: str, facts: Facts, rng: Random) -> str:
    """Openers, background and closing words around the sentences."""
    if register in ("long", "polite") and rng.random() < 0.2:
        text = f"{_tail('~loyal', source, facts, rng)}. {text}"
    if source == "ticket" and rng.random() < (0.5 if register == "polite" else 0.2):
        text = rng.choice(_OPENERS) + _lower(text)
    closing = ""
    if register == "angry" and tone == "pain":
        closing = "~angry"
    elif source == "ticket" and tone == "pain" and rng.random() < 0.13:
        closing = "~plea"
    elif register == "polite" and tone != "praise":
        closing = "~polite"
    elif tone == "praise" and rng.random() < 0.18:
        closing = "~glad"
    elif tone == "pain" and rng.random() < 0.05:
        closing = "~angry"
    return f"{_close(text)} {_tail(closing, source, facts, rng)}" if closing else text


def _tail(theme: str, source: str, facts: Facts, rng: Random) -> str:
    return fill(rng.choice(patterns_for(theme, source, ("tail",))).text, rng, slot_filler(rng, facts))


def escalation(facts: Facts, rng: Random) -> str:
    """A sentence that threatens to leave, to sue, or asks for a manager."""
    return _close(_tail("~escalation", "ticket", facts, rng))


def _close(text: str) -> str:
    return text if text[-1] in ".?!।" or not text[-1].isalnum() else text + "."


def _upper(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _lower(sentence: str) -> str:
    return sentence if _CAPITAL.match(sentence) else sentence[0].lower() + sentence[1:]
