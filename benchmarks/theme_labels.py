"""Labels of themes: what they cover, whether they occur, whether two are alike, and whether a reader can use them.

    python -m benchmarks.theme_labels figures --data DIR [--cache DIR] [--sets NAME ...] [--top 30]
    python -m benchmarks.theme_labels material --data DIR --out DIR [--seed 1]
    python -m benchmarks.theme_labels score --out DIR

`material` writes what a blind reader is asked, with the answers apart, and nothing of it belongs into a repository:
labels.txt (the labels of the 20 largest themes of each set, shuffled, their set not told: which do not read alone?)
and picking.txt (40 times five verbatims of a theme and five labels: which one? The four others are those of the
nearest themes). The reader writes numbers: unreadable.txt (numbers of labels) and picked.txt ("draw choice" a line).
`score` reads those and key.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from analysis.labels.choice import label_themes
from analysis.labels.phrases import NEGATIONS, STOP_WORDS, bare, segments, stem
from analysis.themes.fit import ThemeFit
from benchmarks.theme_sets import Sets, TextSet, fit_set

__all__ = ["READ_SETS", "LabelFigures", "label_figures"]

READ_SETS = ("banking_train", "greenlight", "nps", "alexa", "shopzilla")
READ_ALONE = 20  # largest themes of a set whose labels are read alone
PICKED_FROM = 30  # largest themes of a set from which the draws are made
DRAWS = 40
CHOICES = 5
LEAST = 3  # clauses in which a label must stand
_LONGEST = 240  # characters of a verbatim that the reader sees


@dataclass(frozen=True)
class Shown:
    """A label, the size of its theme, and the different clauses of the theme in which it stands word for word."""

    label: str
    clauses: int
    occurs: int
    coverage: float


@dataclass(frozen=True)
class LabelFigures:
    """The labels of a set's largest themes, largest first, and what all labels of the set are like.

    `rare` are labels that stand in fewer than three clauses of their theme, `alike` pairs with the same content words.
    """

    name: str
    themes: int
    top: list[Shown]
    rare: list[str]
    alike: list[tuple[str, str]]


def label_figures(name: str, shown: Sequence[str], fit: ThemeFit, top: int = 30) -> LabelFigures:
    """The figures of a fit's labels; `shown` are the clauses as written, in the order of `fit.assignment`."""
    labels = fit.themes["label"].tolist()
    found = []
    for number, label in enumerate(labels):
        rows = np.flatnonzero(fit.assignment == number)
        clauses = {_plain(shown[row]) for row in rows}
        occurs = sum(_plain(label) in clause for clause in clauses)
        found.append(Shown(label, len(rows), occurs, occurs / max(1, len(clauses))))
    order = sorted(found, key=lambda one: (-one.clauses, one.label))
    content = [(label, _content(label)) for label in labels]
    return LabelFigures(
        name,
        len(labels),
        order[:top],
        [one.label for one in order if one.occurs < LEAST],
        [(one, other) for (one, left), (other, right) in combinations(content, 2) if left == right],
    )


def _plain(text: str) -> str:
    """The words of a text between blanks, in lower case, so that a label is found at the ends of words only."""
    words = (word for run in segments(text) for word in run)
    return f" {' '.join(words).lower().replace('’', chr(39)).replace('`', chr(39))} "


def _content(label: str) -> frozenset[str]:
    """The stems of a label's words but for stop words; a negation counts."""
    words = [bare(word) for run in segments(label) for word in run]
    return frozenset(stem(word) for word in words if word not in STOP_WORDS or word in NEGATIONS) or frozenset(words)


def _print_figures(figures: LabelFigures) -> None:
    print(f"\n{figures.name}: {figures.themes} themes")
    for one in figures.top:
        print(f"  {one.clauses:5}  {one.occurs:4}  {one.coverage:6.1%}  {one.label}")
    kept = [one for one in figures.top if one.occurs >= LEAST]
    print(
        f"  in {LEAST} clauses or more: {len(kept)} of the {len(figures.top)} largest; not: {len(figures.rare)} of all"
    )
    print(f"  pairs that share all content words: {len(figures.alike)} {figures.alike[:5] or ''}", flush=True)


def _material(fits: dict[str, tuple[TextSet, ThemeFit]], seed: int) -> tuple[list[str], list[str], dict[str, object]]:
    """The lines of labels.txt and picking.txt, and the key of both."""
    rng = np.random.default_rng(seed)
    alone = [
        (name, one.label)
        for name, (rows, fit) in fits.items()
        for one in label_figures(name, rows.shown, fit, READ_ALONE).top
    ]
    alone = [alone[i] for i in rng.permutation(len(alone))]
    draws, picked = [], []
    for number in range(DRAWS):
        rows, fit = fits[list(fits)[number % len(fits)]]
        lines, answer = _draw(rows, fit, rng)
        draws.append(lines)
        picked.append(answer)
    order = rng.permutation(DRAWS)
    picking = [line for place, i in enumerate(order, 1) for line in (f"\n## {place}", *draws[i])]
    key: dict[str, object] = {"sets": [name for name, _ in alone], "picked": [picked[i] for i in order]}
    return [f"{place}. {label}" for place, (_, label) in enumerate(alone, 1)], picking, key


def _draw(rows: TextSet, fit: ThemeFit, rng: np.random.Generator) -> tuple[list[str], int]:
    """Five verbatims of one of the largest themes with five labels, and which of them is its own, from 1."""
    sizes = np.bincount(fit.assignment[fit.assignment >= 0], minlength=len(fit.themes))
    theme = int(rng.choice(np.argsort(-sizes, kind="stable")[:PICKED_FROM]))
    verbatims = sorted({rows.shown[row] for row in np.flatnonzero(fit.assignment == theme)})
    chosen = rng.choice(len(verbatims), min(5, len(verbatims)), replace=False)
    near = np.argsort(-(fit.centroids @ fit.centroids[theme]), kind="stable")
    options = [theme, *[int(other) for other in near if other != theme][: CHOICES - 1]]
    options = [options[i] for i in rng.permutation(len(options))]
    labels = fit.themes["label"].tolist()
    lines = [f"- {' '.join(verbatims[i].split())[:_LONGEST]}" for i in chosen]
    lines += [f"  {place}) {labels[option]}" for place, option in enumerate(options, 1)]
    return lines, options.index(theme) + 1


def _score(folder: Path) -> list[str]:
    """The lines of what the reader's answers are worth; FileNotFoundError where the key is not there."""
    key = json.loads((folder / "key.json").read_text(encoding="utf-8"))
    lines = []
    for file in sorted(folder.glob("unreadable*.txt")):
        unreadable = {int(word) for word in file.read_text(encoding="utf-8").split()}
        for name in sorted(set(key["sets"])):
            own = [place for place, of_set in enumerate(key["sets"], 1) if of_set == name]
            lines.append(f"{file.name}: {name}: {len(own) - len(unreadable & set(own))} of {len(own)} read alone")
    for file in sorted(folder.glob("picked*.txt")):
        words = [int(word) for word in file.read_text(encoding="utf-8").split()]
        answers = dict(zip(words[::2], words[1::2], strict=True))
        right = sum(answers.get(place) == answer for place, answer in enumerate(key["picked"], 1))
        lines.append(f"{file.name}: {right} of {len(key['picked'])} picked ({right / len(key['picked']):.1%})")
    return lines or [f"no answers in {folder}: write unreadable.txt and picked.txt first"]


def main(arguments: list[str] | None = None) -> int:
    """Runs one of the three commands; exit code 1 where files are not there."""
    options = _options(arguments)
    if options.command == "score":
        if not (options.out / "key.json").is_file():
            print(f"not found: {options.out / 'key.json'}; run `material` first", file=sys.stderr)
            return 1
        print("\n".join(_score(options.out)))
        return 0
    sets = Sets(options.data, options.cache)
    missing = [str(sets.path(name)) for name in options.sets if not sets.has(name)]
    if missing:
        print(f"not found: {', '.join(missing)}; --data must name the folder that holds the sets", file=sys.stderr)
        return 1
    fits: dict[str, tuple[TextSet, ThemeFit]] = {}
    for name in options.sets:
        rows = sets.get(name)
        rows = rows.only(np.flatnonzero(~rows.contentless))
        fits[name] = rows, fit_set(rows, embed=True).fit
        if options.command == "figures":
            _print_figures(label_figures(name, rows.shown, fits[name][1], options.top))
            print(f"  labels alone, without closeness: {_seconds(rows, fits[name][1]):.2f} s")
    if options.command == "material":
        _write(options.out, *_material(fits, options.seed))
    return 0


def _seconds(rows: TextSet, fit: ThemeFit) -> float:
    """How long the labels of a fit take where no phrase is embedded."""
    began = time.perf_counter()
    label_themes(fit.assignment, fit.similarity, rows.shown, len(fit.themes), rows.product_words)
    return time.perf_counter() - began


def _write(folder: Path, labels: list[str], picking: list[str], key: dict[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "labels.txt").write_text("\n".join(labels) + "\n", encoding="utf-8")
    (folder / "picking.txt").write_text("\n".join(picking) + "\n", encoding="utf-8")
    (folder / "key.json").write_text(json.dumps(key), encoding="utf-8")
    print(f"labels.txt, picking.txt and key.json are in {folder}; answer in unreadable.txt and picked.txt there")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.theme_labels", description=(__doc__ or "").splitlines()[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("figures", "material", "score"):
        command = commands.add_parser(name)
        if name != "score":
            command.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder that holds the sets")
            command.add_argument("--cache", type=Path, metavar="DIR", help="keeps vectors from one run to the next")
            command.add_argument("--sets", nargs="+", default=list(READ_SETS), metavar="NAME", help="sets to read")
        if name == "figures":
            command.add_argument("--top", type=int, default=30, help="largest themes that are printed")
        else:
            command.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the material")
        if name == "material":
            command.add_argument("--seed", type=int, default=1, help="of the draws")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
