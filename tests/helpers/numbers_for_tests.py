"""Every number that a page shows, with the words around it, and whether digest.json has such a number there.

Written apart from the pages' own code: it knows nothing of how they round but that the last digit shown is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from blocks_for_tests import Block

__all__ = ["numbers_of", "unexplained"]

NUMBER = re.compile(r"(?<![\w.,#])[−+-]?(\d[\d,]*(?:\.\d+)?)(?![\w#]|[.,]\d)")
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATE = re.compile(
    rf"\b\d{{1,2}}(?:[–-]\d{{1,2}})? {MONTH}(?: \d{{4}})?|\b\d{{4}}-W\d\d(?:-to-W\d\d)?|\b\d{{4}}-Q\d"
    r"|\bthe \d{1,2}(?:st|nd|rd|th)\b|\bW\d\d\b"
)
DURATION = re.compile(r"(?:(\d+) d(?: (\d+) h)?|(\d+) h(?: (\d+) min)?|(\d+) min)\b")
# Where the words around a number are ours: how intervals are meant, how often chance is right.
FIXED = re.compile(
    r"95 %(?=:| of usual| of those| intervals?)|each (?:100|hundred)|[Oo]f 100|one in \w+|every fifth|with a low score|"
    r"[Ee]verything else [−+]?[\d.]+|\b1 to [+−]1|from −1 to \+1|\bof [57]\b"
)
# Mappings by a name that a source or a person gave.
MAPS = ("volumes", "by_source", "by_segment", "to_call_by_source", "to_call_by_theme", "skipped")
Data = Any


def unexplained(blocks: Iterable[Block], data: Data) -> list[tuple[str, str]]:
    """(numbers, block) of each block whose numbers digest.json does not have together, where the block says it does.

    All numbers of a block are looked for in one place: with the themes and groups that the block names, or in one part
    of digest.json. So a number that happens to stand elsewhere explains nothing.
    """
    places = _Places(data)
    found = []
    for block in blocks:
        shown = numbers_of(block, places.strings)
        if shown and not any(_all_in(shown, leaves) for leaves in places.of(block)):
            found.append((" ".join(shown), block.text))
    return found


def numbers_of(block: Block, strings: Iterable[str] = ()) -> list[str]:
    """The figures of a block as they are shown; not those in dates, names and references, nor in our own words."""
    text = block.text
    for string in strings:
        text = text.replace(string, " ")
    text = FIXED.sub(" ", DATE.sub(" ", text))
    times = [match.group() for match in DURATION.finditer(text)]
    return [*times, *(match[1] for match in NUMBER.finditer(DURATION.sub(" ", text)))]


def _all_in(shown: Iterable[str], leaves: Collection[float]) -> bool:
    for words in shown:
        time = DURATION.fullmatch(words)
        same = (_same_time(time, leaf) for leaf in leaves) if time else (_rounds_to(leaf, words) for leaf in leaves)
        if not any(same):
            return False
    return True


class _Places:
    """The parts of digest.json that a block can be about, each with its numbers."""

    # What pages tell in one sentence though digest.json has it in several parts.
    TOGETHER = (
        ("coverage", "quality", "sources", "not_read", "generated_from"),
        ("signals", "escalations", "mismatch_counts", "requests"),
        ("scores", "service_levels"),
        ("score_moves", "score_drivers"),
        ("watch", "false_alarm_target_per_year", "alerts"),
        ("volumes", "contact_ratios", "period"),
        ("sentiment", "coverage"),
    )

    def __init__(self, data: Data) -> None:
        strings = {" ".join(s.split()) for s in _strings(data) if re.search(r"\d", s) and len(s) > 1}
        self.strings = sorted(strings, key=lambda s: (-len(s), s))
        self.named = [(" ".join(name.split())[:18], list(_leaves(entry))) for name, entry in _labelled(data)]
        sums = list(_sums(data))
        keys = [(key,) for key in data if key not in ("schema_version", "period", "title", "headline")]
        self.parts = [
            [leaf for key in group for leaf in _leaves(data[key])] + sums for group in (*keys, *self.TOGETHER)
        ]
        self.moves = [leaf for key in ("score_moves", "score_drivers") for leaf in _leaves(data[key])] + sums
        self.counted = list(_leaves(data["coverage"]))

    def of(self, block: Block) -> Iterator[list[float]]:
        """The numbers of what the block itself names, of that and what its headings name, and of each part."""
        own = [leaf for name, leaves in self.named if name in block.text for leaf in leaves]
        above = [leaf for name, leaves in self.named if any(name in h for h in block.heading) for leaf in leaves]
        if own or above:
            yield [*own, *above]
            yield [*own, *above, *self.moves]
        yield from self.parts


def _labelled(value: Data) -> Iterator[tuple[str, Data]]:
    """(name, part) of all that is about a theme, a group or a release."""
    if isinstance(value, dict):
        names = [value.get(key) for key in ("label", "theme", "group", "release", "name", "value", "source")]
        if "timezone" not in value:
            yield from ((name, value) for name in names if isinstance(name, str) and len(name) > 2 and name != "all")
        for key, entry in value.items():
            if key in MAPS:
                yield from ((name, of) for name, of in entry.items() if name)
            yield from _labelled(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _labelled(entry)


def _leaves(value: Data) -> Iterator[float]:
    """Every number below the value, and what pages make of a few that stand together."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield float(value)
    elif isinstance(value, dict):
        yield from _made_of(value)
        for key, entry in value.items():
            if key not in ("start", "end", "sentiment"):
                yield from _leaves(entry)
    elif isinstance(value, list):
        yield float(len(value))
        for entry in value:
            yield from _leaves(entry)


def _made_of(value: dict[str, Any]) -> Iterator[float]:
    """A share of a week, a part that a theme has in a move, what complaints cost, a ratio as a percentage less."""

    def known(*keys: str) -> bool:
        return all(isinstance(value.get(key), (int, float)) for key in keys)

    if known("authors", "of") and value["of"]:
        yield value["authors"] / value["of"]
    if known("mix", "rate"):
        yield value["mix"] + value["rate"]
    if known("score", "reference"):
        yield value["score"] - value["reference"]
    if known("before", "now"):
        yield value["now"] - value["before"]
    if isinstance(value.get("ratio"), dict):
        yield from (end - 1 for end in value["ratio"].values())
    if isinstance(value.get("share"), dict) and value.get("authors") and value["share"]["value"] > 0:
        yield float(round(value["authors"] / value["share"]["value"]))


def _sums(data: Data) -> Iterator[float]:
    """What pages make of several numbers."""
    seen, quality = data["coverage"], data["quality"]
    read = [quality[key] for key in ("new", "changed", "unchanged", "quarantined")]
    yield float(sum(quality["skipped"].values()))
    yield float(sum(read) + sum(quality["skipped"].values()))
    yield float(seen["with_text"] - seen["scored"])
    if seen["unassigned_share"] is not None:
        yield 1 - seen["unassigned_share"]
    end = data["period"]["end"]
    for source in data["sources"] if end else ():
        if source["last_record_at"]:
            late = datetime.fromisoformat(end) - datetime.fromisoformat(source["last_record_at"])
            yield float(late.days)
    for move in data["score_moves"]:
        yield from (sum(part[way] for part in move["parts"]) for way in ("mix", "rate"))
    # Themes below those that a chart shows are told together.
    shares = sorted((d["share"]["value"] for d in data["score_drivers"] if d["theme_id"]), key=abs)
    yield from (sum(shares[:last]) for last in range(len(shares)))


def _strings(value: Data) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from _strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)


def _rounds_to(leaf: float, shown: str) -> bool:
    """Whether the number is shown so: rounded at its last digit, perhaps as a percentage, perhaps without its sign."""
    decimals = len(shown.partition(".")[2])
    number, half = float(shown.replace(",", "")), 0.5 * 10**-decimals
    return any(abs(abs(leaf) * factor - number) <= half * 1.000001 for factor in (1, 100))


def _same_time(match: re.Match[str], leaf: float) -> bool:
    days, hours_of_day, hours, minutes, only = (int(part) if part else 0 for part in match.groups())
    if match[1]:
        return abs(abs(leaf) - 60 * (24 * days + hours_of_day)) <= 30.5
    return abs(abs(leaf) - (60 * hours + minutes + only)) <= 0.51
