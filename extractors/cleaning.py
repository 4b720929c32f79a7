"""Cells become clean text: no NUL, no control characters, no broken surrogates, no markup, one kind of line end."""

from __future__ import annotations

import html
import re

from groundswell.records import Problem

__all__ = ["MAX_TEXT", "clean_text", "clean_value", "glimpse", "is_missing"]

MAX_TEXT = 20_000  # characters that the analysis reads
MAX_VALUE = 200
MAX_FOUND = 40

_MISSING = frozenset({"", "nan", "null", "none", "n/a", "#n/a", "<na>", "nat", "-", "--", "\\n", "(blank)"})
# "None" and "-" may be what a customer answered; these never are.
_MISSING_TEXT = frozenset({"", "NaN", "nan", "NULL", "null", "<NA>", "#N/A", "\\N"})

_ODD = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# With its semicolon only: "&copy=2" in a link is no copyright sign.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCKS = (
    "address article aside blockquote br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_INLINE = (
    "a abbr acronym b bdi bdo big body cite code del em font head html i img ins kbd label link mark meta q s samp "
    "small span strike strong sub sup title tt u var wbr"
)


def _tag(names: str) -> re.Pattern[str]:
    # Attributes need an equals sign, so that "x <b and c> y" stays. The lengths bound the work on hostile text.
    any_name = "|".join(names.split())
    return re.compile(rf"</?(?:{any_name})(?:\s[^<>=]{{0,200}}=[^<>]{{0,2000}})?\s{{0,20}}/?>", re.IGNORECASE)


_BLOCK_TAG, _INLINE_TAG = _tag(_BLOCKS), _tag(_INLINE)
_HIDDEN = (
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<script\b[^<>]{0,500}>", re.IGNORECASE), re.compile("</script>", re.IGNORECASE)),
    (re.compile(r"<style\b[^<>]{0,500}>", re.IGNORECASE), re.compile("</style>", re.IGNORECASE)),
)
_TAIL_OF_NUMBER = re.compile(r"[\d +().-]+$")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def clean_text(raw: str, field: str, problems: list[Problem]) -> str:
    """What the customer wrote, as plain text of at most 20,000 characters; "" where nothing was.

    What was taken away beyond markup is appended to `problems` (never the text itself).
    """
    if len(raw) > 5 * MAX_TEXT:
        problems.append(Problem(field, "", f"cut to {MAX_TEXT:,} of {len(raw):,} characters"))
        raw = raw[: 5 * MAX_TEXT]  # markup may make up most of it
        marked = True
    else:
        marked = False
    text = _without_odd(raw, field, problems)
    if "&" in text:
        text = _unescape(_unescape(text))
        text = _without_odd(text, field, []) if _ODD.search(text) else text
    if "<" in text:
        text = _without_tags(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip()
    if len(text) > MAX_TEXT:
        if not marked:
            problems.append(Problem(field, "", f"cut to {MAX_TEXT:,} of {len(text):,} characters"))
        text = _cut(text)
    return "" if text in _MISSING_TEXT else text


def clean_value(raw: str) -> str:
    """A short value on one line: at most 200 characters, blanks single."""
    if _ODD.search(raw):
        raw = _without_odd(raw, "", [])
    if "&" in raw:
        raw = _unescape(raw)
    return " ".join(raw.split())[:MAX_VALUE]


def is_missing(value: str) -> bool:
    """Whether a cell of a field that is not text says "nothing here" (empty, nan, NULL, n/a, -)."""
    return value.strip().lower() in _MISSING


def glimpse(value: str) -> str:
    """At most 40 characters of a value that could not be understood; "" where it may be a customer's words."""
    value = clean_value(value)
    if "@" in value or len(value.split()) > 4:
        return ""
    # A number that is cut in two would escape redaction.
    return value if len(value) <= MAX_FOUND else _TAIL_OF_NUMBER.sub("", value[: MAX_FOUND - 1]) + "…"


def _without_odd(text: str, field: str, problems: list[Problem]) -> str:
    if not _ODD.search(text):
        return text
    if nuls := text.count("\x00"):
        problems.append(Problem(field, "", f"{nuls:,} NUL characters removed"))
    if _SURROGATE.search(text):
        # Two halves that belong together become their character, a lone half U+FFFD.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if lone := text.count("\ufffd"):
            problems.append(Problem(field, "", f"{lone:,} broken characters replaced by U+FFFD"))
    text = text.replace("\x0b", "\n").replace("\x0c", "\n").replace("\x85", "\n")
    return _CONTROL.sub("", text)


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text)


def _without_tags(text: str) -> str:
    """Known HTML tags become line breaks or nothing; anything else in angle brackets stays ("hi5 < 6", "<3")."""
    before = len(text)
    for opening, closing in _HIDDEN:
        text = _without_between(text, opening, closing)
    text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    return _BLANK_LINES.sub("\n", text) if len(text) < before else text


def _without_between(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """Without what lies between; by search, not by one pattern, so that hostile text costs linear time."""
    kept, position = [], 0
    while (start := opening.search(text, position)) and (end := closing.search(text, start.end())):
        kept.append(text[position : start.start()])
        position = end.end()
    return "".join([*kept, text[position:]])


def _cut(text: str) -> str:
    """The first 20,000 characters, ending between words: half an address would escape redaction."""
    cut = text[:MAX_TEXT]
    border = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[:border].rstrip() if border > MAX_TEXT - 500 else cut
