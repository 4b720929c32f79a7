"""What blind readers said of labels, kept without a word of them: `python -m benchmarks.theme_readings --out DIR`.

DIR is a folder that `benchmarks.theme_labels material` wrote and readers answered (unreadable*.txt, picked*.txt). The
command adds the answers to benchmarks/data/label_readings.csv: reader (what follows "unreadable" or "picked" in the
file's name), task (alone: does the label read alone? picked: was it picked out of five for its verbatims?), set (of
labels read alone), key (a hash of the label), right (0, 1). `benchmarks.themes` says how many of today's labels the
readers have seen.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from benchmarks.theme_rows import Row

__all__ = ["READINGS", "answers_in", "label_key", "read_blind"]

READINGS = Path(__file__).parent / "data" / "label_readings.csv"
COLUMNS = ("reader", "task", "set", "key", "right")
PICKED_WANTED = 0.85
SPARE = 2  # labels of the top of a set that need not read alone
_LABEL = re.compile(r"(\d+)\. (.+)")
_OPTION = re.compile(r"  (\d+)\) (.+)")


def label_key(label: str) -> str:
    """What stands for a label: labels are customers' words and stay out of the repository."""
    return sha256(label.encode()).hexdigest()[:16]


def read_blind(today: Mapping[str, Sequence[str]], top: int, file: Path = READINGS) -> list[Row]:
    """The rows of every reader; `today` has the keys of each set's labels, the largest themes first.

    A set whose top holds labels that the reader has not seen is neither met nor missed.
    """
    said: dict[tuple[str, str, str], list[tuple[str, int]]] = defaultdict(list)
    if file.is_file():
        with file.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                said[line["task"], line["reader"], line["set"]].append((line["key"], int(line["right"])))
    readers = sorted({(task, reader) for task, reader, _ in said})
    rows = [] if said else [Row("labels read blind", "nobody has yet", f">= {top - SPARE} of {top}")]
    for task, reader in readers:
        if task == "alone":
            rows += [_alone(name, keys[:top], reader, dict(said[task, reader, name])) for name, keys in today.items()]
        else:
            rows.append(_picked({key for keys in today.values() for key in keys}, reader, said[task, reader, ""]))
    return rows


def _alone(name: str, keys: Sequence[str], reader: str, said: Mapping[str, int]) -> Row:
    """How many of a set's labels read alone."""
    read = [said[key] for key in keys if key in said]
    new = len(keys) - len(read)
    figure = f"{sum(read)} of {len(read)}" + (f", {new} not read" if new else "")
    met = None if new else sum(read) >= len(keys) - SPARE
    return Row(
        f"{name}: labels that read alone, reader {reader}", figure, f">= {len(keys) - SPARE} of {len(keys)}", met
    )


def _picked(today: Collection[str], reader: str, said: Sequence[tuple[str, int]]) -> Row:
    """How many labels were picked for their verbatims, and how many of these are still labels."""
    right, same = sum(good for _, good in said), sum(key in today for key, _ in said)
    figure = f"{right} of {len(said)} ({same} of these are labels today)"
    met = right >= PICKED_WANTED * len(said)
    return Row(f"label picked out of five, reader {reader}", figure, f">= {PICKED_WANTED:.0%}", met)


def answers_in(folder: Path) -> Iterator[tuple[str, str, str, str, int]]:
    """The answers of a folder of material as lines of COLUMNS; FileNotFoundError where the material is not whole."""
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    labels = dict(_numbered(_LABEL, (folder / "labels.txt").read_text(encoding="utf-8").splitlines()))
    for file in sorted(folder.glob("unreadable*.txt")):
        bad = {int(word) for word in file.read_text(encoding="utf-8").split()}
        for number, name in enumerate(key["sets"], 1):
            yield _reader(file), "alone", name, label_key(labels[number]), int(number not in bad)
    draws = (folder / "picking.txt").read_text(encoding="utf-8").split("\n## ")
    options = {int(draw.split("\n", 1)[0].strip("# \n")): draw.splitlines() for draw in draws if draw.strip()}
    for file in sorted(folder.glob("picked*.txt")):
        for line in filter(str.strip, file.read_text(encoding="utf-8").splitlines()):
            number, choice = map(int, line.split())
            answer = key["picked"][number - 1]
            label = dict(_numbered(_OPTION, options[number]))[answer]
            yield _reader(file), "picked", "", label_key(label), int(choice == answer)


def _numbered(pattern: re.Pattern[str], lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The number and the text of the lines that have both."""
    for line in lines:
        if match := pattern.fullmatch(line):
            yield int(match[1]), match[2]


def _reader(file: Path) -> str:
    """The reader's name, from the name of the file."""
    return re.sub(r"^(unreadable|picked)[-_ ]*", "", file.stem) or "1"


def main(arguments: list[str] | None = None) -> int:
    """Adds the answers of a folder to the file of readings; exit code 1 where the material is not there."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.theme_readings", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of material and answers")
    folder = parser.parse_args(arguments).out
    try:
        lines = list(answers_in(folder))
    except FileNotFoundError as error:
        print(f"not found: {error.filename}; run `python -m benchmarks.theme_labels material` first", file=sys.stderr)
        return 1
    is_new = not READINGS.is_file()
    with READINGS.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([COLUMNS, *lines] if is_new else lines)
    print(f"{len(lines)} answers added to {READINGS.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
