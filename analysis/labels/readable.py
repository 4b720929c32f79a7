"""How well two to five words read alone: by their grammar, by their edges and by what they say."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from analysis.labels.grammar import shape
from analysis.labels.meaning import GENERIC, LIGHT, NEGATIONS, PRAISE, STOP_WORDS, content_stems, listed
from analysis.text.word_classes import word_class

__all__ = ["DETERMINERS", "may_begin", "may_end", "may_follow", "weight_of"]

_LEADING, _PHRASAL, _CLOSING, _ENDING = map(listed, ("leading", "phrasal", "closing", "ending"))
_LIGHT_NOUNS, _OPEN, _PASSIVE = map(listed, ("light_noun", "open", "passive"))
_PLEADING, _TELLS_ABOUT, _DONE = map(listed, ("pleading", "about", "done"))
_VAGUE, _ANONYMOUS, _ORDINAL = map(listed, ("vague", "anonymous", "ordinal"))
DETERMINERS = frozenset("a an the my our your his her their this that for any every each no".split())
_BEFORE_PARTICIPLE = frozenset("is are was were isnt arent wasnt werent be been being not never got get".split())
_TO_NOUNS = frozenset(
    "way ways ability option options time place opportunity chance attempt feature right unable".split()
)
_WITH_WHOM = frozenset("spoke spoken dealt".split())
_SPLIT = frozenset("turn turns turned turning".split())
_LESS_LIGHT = frozenset("get make take give".split())
_BEFORE_PRAISE = frozenset("is are was were isnt arent wasnt werent and".split())
_HAVE = frozenset("have has had havent hasnt hadnt".split())
# Verbs without an object.
_ALONE = frozenset("work works worked working crash crashes crashed crashing arrive arrives arrived arriving".split())
_ONE_PERSON = frozenset("her his".split())
_LESS_PRAISE = 0.55  # what is left of the score of a phrase that begins with praise or blame
_EMPTY = 0.02  # and of one that names nothing, "best app", for a theme that names nothing
_VAGUELY = 0.01  # and of one that could be said of anything, "customer issue"
_LESS_ANONYMOUS = 0.01  # and of one that begins with what stands for a name
_LESS_ALONE = 0.5  # and of one with a single word that leaves open what it is about
_EVERYTHING = frozenset("app application".split())
_LESS_TOLD = 0.3  # and of one that only says that something was done
_LESS_START = 0.8  # and of one that begins with a verb that says little
# After a phrase that is complete comes its end, or one of these.
_AFTER = frozenset(
    "and but or so because cause when while if after since until till before then for in on at with from as due even "
    "again is was are were has have had isnt wasnt though although despite except without by than which who i they "
    "we it she he this please pls anymore now yet which that where very".split()
)
_PREDICATE = frozenset("BbDHMUXZnv")


def weight_of(words: tuple[str, ...], class_of: Callable[[str], str] = word_class) -> float:
    """How well the words, bare, read alone: 0 for a fragment, up to 1. `class_of` tells what a word may be."""
    if not _ends_whole(words) or (words[0] in NEGATIONS and words[1] in PRAISE):
        return 0.0
    content = content_stems(words)
    if len(set(content)) < len(content) or (len(content) == 1 and not _says_enough(words)):
        return 0.0
    if any(left.isdigit() and right.isdigit() for left, right in pairwise(words)):
        return 0.0
    if not content and not PRAISE.intersection(words):
        return 0.0
    classes = tuple(map(class_of, words))
    found = shape(classes)
    if found is None or any(left in _ALONE and right in DETERMINERS for left, right in pairwise(words)):
        # "not working (on) my phone"
        return 0.0
    if found[0] in ("noun", "denied", "clause") and _hangs_on_verb(words, classes):
        return 0.0
    if not content:
        return found[1] * _EMPTY
    if words[-1] in _SPLIT or (words[0] in _SPLIT and (len(words) == 2 or _CLOSING.isdisjoint(words))):
        # "turn my lights (off)", "turn off (my lights)", "use it to turn (on)"
        return 0.0
    if words[0] in _LIGHT_NOUNS and not {"I", "U"}.intersection(classes[1]):
        # "(one) time chores"
        return 0.0
    return found[1] * _substance(words, classes)


def _substance(words: tuple[str, ...], classes: tuple[str, ...]) -> float:
    """How much a whole phrase says, up to 1."""
    says = 1.0
    telling = [word for word in words if word not in STOP_WORDS and word not in GENERIC and word not in NEGATIONS]
    if _VAGUE.issuperset(telling):
        says *= _VAGUELY
    if words[0] in _ANONYMOUS:
        says *= _LESS_ANONYMOUS
    first, pair = words[0], len(words) == 2
    if (len(telling) == 1 and ((first in LIGHT and pair) or (first == "still" and classes[-1] == "G"))) or (
        first in _VAGUE and pair
    ):
        # "new one", "still learning", "customer executive": what?
        says *= _LESS_ALONE
    if words[-1] in _DONE and NEGATIONS.isdisjoint(words):
        # "order was placed": and then?
        says *= _LESS_TOLD
    if words[0] in PRAISE or words[-1] in PRAISE:
        says *= _LESS_PRAISE
    elif not _ONE_PERSON.isdisjoint(words) or words[0] in _LESS_LIGHT:
        says *= _LESS_START
    return says


def _hangs_on_verb(words: tuple[str, ...], classes: tuple[str, ...]) -> bool:
    """True for "(wait for my) card to arrive" and "(teach) kids about money": nothing without the verb."""
    if "about" in words and words[words.index("about") - 1] not in _TELLS_ABOUT:
        return True
    at = words.index("to", 1) if "to" in words[1:-1] else 0
    return at > 0 and "V" in classes[at + 1] and _TO_NOUNS.isdisjoint(words[:at])


def _ends_whole(words: tuple[str, ...]) -> bool:
    """False where the last word wants more."""
    last, before = words[-1], words[-2]
    if last == "take":
        return words[0] == "how"
    if last in _CLOSING:
        return before in _PHRASAL or (len(words) > 2 and last == "back" and words[-3] in _PHRASAL)
    if last in LIGHT and last in _EVERYTHING:
        return before in PRAISE or (before in DETERMINERS and bool(content_stems(words)))
    if last in _LIGHT_NOUNS:
        return before not in STOP_WORDS and before not in GENERIC and before not in _ORDINAL
    if last in PRAISE:
        return len(words) > 2 and (before in _BEFORE_PRAISE or words[-3] in _BEFORE_PRAISE)
    if last in GENERIC:
        return False
    if before == "to" and (len(words) == 3 or words[-3] == "how"):
        # "easy to use", "unable to find": whole, whatever the verb wants elsewhere.
        return True
    if (
        last in _PASSIVE
        and _HAVE.isdisjoint(words)
        and (before in _BEFORE_PARTICIPLE or (len(words) == 2 and before not in STOP_WORDS))
    ):
        return True
    return last not in _OPEN and last not in _PASSIVE


def _says_enough(words: tuple[str, ...]) -> bool:
    """True where one word of meaning is enough: with a negation, a particle, praise or another telling word."""
    return (
        words[0] in NEGATIONS
        or words[0] in _LEADING
        or words[0] in GENERIC
        or words[-1] in _CLOSING
        or words[-1] in _ENDING
        or words[-1] in _LIGHT_NOUNS
        or words[-1] in _EVERYTHING
        or not NEGATIONS.isdisjoint(words)
    )


@lru_cache(maxsize=50_000)
def may_begin(word: str) -> bool:
    """True where a phrase may begin with the word, bare."""
    if word.isdigit() or word in _PLEADING:
        return False
    return word in NEGATIONS or word in _LEADING or word not in STOP_WORDS


@lru_cache(maxsize=50_000)
def may_end(word: str, before: str = "") -> bool:
    """True where a phrase may end with the word, bare, after the word before it."""
    if word in ("to", "with"):
        # "person I spoke to"
        return before in _WITH_WHOM
    if word.isdigit() or len(word) == 1 or word in NEGATIONS or word in _LEADING:
        return False
    return word in _CLOSING or word in _ENDING or word not in STOP_WORDS


@lru_cache(maxsize=50_000)
def may_follow(word: str) -> bool:
    """True where a phrase that ends before the word can be complete: a conjunction, a preposition, a verb."""
    return word in _AFTER or (word_class(word) != "" and _PREDICATE.issuperset(word_class(word)))
