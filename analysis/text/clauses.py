"""Comments cut into clauses: the parts that carry one theme and one sentiment, with exact character offsets.

Cut at sentence ends, line ends, list items, dashes, brackets and contrast words; and at a connecting word or a comma
that a subject follows ("... and I", "..., the app"). Pieces under three words join their neighbour in the sentence.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NamedTuple

import pandas as pd

from analysis.text.emoji import EMOJI
from groundswell.frames import CLAUSES

__all__ = ["METHOD", "Span", "clause_frame", "split_clauses"]

MIN_WORDS = 3
# An unpunctuated rant is one "clause" of thousands of characters; the encoder reads some 256 tokens only.
MAX_CHARACTERS = 500

_SUBJECT = (
    r"(?:i|im|ive|we|you|he|she|it|its|they|this|that|these|those|there|theres|my|our|your|his|her|their|the|"
    r"nobody|everyone|everybody|everything|nothing|someone)\b"
)
# "The only problem is ..." turns as "but" does, unless a sentence says it of something: "price is the only thing ...".
_ONLY = (
    r"(?:(?:the|my|our) only(?<!(?:but|and|for) (?:the|our) only)(?<!(?:is|of) (?:the|our) only)"
    r"(?<!was (?:the|our) only)|only(?<!(?:the|our) only)(?<!my only)) (?:other |real |small |minor )?"
    r"(?:thing|problem|issue|complaint|downside|drawback|gripe|negative|con)(?=\s+(?:is|was|i|with|about|would|that)\b)"
)
_NOW = (
    r"(?:and )?now(?<!(?:right|until) now)(?<!till now)(?<!(?:for|but) now)(?<!(?:by|is|am|or) now)(?<!are now)"
    rf"(?=\s+(?!that\b){_SUBJECT})"
)
_CONTRAST = (
    r"even though|but(?<!nothing but)(?<!anything but)(?<!all but)(?<!any but)|however|although|"
    r"tho(?:ugh)?(?<!as though)(?!\s*[.!?,]|\s*$)|bt|except(?<!everything except)|whereas|nevertheless|nonetheless|"
    rf"unfortunately|sadly|on the other hand|(?:other|apart|aside) (?:than|from) that|(?:and )?yet(?=\s+{_SUBJECT})|"
    rf"while(?=\s+{_SUBJECT})|(?:i )?(?:just|only) wish|{_ONLY}|{_NOW}|"
    r"aber|jedoch|leider|mais|cependant|malheureusement|pero|sin embargo|maar|porém|lekin"
)
_CONNECTING = (
    rf"(?:and so|and because|and when|and if|and then|and|n|so(?! that\b)|plus|because|which|when|if)(?=\s+{_SUBJECT})"
)
_ABBREVIATION = (
    r"(?:mrs?|ms|dr|prof|jr|sr|st|vs|approx|dept|est|max|min|incl|excl|tel|fig|eg|ie|ph\.d|no(?=\.\s*\d)|"
    r"etc(?=\.\s*(?:,|and|or|but|for|in|on|with|to)\b))\."
)
# One pass over the text in lower case: what stands first wins, so a full stop inside a web address or a number is
# never seen as an end. Every alternative begins with a literal or a set: `re` skips those that cannot match.
_SCAN = re.compile(
    rf"(?P<end>(?:[.!?…]+|[。！？｡।॥؟]+)[\"'”’»)\]]*(?:[ \t]*[{EMOJI}]+)*)"
    r"|(?P<comma>,\s*" + rf"(?={_SUBJECT}))"
    r"|(?P<line>[\n\r\u2028\u2029]\s*)"
    r"|(?P<dash>[-–—;](?:(?<=\s[-–—])(?:[-–—]*\s|(?=[^\W\d]))|(?<=—)|(?<=-)-+|(?<=;)\s))"
    r"|(?P<keep>\[[^\[\]\n]{1,40}\]|\d(?<!\d\d)\d*+(?:[.,:/]\d++)+|[:;=](?<!\w.)['^-]?[)(\]\[dpo3/\\|*]+(?!\w)|<3)"
    r"|(?P<open>\((?<![:;='-]\())"
    rf"|(?P<amp>&(?=\s*{_SUBJECT}))"
    r"|(?P<item>[•●▪‣►]|\*(?<=[^*\s]\s\*)\s(?=\s*[^\W\d])|[b-h]\)(?<=\s[b-h]\))\s|"
    r"\d\d?(?<=\s\d)\)\s|\d\d(?<=\s\d\d)\)\s)"
    rf"|(?P<emoji>[{EMOJI}]+(?:\s*[{EMOJI}]+)*)"
    rf"|\b(?:(?P<contrast>(?:{_CONTRAST})\b)|(?P<connecting>{_CONNECTING})"
    rf"|(?P<name>https?://\S*[\w/]|www\.\S*[\w/]|(?:[a-z]\.)(?:[a-z]\.)+|{_ABBREVIATION}))"
)
# "in the U.S. The app ...", "at 5 p.m. They ...": the abbreviation's full stop ends the sentence too.
_INITIALS = re.compile(r"(?:[a-z]\.)+")
_CAPITAL_SUBJECT = re.compile(rf"\s+(?=[A-Z])(?i:{_SUBJECT})")
# A full stop with its space before or left out: "slow .it crashes", "slow.it crashes"; not "a.b@c.com", ".net".
_TIGHT_END = re.compile(
    rf"(?<=[a-z][a-z])\.(?={_SUBJECT}(?![.@/-]))|"
    rf"(?<=\w\s)\.(?=(?:{_SUBJECT}|(?:and|but|so|please|very|not|no|also)\b)(?![.@/-]))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
# Scripts without spaces: two characters count as a word.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_OPENERS = frozenset("([{\"'“‘«")
_CONTENT = re.compile(rf"[^\W_]|[{EMOJI}]")
_EMOTICON = re.compile(r"[:;=]['^-]?[)(\]\[DPpOo3/\\|*]+|<3")
_LEADING = re.compile(r"(?:\s|[,;•●▪‣►·>|](?![-')(])|:(?=\s|$)|[*~_=–—]+(?=\s|\w)|-+(?=\s|[^\W\d])|&(?=\s))+")
_TRAILING = re.compile(r"(?:\s|(?<=[\w\s)\"'”’!?.…])[,;:](?!\S)|(?<=[\w\s])[-–—]+(?!\S)|(?<![:;='-])\((?!\S))+$")

# Raised where the functions below cut another way; what the patterns say shows by itself.
RULES = 1
_PATTERNS = (
    *(_SCAN, _INITIALS, _CAPITAL_SUBJECT, _TIGHT_END, _WORD),
    *(_UNSPACED, _CONTENT, _EMOTICON, _LEADING, _TRAILING),
)
_MADE_OF = (RULES, MIN_WORDS, MAX_CHARACTERS, sorted(_OPENERS), [(one.pattern, one.flags) for one in _PATTERNS])
METHOD = f"clauses-{sha256(repr(_MADE_OF).encode()).hexdigest()[:8]}"


class Span(NamedTuple):
    """One clause: `text[start:end]`, in the comment's sentence number `sentence` (from 0)."""

    start: int
    end: int
    sentence: int


def split_clauses(text: str) -> list[Span]:
    """The clauses of a text, in order and without overlap, trimmed of white space.

    Every letter, digit and emoji of the text lies in a clause; only white space and punctuation may lie outside.
    A text of punctuation alone has none, unless it is an emoticon.
    """
    pieces = _trimmed(text, _pieces(text))
    if not pieces:
        bare = text.strip()
        start = len(text) - len(text.lstrip())
        return [Span(start, start + len(bare), 0)] if _EMOTICON.search(bare) else []
    if len(pieces) == 1:
        return pieces
    return _join_lone_words(text, _join_short(text, pieces))


def clause_frame(feedback: pd.DataFrame) -> pd.DataFrame:
    """One row per clause of FEEDBACK's texts, in the frame's order, with the columns
    feedback_id, start, end, text and sentence of `groundswell.frames.CLAUSES`.
    """
    rows = [
        (identity, span.start, span.end, text[span.start : span.end], span.sentence)
        for identity, text in zip(feedback["feedback_id"].tolist(), feedback["text"].tolist(), strict=True)
        for span in split_clauses(text)
    ]
    columns = ["feedback_id", "start", "end", "text", "sentence"]
    return pd.DataFrame(rows, columns=columns).astype({name: CLAUSES[name] for name in columns})


def _pieces(text: str) -> list[Span]:
    """The text tiled at every boundary, nothing trimmed or joined yet."""
    cuts = dict(_cuts(text))
    pieces, start, sentence = [], 0, 0
    for cut in sorted(cuts):
        if start < cut < len(text):
            pieces.extend(_bounded(text, start, cut, sentence))
            start = cut
            sentence += cuts[cut]
    pieces.extend(_bounded(text, start, len(text), sentence))
    return pieces


def _cuts(text: str) -> list[tuple[int, bool]]:
    """Every boundary: where it lies and whether a sentence ends there. Ends come last, so that they win in a dict."""
    inner, ends = [], []
    for match in _SCAN.finditer(_lower(text)):
        kind = match.lastgroup
        if kind == "keep":
            continue
        if kind == "name":
            if _INITIALS.fullmatch(match.group()) and _CAPITAL_SUBJECT.match(text, match.end()):
                ends.append((match.end(), True))
        elif kind in ("contrast", "connecting", "amp"):
            # The opening bracket or quote before the word goes with it.
            if text[match.start() - 1 : match.start()] not in _OPENERS:
                inner.append((match.start(), False))
        elif kind in ("comma", "dash"):
            inner.append((match.end(), False))
        elif kind == "open":
            inner.extend(_bracket(text, match.start()))
        elif kind == "item":
            ends.append((match.start(), True))
        elif kind == "line":
            if not _is_wrapped(text, match.start(), match.end()):
                ends.append((match.end(), True))
        elif _is_end(text, match):
            ends.append((match.end(), True))
    return inner + ends


def _is_end(text: str, match: re.Match[str]) -> bool:
    """True when a run of full stops, marks or emoji ends a sentence."""
    mark, after = match.group(), match.end()
    following = text[after : after + 1]
    if match.lastgroup == "emoji":
        # A lone heart in "I ❤ this app" is a word, not an end.
        rest = text[after : after + 2].lstrip()
        return rest[:1].isupper() or (len(mark.replace("\ufe0f", "")) > 1 and following.isspace())
    if mark[0] in "。！？｡।॥؟":
        return True
    if following.isspace():
        return not (mark == "." and _is_label(text, match.start()))
    if mark[0] == "." and mark.count(".") == 1:
        if following.isupper():
            return text[match.start() - 1 : match.start()].islower() and len(mark) == 1
        return _TIGHT_END.match(text, match.start()) is not None
    return following.isalnum() or following in "([\"'“‘"


def _is_label(text: str, stop: int) -> bool:
    """True when the full stop at `stop` follows an initial ("J. Smith") or a list number ("2. Slow")."""
    start = stop
    while start and text[start - 1].isalnum():
        start -= 1
    word, before = text[start:stop], text[:start].rstrip(" \t")
    if word.isdigit() and not text[start - 1 : start].strip(" \t\n\r(["):
        return len(word) < 3 and (not before or before[-1] in ".!?\n\r:;)…")
    return len(word) == 1 and word.isupper() and word != "I"


def _is_wrapped(text: str, start: int, end: int) -> bool:
    """True when a line break only wraps a long line of an unfinished sentence."""
    line = text[text.rfind("\n", 0, start) + 1 : start].rstrip()
    return (
        text.count("\n", start, end) < 2 and len(line) >= 60 and line[-1:].isalpha() and text[end : end + 1].islower()
    )


def _bracket(text: str, start: int) -> list[tuple[int, bool]]:
    """Both ends of the bracket that opens at `start`, if it holds a clause's worth of words."""
    end = text.find(")", start, start + MAX_CHARACTERS) + 1
    if end and "\n" not in text[start:end] and _words(text[start:end]) >= MIN_WORDS:
        return [(start, False), (end, False)]
    return []


def _bounded(text: str, start: int, end: int, sentence: int) -> list[Span]:
    """The piece, cut at white space where it exceeds what one clause may hold."""
    spans = []
    while end - start > MAX_CHARACTERS:
        cut = text.rfind(" ", start + MAX_CHARACTERS // 2, start + MAX_CHARACTERS) + 1 or start + MAX_CHARACTERS
        spans.append(Span(start, cut, sentence))
        start = cut
    return [*spans, Span(start, end, sentence)]


def _trimmed(text: str, pieces: list[Span]) -> list[Span]:
    """The pieces without white space and connecting punctuation around them; those with no content join another."""
    kept: list[Span] = []
    for start, end, sentence in pieces:
        lead = _LEADING.match(text, start, end)
        begin = lead.end() if lead else start
        if _CONTENT.search(text, start, end):
            tail = _TRAILING.search(text[begin:end])
            kept.append(Span(begin, begin + tail.start() if tail else end, sentence))
        elif kept and (left := text[begin:end].rstrip()):
            # "!!" or ":)" left alone belongs to what it follows.
            kept[-1] = kept[-1]._replace(end=begin + len(left))
    return kept


def _join_short(text: str, pieces: list[Span]) -> list[Span]:
    """Pieces under three words joined to the piece before, else after, within sentence and clause length."""
    joined: list[Span] = []
    short_before = False
    for piece in pieces:
        short = _words(text[piece.start : piece.end]) < MIN_WORDS
        fits = bool(joined) and joined[-1].sentence == piece.sentence and piece.end - joined[-1].start <= MAX_CHARACTERS
        if fits and (short or short_before):
            joined[-1] = joined[-1]._replace(end=piece.end)
            short_before = _words(text[joined[-1].start : piece.end]) < MIN_WORDS
        else:
            joined.append(piece)
            short_before = short
    return joined


def _join_lone_words(text: str, clauses: list[Span]) -> list[Span]:
    """Sentences of one word or of emoji alone ("Scam!!!") joined to the clause before, else after."""
    joined: list[Span] = []
    alone_before = False
    for clause in clauses:
        alone = _words(text[clause.start : clause.end]) < 2
        if joined and (alone or alone_before) and clause.end - joined[-1].start <= MAX_CHARACTERS:
            joined[-1] = joined[-1]._replace(end=clause.end)
            alone_before = False
        else:
            joined.append(clause)
            alone_before = alone
    return joined


def _lower(text: str) -> str:
    """The text in lower case with every character where it was: "İ" alone would become two."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _words(text: str) -> int:
    """How many words a text has."""
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    return (unspaced + 1) // 2 if unspaced else len(_WORD.findall(text))
