"""Signals: what a clause asks for, threatens or tells, beyond whether it is meant kindly.

Judged on the clause alone; several may hold at once; a missing subject is the writer ("Uninstalling.").

escalation  The matter goes, has gone or is threatened to go beyond the usual contact: manager, head office, formal
            complaint, lawyer, court, police, regulator, app store, press, public exposure; the writer disputes a charge
            or reports fraud. Not: being told to dispute, a fraud or ordinary complaint alone, praise of who it went to.
churn       The writer or the family leaves, has left, wants to, may ("or else I cancel") or cannot get out of what
            lasts (subscription, membership, contract, account, card, app, the company): cancels, closes, uninstalls
            for good, looks elsewhere, never buys again. Not: an order, visit, delivery, payment or request cancelled
            by whomever, cancelling to order anew, the company cancels, uninstalling to install again, advice.
request     Asks the company to do, change, add, mend or refund something, or says that it should be otherwise. Not: a
            plain complaint, a question that only wants to know, advice to buyers, a wish about one's own past.
praise      Says in words that something or somebody of the company is good, liked, quick, easy, recommended, or thanks
            for something done; "good, but" too. Not: negated, hypothetical, lost, of a competitor, bare "ok".
effort      Had to do the same again or spend undue work or time of one's own: repeated calls or tries, chasing, on
            hold, passed on, retyping, installing again. Not: a mere delay, one contact, what the company repeats.
urgency     Needed now: asks for haste, has a deadline, or was left without what one cannot do without (money, food,
            medicine, phone, internet). Not: speed praised or thanked for, "as soon as I opened it", a promise;
            a mere "asap" only where something is asked for.

The phrases are data: `data/signal_phrases.tsv`, regular expressions with examples. English only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from analysis.text.wordlists import data_hash, read_rows

__all__ = ["LANGUAGE", "METHOD", "SIGNALS", "find_signals", "phrases", "signal_text"]

SIGNALS = ("escalation", "churn", "request", "praise", "effort", "urgency")
LANGUAGE = "en"  # of the phrases
PHRASES = "signal_phrases.tsv"
METHOD = f"signals-{data_hash(PHRASES)}"

_TAKES_BACK = "no-"
_BESIDE = "+"  # "urgency+request": finds urgency in a clause that has a request
_KEY = 4  # characters of a word that a key of the list has
_MAX_CHARACTERS = 2000
_APOSTROPHE = re.compile("(?<=[a-z])['\u2019\u2018\u00b4\u02bc\ufffd`](?=[a-z])")
_TOKENISED = re.compile(r"(?<=[a-z]) n't\b")
_SPACE = re.compile(r"\s+")
_HANDLES = re.compile(r"^(?:@\w+ )+")
_WORD = re.compile(r"[a-z0-9]+")
_MACRO = re.compile(r"\{([a-z]+)\}")

Span = tuple[int, int]


@dataclass(frozen=True)
class Phrase:
    """One row of the list: `takes_back` phrases undo a find of their signal that they overlap.

    `beside` names the signal, earlier in `SIGNALS`, without which the row finds nothing; "" for none.
    """

    signal: str
    beside: str
    takes_back: bool
    keys: tuple[str, ...]
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]


@dataclass(frozen=True)
class _Rows:
    """Phrases by signal, and the numbers of those that can be in a text with a word that begins with a key."""

    phrases: tuple[Phrase, ...]
    by_key: dict[str, tuple[int, ...]]
    always: frozenset[int]  # those without keys

    def candidates(self, words: list[str]) -> list[Phrase]:
        """The phrases that can be among the words, in the order of their signals."""
        numbers = set(self.always)
        for word in words:
            numbers.update(self.by_key.get(word[:_KEY], ()))
        return [self.phrases[number] for number in sorted(numbers)]


def find_signals(texts: Sequence[str], languages: Sequence[str], labels: Sequence[str] | None = None) -> list[str]:
    """The signals of each clause in the order of `SIGNALS` with spaces between, "" for none and where not English.

    `labels` are the clauses' sentiment labels, if there are any: a negative clause praises nothing. Raises ValueError
    when the lengths differ.
    """
    if len(texts) != len(languages) or (labels is not None and len(labels) != len(texts)):
        raise ValueError(f"{len(texts)} texts, {len(languages)} languages, {len(labels or ())} labels")
    seen: dict[str, str] = {}
    found = []
    for text, language in zip(texts, languages, strict=True):
        if language != LANGUAGE:
            found.append("")
            continue
        if text not in seen:
            seen[text] = _signals_of(signal_text(text))
        found.append(seen[text])
    if labels is None:
        return found
    return [_unpraised(names) if label == "negative" else names for names, label in zip(found, labels, strict=True)]


def signal_text(text: str) -> str:
    """The text as the phrases are written: lower case, no apostrophes, single spaces, no handles before it."""
    lower = _TOKENISED.sub("nt", text[:_MAX_CHARACTERS].lower())
    return _HANDLES.sub("", _SPACE.sub(" ", _APOSTROPHE.sub("", lower)).strip())


@cache
def phrases() -> tuple[Phrase, ...]:
    """The rows of the list, {macros} expanded; ValueError names the row whose expression is broken."""
    macros: dict[str, str] = {}
    rows = []
    for name, keys, pattern, examples, counter_examples in (_padded(row) for row in read_rows(PHRASES)):
        expanded = _MACRO.sub(lambda match: macros[match.group(1)], pattern)
        if name.startswith("@"):
            macros[name[1:]] = expanded
            continue
        signal, _, beside = name.removeprefix(_TAKES_BACK).partition(_BESIDE)
        try:
            compiled = re.compile(rf"(?<!\w)(?:{expanded})(?!\w)")
        except re.error as error:
            raise ValueError(f"{PHRASES}: {name} {pattern[:40]}: {error}") from error
        told = (_parts(examples), _parts(counter_examples))
        rows.append(Phrase(signal, beside, name.startswith(_TAKES_BACK), tuple(keys.split()), compiled, *told))
    return tuple(rows)


@cache
def _rows(takes_back: bool) -> _Rows:
    """The phrases that find, or those that take back."""
    rows = sorted(
        (phrase for phrase in phrases() if phrase.takes_back is takes_back),
        key=lambda phrase: SIGNALS.index(phrase.signal),
    )
    by_key: dict[str, list[int]] = {}
    for number, phrase in enumerate(rows):
        for key in phrase.keys:
            by_key.setdefault(key, []).append(number)
    always = frozenset(number for number, phrase in enumerate(rows) if not phrase.keys)
    return _Rows(tuple(rows), {key: tuple(numbers) for key, numbers in by_key.items()}, always)


def _signals_of(text: str) -> str:
    """The names of the signals of a prepared text, joined."""
    words = _WORD.findall(text)
    found: list[str] = []
    taking: list[Phrase] | None = None
    gone: dict[str, list[Span]] = {}
    for phrase in _rows(False).candidates(words):
        signal = phrase.signal
        if (found and found[-1] == signal) or (phrase.beside and phrase.beside not in found):
            continue
        for match in phrase.pattern.finditer(text):
            if taking is None:
                taking = _rows(True).candidates(words)
            if signal not in gone:
                patterns = [other.pattern for other in taking if other.signal == signal]
                gone[signal] = [taken.span() for pattern in patterns for taken in pattern.finditer(text)]
            if not _overlaps(match.span(), gone[signal]):
                found.append(signal)
                break
    return " ".join(found)


def _overlaps(span: Span, others: list[Span]) -> bool:
    """Whether one of the other spans shares a character with the span."""
    return any(span[0] < end and start < span[1] for start, end in others)


def _unpraised(names: str) -> str:
    """The names without praise."""
    return " ".join(name for name in names.split() if name != "praise")


def _padded(row: tuple[str, ...]) -> tuple[str, str, str, str, str]:
    """The row's five cells, empty where the line ends early; ValueError when there are more."""
    name, keys, pattern, examples, counter_examples = (*row, *[""] * (5 - len(row)))
    return name, keys, pattern, examples, counter_examples


def _parts(cell: str) -> tuple[str, ...]:
    """The examples of a cell."""
    return tuple(part for part in cell.split("|") if part.strip())
