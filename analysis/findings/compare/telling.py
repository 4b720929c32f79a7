"""Which of the differences that hold a page tells: the surest, not all of one field, each group of people once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["ABOUT", "Difference", "choose", "words"]

MOST, MOST_OF_FIELD = 20, 6
# Two values are one group of people where so many of those of either are those of both.
SAME = 0.9
# Fields that say what a contact is about: that it raises their themes is what they mean.
ABOUT = ("category", "sub_category")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of a field against the others; `of` is the theme or the metric, `block` and `place` where it stands."""

    p_value: float
    source: str
    field: str
    value: str
    of: str
    block: int
    place: tuple[int, ...]
    expected: bool = False  # its field means as much

    @property
    def order(self) -> tuple[bool, float, str, str, str, str]:
        """The surest first, what is expected last."""
        return self.expected, self.p_value, self.source, self.field, self.value, self.of


def choose(
    found: Iterable[Difference], members: Callable[[Difference], npt.NDArray[np.bool_]]
) -> list[tuple[Difference, tuple[str, ...]]]:
    """At most 20 differences, at most 6 of one field in a source, each with the notes on values that are left out
    because they hold nearly the same people; `members` marks the rows of a value, in one order for each source."""
    kept: list[Difference] = []
    same: dict[int, list[str]] = {}
    of_field: Counter[tuple[str, str]] = Counter()
    for one in sorted(found, key=lambda difference: difference.order):
        if of_field[one.source, one.field] >= MOST_OF_FIELD:
            continue
        twin = next((i for i, other in enumerate(kept) if _twins(one, other, members)), None)
        if twin is not None:
            same.setdefault(twin, []).append(f"{words(one.field)} {one.value}")
            continue
        of_field[one.source, one.field] += 1
        kept.append(one)
        if len(kept) == MOST:
            break
    return [(one, _told(same.get(i, []))) for i, one in enumerate(kept)]


def words(field: str) -> str:
    """A field's name as a reader says it."""
    return field.replace("_", " ")


def _twins(one: Difference, other: Difference, members: Callable[[Difference], npt.NDArray[np.bool_]]) -> bool:
    if (one.source, one.of) != (other.source, other.of) or one.field == other.field:
        return False
    mine, theirs = members(one), members(other)
    return bool((mine & theirs).sum() >= SAME * (mine | theirs).sum())


def _told(names: list[str]) -> tuple[str, ...]:
    return (f"Nearly the same people: {', '.join(names)}.",) if names else ()
