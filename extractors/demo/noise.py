"""What happens between a thought and a database: typing errors, emoji, lost punctuation, escaped HTML."""

from __future__ import annotations

import html
import re
from random import Random

__all__ = ["add_emoji", "escape_html", "mistype", "shout"]

_EMOJI = {
    "pain": ("😡", "👎", "😞", "🤬", "😤", "🙄"),
    "praise": ("👍", "😊", "❤️", "🎉", "😍", "👌"),
    "wish": ("🙏", "😉", "🤔"),
    "neutral": ("🙂", "🙏"),
}
_KEYS = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "y", "s": "d", "r": "t", "l": "k", "c": "v"}
_WORD = re.compile(r"[a-z]{5,}")


def mistype(text: str, source: str, rng: Random) -> str:
    """The text as a hurried person types it; most texts come back unchanged."""
    hurry = {"survey": 0.8, "review": 1.2, "ticket": 0.9}[source]
    if rng.random() < 0.10 * hurry:
        for _ in range(rng.choice((1, 1, 2, 3))):
            text = _slip(text, rng)
    if rng.random() < 0.06 * hurry:
        text = text.replace("'", "")
    if rng.random() < 0.10 * hurry:
        text = text.lower()
    if rng.random() < 0.10 * hurry:
        text = text.rstrip(".!")
    if rng.random() < 0.04 * hurry:
        text = re.sub(r"\. (?=\w)", " ", text).rstrip(".")
    if rng.random() < 0.03:
        text = text.replace(", ", ",").replace(". ", ".  ")
    return text


def shout(text: str, rng: Random) -> str:
    """An angry text: exclamation marks, or a word or all of it in capitals."""
    way = rng.random()
    if way < 0.45:
        return re.sub(r"\.$", rng.choice(("!", "!!", "!!!")), text)
    if way < 0.6:
        return text.upper()
    return _stress(text, rng)


def add_emoji(text: str, tone: str, rng: Random) -> str:
    """The text with one to three emoji of its tone behind it."""
    return f"{text} {rng.choice(_EMOJI[tone]) * rng.choice((1, 1, 1, 2, 3))}"


def escape_html(text: str) -> str:
    """The text as a careless export leaves it: `&amp;`, `&#39;`, `<br>`."""
    return html.escape(text).replace("&#x27;", "&#39;").replace(". ", ".<br>", 1)


def _stress(text: str, rng: Random) -> str:
    stressed = re.findall(r"\b(?:never|nobody|again|still|every|nothing|always|twice|ages|hours)\b", text)
    if not stressed:
        return text
    word = rng.choice(stressed)
    return re.sub(rf"\b{word}\b", word.upper(), text, count=1)


def _slip(text: str, rng: Random) -> str:
    """One word with two letters swapped, one lost, one doubled or one from the neighbouring key."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    letter, after = text[at], text[at + 1]
    new = rng.choice((after + letter, after, letter * 2 + after, _KEYS.get(letter, letter) + after))
    return text[:at] + new + text[at + 2 :]
