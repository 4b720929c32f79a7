"""Would a marketer ask for consent? Candidates among random happy texts, for blind readers, and what they said.

    python -m benchmarks.testimonials --data DIR --candidates OUT.csv
    python -m benchmarks.testimonials --verdicts benchmarks/data/testimonials_*.csv

The first command reads each of three sets of reviews as `groundswell try` does, takes the best 20 candidates of all its
texts (docs/methods.md, D10) and 20 random texts of the best score, mixes them, and writes a row for each: id (the set
and the row of its file), text. Which are candidates stands apart, in OUT.key.csv. The second prints, per reader, of how
many of both a marketer would ask the author, and how far two readers agree (Cohen's kappa). A file of verdicts has the
columns id and verdict (yes or no), one file for each reader; it holds no text. Exit code 1 where a set has fewer than
17 of 20 candidates that a reader would ask for.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

# The command as a process is that of the tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "helpers"))

__all__ = ["agreement", "main", "verdict_lines"]

SETS = {
    "alexa": "shop_reviews_amazon_alexa/amazon_alexa.tsv",
    "greenlight": "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz",
    "womens": "shop_reviews_womens_clothing/womens_clothing_reviews.csv.gz",
}
EACH, WANTED = 20, 17
SEED = 20261122
KEY = Path(__file__).parent / "data" / "testimonials_key.csv"
CANDIDATE, RANDOM = "candidate", "random"


def write_candidates(data: Path, out: Path, stores: Path) -> None:
    """The mixed texts of all sets, and apart from them which are candidates."""
    rows: list[tuple[str, str]] = []
    kinds: list[tuple[str, str]] = []
    for name, file in SETS.items():
        drawn = _drawn(name, _store_of(data / file, stores / f"{name}.db"))
        rows += [(key, text) for key, text, _ in drawn]
        kinds += sorted((key, kind) for key, _, kind in drawn)
        print(f"{name}: {len(drawn)} texts", flush=True)
    for path, head, lines in ((out, ("id", "text"), rows), (out.with_suffix(".key.csv"), ("id", "kind"), kinds)):
        with path.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([head, *lines])


def _store_of(file: Path, place: Path) -> Path:
    """A store with the file's analysis; one that is there is used again."""
    from commands_for_tests import environment_in, run_command

    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        arguments = ("try", file, "--store", place, "--out", place.with_suffix(".out"))
        ended = run_command(*arguments, environment=environment_in(place.parent))
        if ended.code:
            raise SystemExit(f"{file}: exit code {ended.code}: {ended.said[-1:]}")
    return place


def _drawn(name: str, place: Path) -> list[tuple[str, str, str]]:
    """(id, text, kind) of the best candidates and of random texts with the best score, in a seeded order."""
    from analysis.findings.comments.testimonials import find_testimonials
    from analysis.scope.mentions import build_mentions
    from analysis.scope.periods import everything
    from analysis.scope.scope import open_scope
    from groundswell.storage import open_store

    with open_store(place) as store:
        clauses, comments, themes = store.load_analysis()
        feedback = store.load_feedback()
    feedback = feedback[feedback["feedback_id"].isin(comments["feedback_id"])].reset_index(drop=True)
    scope = open_scope(feedback, build_mentions(feedback, clauses), themes, everything(feedback, "UTC", ""))
    found = [one.verbatim.feedback_id for one in find_testimonials(scope, comments, most=EACH)]
    rows = dict(zip(feedback["feedback_id"], feedback["row"].astype(int), strict=True))
    texts = dict(zip(feedback["feedback_id"], feedback["text"].astype(str), strict=True))
    best = feedback[(feedback["score_scaled"] >= 0.999) & (feedback["text"] != "")]
    others = sorted(set(best["feedback_id"]) - set(found), key=lambda one: rows[one])
    chance = random.Random(f"{SEED} {name}")
    picked = [(one, CANDIDATE) for one in found] + [(one, RANDOM) for one in chance.sample(others, EACH)]
    chance.shuffle(picked)
    return [(f"{name}-{rows[one]}", texts[one], kind) for one, kind in picked]


def verdict_lines(verdicts: Mapping[str, Mapping[str, bool]], kinds: Mapping[str, str]) -> tuple[list[str], bool]:
    """What is told of the readers' verdicts (reader -> id -> would ask), and whether every set came out as wanted."""
    lines, met = [], True
    for reader, said in sorted(verdicts.items()):
        counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
        for key, yes in said.items():
            if key in kinds:
                counts[key.rpartition("-")[0], kinds[key]].append(yes)
        for name in sorted({name for name, _ in counts}):
            mine, random_ones = counts[name, CANDIDATE], counts[name, RANDOM]
            good = sum(mine) >= WANTED
            met &= good
            lines.append(
                f"{reader}: {name}: {sum(mine)} of {len(mine)} candidates, {sum(random_ones)} of {len(random_ones)} "
                f"random ones{'' if good else f'; {WANTED} of {EACH} wanted'}"
            )
    for one, two in combinations(sorted(verdicts), 2):
        shared = sorted(set(verdicts[one]) & set(verdicts[two]))
        pairs = [(verdicts[one][key], verdicts[two][key]) for key in shared]
        if pairs:
            same = sum(a == b for a, b in pairs)
            lines.append(f"{one} and {two}: {same} of {len(pairs)} alike, kappa {agreement(pairs):.2f}")
    return lines, met


def agreement(pairs: Sequence[tuple[bool, bool]]) -> float:
    """Cohen's kappa of two readers: 1 where they always agree, 0 where no more than chance would; NaN of nothing."""
    if not pairs:
        return float("nan")
    n = len(pairs)
    same = sum(a == b for a, b in pairs) / n
    first, second = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    chance = first * second + (1 - first) * (1 - second)
    return 1.0 if chance == 1 else (same - chance) / (1 - chance)


def _read(file: Path, column: str) -> dict[str, str]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row[column].strip().lower() for row in csv.DictReader(lines)}


def _said(file: Path) -> dict[str, bool]:
    """A reader's verdicts; ValueError for one that is neither yes nor no."""
    words = {"yes": True, "y": True, "1": True, "no": False, "n": False, "0": False}
    said = _read(file, "verdict")
    odd = sorted(key for key, word in said.items() if word not in words)
    if odd:
        raise ValueError(f"{file}: the verdict on {odd[0]} is neither yes nor no")
    return {key: words[word] for key, word in said.items()}


def main(arguments: list[str] | None = None) -> int:
    """Writes the texts to be read, or prints what readers said; exit code 1 where that is less than wanted."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.testimonials", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the sets")
    parser.add_argument("--candidates", type=Path, metavar="OUT.csv", help="write the texts to be read")
    parser.add_argument("--stores", type=Path, metavar="DIR", help="keep the analyses here, and use those that are")
    parser.add_argument("--verdicts", type=Path, nargs="+", metavar="FILE", help="verdicts, one file for each reader")
    parser.add_argument("--key", type=Path, default=KEY, metavar="FILE", help="which texts are candidates")
    told = parser.parse_args(arguments)
    if told.candidates is not None and told.data is not None:
        with tempfile.TemporaryDirectory() as folder:
            write_candidates(told.data, told.candidates, told.stores or Path(folder))
        return 0
    if not told.verdicts:
        parser.error("give --data DIR --candidates OUT.csv, or --verdicts FILE")
    files = [file for file in told.verdicts if file.name != KEY.name]
    lines, met = verdict_lines({file.stem: _said(file) for file in files}, _read(told.key, "kind"))
    print("\n".join(lines))
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
