"""Phone numbers in a text, by the numbering plans of `phonenumbers`; no I/O, nothing logged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from groundswell.privacy_rules import ORDER_BEFORE, Hit

__all__ = ["find_phones"]

_RUN = re.compile(
    r"(?:(?<!\w)|(?=[+＋]))[+＋]?[ \u00a0]?\(?\d(?:[ .()/\-\u00a0\u2010-\u2015\u202f·]{0,4}\d){6,}"
    r"(?:[ ,]{0,2}(?:x|ext\.?|extension)[ .]?\d{1,6})?(?!\w|-[0-9A-Fa-f]{4,12}\b)",  # no part of a UUID
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<!\d)(?<!\d[.\-/])(?:(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)?\d\d"
    r"|(?<!\d )(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])20\d\d))"
    r"(?!\d|[.\-/]\d)(?:[ .\-]{1,3}(?:[01]?\d|2[0-3])(?![\d.]))?"
)
_MONEY_BEFORE = re.compile(r"(?:[$€£¥₹]|\b(?:rs\.?|inr|usd|eur|gbp|aud|chf))\s?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s?(?:[$€£¥₹%]|(?:usd|eur|gbp|inr|rs|rupees|dollars|euros?)\b)|,\d", re.IGNORECASE)
_PHONE_BEFORE = re.compile(
    r"(?:\b(?:phones?|mobiles?|cell(?:phone)?|calls?|called|calling|tel|telephone|telefon|téléphone|handy|whats\s?app|text|"
    r"texted|sms|contact|reach|ring|rang|dial|fax|landline|hotline|helpline|"
    r"my (?:new |old )?number|mob|ph|móvil|portable|rufnummer)|☎|📞|📱)"
    r"(?:[\s:.#=()*-]|\b(?:no|nr|num|number|is|on|at|me|us|back|my|him|her|them|to|by|via|it|the|from|this|was)\b)*$",
    re.IGNORECASE,
)
_ORDER_NEAR = re.compile(
    r"\b(?:orders?|track\w*|invoice|ticket|ref\w*|awb|parcel|booking|transaction|case|claim)\b", re.I
)
_GLUED = re.compile(r"\w[-_/#]$")  # INV-4155552671
_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_MARK = re.compile(r"\[[a-z ]{2,10}\]")
_CONTEXT = 48  # characters before a number that may say what it is
_LONGEST = 200  # a longer run of digits is no sentence: marked as a whole rather than read number by number


def find_phones(text: str, regions: Sequence[str]) -> Iterator[Hit]:
    """Phone numbers: international ones anywhere, national ones of `regions`, any announced as a phone number.

    A bare row of digits counts when it is a mobile number of a region or has its leading 0, and no order, ticket or
    tracking number is spoken of beside it.
    """
    for run in _RUN.finditer(text):
        if run.end() - run.start() > _LONGEST:
            yield Hit(run.start(), run.end(), "phone")
            continue
        start = run.start()
        for date in [*_DATE.finditer(text, run.start(), run.end()), None]:
            end = date.start() if date else run.end()
            if date and _speaks_of_phone(text, date.start()) and date.end() < run.end():
                continue  # "call 05 12 2024 11": a number, not a date
            yield from _find_in_run(text, start, end, regions)
            start = date.end() if date else end


def _find_in_run(text: str, start: int, end: int, regions: Sequence[str]) -> Iterator[Hit]:
    window = text[start:end]
    digits = sum(c.isdigit() for c in window)
    if digits < 7 or _MONEY_BEFORE.search(text[max(0, start - 6) : start]) or _MONEY_AFTER.match(text, end):
        return
    spans: list[tuple[int, int]] = []
    for region in ("ZZ", *regions):
        for low, high in _matches(window, region):
            if _is_free(spans, low, high) and _is_credible(text, start + low, start + high, region):
                spans.append((low, high))
    if digits > 15 and not spans:
        spans = [
            (a, b) for a, b, region in _grouped(window, regions) if _is_credible(text, start + a, start + b, region)
        ]
    if not spans and digits <= 15 and _speaks_of_phone(text, start):
        stripped = len(window) - len(window.lstrip())
        spans = [(stripped, len(window))]
    for low, high in sorted(spans):
        low += window[low] == "(" and ")" not in window[low:high]  # a bracket of the sentence
        yield Hit(start + low, start + high, "phone")


def _matches(window: str, region: str) -> list[tuple[int, int]]:
    """Spans of the numbers that the region's numbering plan knows; "ZZ" reads those that begin with + or 00."""
    from phonenumbers import Leniency, PhoneNumberMatcher, is_valid_number

    if region != "ZZ":
        return [(m.start, m.end) for m in PhoneNumberMatcher(window, region, leniency=Leniency.VALID)]
    plus = re.sub(r"(?<!\d)(?<!\d[ .-])00(?=[1-9])", " +", window).replace("＋", "+")  # same length, same offsets
    if "+" not in plus:
        return []
    # Our tables may lag behind a country's plan: after a + a possible length is proof enough.
    found = PhoneNumberMatcher(plus, None, leniency=Leniency.POSSIBLE)
    return [
        (m.start - (window[m.start] == "0"), m.end)  # the first 0 became a blank
        for m in found
        if "+" in window[m.start : m.start + 2] or not m.raw_string[1:].isdigit() or is_valid_number(m.number)
    ]


def _grouped(window: str, regions: Sequence[str]) -> list[tuple[int, int, str]]:
    """Numbers in a row that only blanks divide ("415 555 2671 415 555 2672"): the matcher gives up on such rows.

    The row must fall into valid numbers from its first digit to its last: a part of a tracking number proves nothing.
    """
    groups = [m.span() for m in re.finditer(r"\(?\d+\)?", window)]
    found: list[tuple[int, int, str]] = []
    i = 0
    while i < len(groups):
        low = groups[i][0]
        for step in range(1, min(5, len(groups) - i) + 1):
            high = groups[i + step - 1][1]
            region = _region_of(window[low:high], regions)
            if region and (high == len(window.rstrip()) or window[high].isspace()):
                break
        else:
            return []
        found.append((low, high, region))
        i += step
    return found


def _region_of(number: str, regions: Sequence[str]) -> str | None:
    from phonenumbers import NumberParseException, is_valid_number, parse

    if not 9 <= sum(c.isdigit() for c in number) <= 12:
        return None
    for region in regions:
        # Like the matcher: a plan that writes a leading 0 wants to see it.
        if not number.lstrip("(").startswith("0") and region not in ("US", "CA"):
            continue
        try:
            if is_valid_number(parse(number, region)):
                return region
        except NumberParseException:
            continue
    return None


def _is_free(spans: Sequence[tuple[int, int]], low: int, high: int) -> bool:
    return all(high <= a or b <= low for a, b in spans)


def _is_credible(text: str, start: int, end: int, region: str) -> bool:
    """False where the words around say that the number is something else."""
    found = text[start:end].strip("( )")
    if found.startswith(("+", "＋")) or _speaks_of_phone(text, start):
        return True
    before = _MARK.sub(" ", text[max(0, start - _CONTEXT) : start])
    if ORDER_BEFORE.search(before) or _GLUED.search(before) or _VERSION.fullmatch(found):
        return False
    if not found.isdigit():  # "33-25-37.5" fits some plans, and is a dress
        return found.startswith("0") or sum(c.isdigit() for c in found) >= 9
    if _ORDER_NEAR.search(before[-30:]) or _ORDER_NEAR.search(text[end : end + 28]):
        return False
    return found.startswith("0") or _is_mobile(found, region)


def _is_mobile(found: str, region: str) -> bool:
    from phonenumbers import PhoneNumberType, number_type, parse

    return number_type(parse(found, region)) in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def _speaks_of_phone(text: str, at: int) -> bool:
    before = _MARK.sub(" ", text[max(0, at - _CONTEXT) : at])
    return _PHONE_BEFORE.search(before) is not None and ORDER_BEFORE.search(before) is None
