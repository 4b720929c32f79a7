"""Amounts of money as exports write them: "12.50", "£12.50", "1.234,50 €", "EUR 20"."""

from __future__ import annotations

import re

__all__ = ["read_amount", "read_currency"]

_SYMBOLS = {"£": "GBP", "€": "EUR", "$": "USD", "₹": "INR", "¥": "JPY", "₩": "KRW", "₺": "TRY", "₽": "RUB", "zł": "PLN"}
_CODE = re.compile(r"[A-Za-z]{3}")
_UNIT = "|".join([*map(re.escape, _SYMBOLS), r"[A-Za-z]{3}"])
_AMOUNT = re.compile(rf"(-?)\s*({_UNIT})?\s*(-?)\s*(\d[\d.,' \u00a0\u202f]*)\s*({_UNIT})?")
_LONGEST = 40  # characters of a cell that can be an amount


def read_amount(value: str) -> tuple[float, str | None] | None:
    """The amount and the code of its currency, None where the cell names none; None for what is no amount.

    Of two different separators the last one is the decimal one; a single one with three digits behind it is not.
    """
    match = _AMOUNT.fullmatch(value.strip()) if len(value) <= _LONGEST else None
    number = _number(match[4]) if match else None
    if match is None or number is None or (match[2] and match[5]):
        return None
    unit = match[2] or match[5]
    return (-number if match[1] or match[3] else number), read_currency(unit) if unit else None


def read_currency(value: str) -> str | None:
    """The code of three capital letters that a code or a usual sign stands for; None for anything else."""
    value = value.strip()
    return _SYMBOLS.get(value) or (value.upper() if _CODE.fullmatch(value) else None)


def _number(digits: str) -> float | None:
    digits = re.sub(r"[' \u00a0\u202f]", "", digits)
    marks = [char for char in digits if char in ".,"]
    if not marks:
        return float(digits)
    last, whole = marks[-1], set(marks[:-1])
    head, _, tail = digits.rpartition(last)
    if len(set(marks)) == 2:
        return float(f"{re.sub('[.,]', '', head)}.{tail or 0}") if last not in whole else None
    if len(marks) > 1 or len(tail) == 3:  # thousands
        parts = digits.split(last)
        return float("".join(parts)) if parts[0] and all(len(part) == 3 for part in parts[1:]) else None
    return float(f"{head}.{tail or 0}")
