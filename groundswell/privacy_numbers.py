"""Account numbers, payment cards and national ids in a text: numbers that prove themselves by a check digit or shape.

No I/O, nothing logged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from groundswell.privacy_data import IBAN_LENGTHS
from groundswell.privacy_rules import ORDER_BEFORE, Hit

__all__ = ["find_cards", "find_ibans", "find_ids"]

_GAP = r"[ .\-\u00a0\u2010-\u2015\u202f]?"  # what people put between the groups of a card or an account number
_IBAN_START = re.compile(r"(?<![^\W_])(?<!\w-)[A-Za-z]{2}\d{2}(?=[ .\-\u00a0\u2010-\u2015\u202f]?[A-Za-z0-9]{2})")
_IBAN_BODY = re.compile(rf"(?:[A-Za-z0-9]{_GAP}){{15,34}}")
_CARD_RUN = re.compile(rf"(?<!\w)(?<!\d[.,])\d(?:{_GAP}\d){{12,40}}(?![\w])")
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11,13}|35\d{14,17}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|62\d{14,17}|(?:50|5[6-9]|6\d)\d{11}(?:\d{3}){0,2}|(?:60|81|82)\d{14}"
)


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(int(d) for d in digits[-1::-2]) + sum(doubled)) % 10 == 0


def _mod97(iban: str) -> bool:
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def find_ibans(text: str) -> Iterator[Hit]:
    """International account numbers: a country's own length, and the check of ISO 13616 (mod 97)."""
    for match in _IBAN_START.finditer(text):
        length = IBAN_LENGTHS.get(match.group()[:2].upper())
        body = _IBAN_BODY.match(text, match.start()) if length else None
        if body is None or length is None:
            continue
        ends = [i for i, c in enumerate(body.group()) if c.isalnum()]
        if len(ends) < length or text[match.start() + ends[length - 1] + 1 :][:1].isalnum():
            continue
        if _mod97("".join(body.group()[i] for i in ends[:length])):
            yield Hit(match.start(), match.start() + ends[length - 1] + 1, "iban")


def find_cards(text: str) -> Iterator[Hit]:
    """Payment cards of 13-19 digits: a known issuer's prefix and length, and Luhn.

    Grouped digits must be grouped as on a card and not be a part of a longer
    row of fours; ungrouped ones must not be announced as an order or tracking number.
    """
    for run in _CARD_RUN.finditer(text):
        groups = list(re.finditer(r"\d+", run.group()))
        sizes = [len(g.group()) for g in groups]
        for first in range(len(groups)):
            if first and sizes[first - 1] >= 4:
                continue
            for last in range(min(first + 6, len(groups)) - 1, first - 1, -1):
                digits = "".join(g.group() for g in groups[first : last + 1])
                if not _is_card_shape(sizes[first : last + 1]) or max(sizes[last + 1 : last + 2], default=0) >= 4:
                    continue
                if not (digits.isascii() and _CARD.fullmatch(digits) and _luhn(digits)):
                    continue
                start = run.start() + groups[first].start()
                if first < last or not ORDER_BEFORE.search(text[max(0, start - 40) : start]):
                    yield Hit(start, run.start() + groups[last].end(), "card")
                    break


def _is_card_shape(sizes: Sequence[int]) -> bool:
    return len(sizes) == 1 or set(sizes[:-1]) == {4} or tuple(sizes) in {(4, 6, 4), (4, 6, 5), (6, 10), (8, 8)}


def _digits(found: str) -> str:
    return re.sub(r"\W", "", found)


def _verhoeff(number: str) -> bool:
    check = 0
    for position, digit in enumerate(reversed(number)):
        value, turns = int(digit), position % 8
        for _ in range(turns):
            value = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[value]
        check = _dihedral(check, value)
    return check == 0


def _dihedral(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def _cpf(number: str) -> bool:
    def control(part: str) -> int:
        return sum(int(d) * w for d, w in zip(part, range(len(part) + 1, 1, -1), strict=True)) * 10 % 11 % 10

    return control(number[:9]) == int(number[9]) and control(number[:10]) == int(number[10])


def _dni(number: str) -> bool:
    digits = number.upper().translate(str.maketrans("XYZ", "012", ""))[:-1]
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == number[-1].upper()


def _nir(number: str) -> bool:
    return 97 - int(number[:13]) % 97 == int(number[13:])


# Only shapes that are no one else's, or that carry a check digit.
_IDS: Sequence[tuple[re.Pattern[str], Callable[[str], bool]]] = (
    (re.compile(r"(?<![\w-])(?!000|666|9)\d{3}([- ])(?!00)\d\d\1(?!0000)\d{4}(?![\w-])"), bool),  # US SSN
    (re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?(?:\d\d ?){3}[A-D](?!\w)"), bool),  # UK NINO
    (re.compile(r"(?<!\w)(?:\d{8}|[XYZxyz]-?\d{7})[- ]?[A-HJ-NP-TV-Za-hj-np-tv-z](?!\w)"), lambda s: _dni(_digits(s))),
    (
        re.compile(r"(?<!\w)[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?[0-9]{2} ?\d{3} ?\d{3} ?\d\d(?!\w)"),
        lambda s: _nir(_digits(s)),
    ),
    (re.compile(r"(?<!\w)[A-Za-z]{6}\d\d[A-EHLMPRSTa-ehlmprst]\d\d[A-Za-z]\d{3}[A-Za-z](?!\w)"), bool),  # IT
    (re.compile(r"(?<!\w)[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)"), bool),  # IN PAN
    (
        re.compile(r"(?<![\w-])[2-9]\d{3}([- ])\d{4}\1\d{4}(?![\w-]|[ -]\d)"),
        lambda s: _verhoeff(_digits(s)),
    ),  # IN Aadhaar
    (re.compile(r"(?<!\w)\d{3}\.\d{3}\.\d{3}-\d\d(?!\w)"), lambda s: _cpf(_digits(s))),  # BR CPF
    (re.compile(r"(?<![\w-])\d{6}[-+]\d{4}(?![\w-])"), lambda s: _luhn(_digits(s))),  # SE
    (re.compile(r"(?<![\w-])[1-79]\d\d([- ])\d{3}\1\d{3}(?![\w-]|[ -]\d)"), lambda s: _luhn(_digits(s))),  # CA SIN
)
_IN_NUMBER = re.compile(r"(?:\d\)?[ .\-/]|[+＋])$")  # the tail of a longer number: "+48 501 027 486"
_NAMED_ID = re.compile(
    r"\b(?:ssn|social security|passport|aadhaa?r|pan card|bsn|pesel|nino|national insurance|tax id|steuer-?id|cpf|dni|"
    r"nie|sin number|(?:account|a/c|acct|customer|client|member(?:ship)?) ?(?:no|nr|number|id|#)|sort code|"
    r"driv(?:er'?s?|ing) licen[cs]e|national id)\b"
    r"(?:[\s:.#=()-]|\b(?:no|nr|num|number|card|code|id|is|was|my)\b)*"
    r"(?P<id>(?=[A-Za-z]{0,5}\d)[A-Za-z0-9](?:[ \-./]?[A-Za-z0-9]*\d[A-Za-z0-9]*){1,5})(?!\w)",
    re.IGNORECASE,
)


def find_ids(text: str) -> Iterator[Hit]:
    """National ids: those with a shape or a check digit of their own, and any number announced as one."""
    for pattern, is_valid in _IDS:
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 40) : match.start()]
            if _IN_NUMBER.search(before):
                continue
            if match.group().isascii() and is_valid(match.group()) and not ORDER_BEFORE.search(before):
                yield Hit(match.start(), match.end(), "id")
    for match in _NAMED_ID.finditer(text):
        if sum(c.isdigit() for c in match["id"]) >= 5:
            yield Hit(match.start("id"), match.end("id"), "id")
