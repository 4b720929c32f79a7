"""Themes against the 77 intents of Banking77: `python -m benchmarks.themes --data DIR`.

DIR holds banking77/train.csv and banking77/test.csv with columns text and category. One setting for both, printed;
no label is seen while grouping. One text is one unit (no clauses). Unassigned texts count as one group of their own.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.embedding import MODEL, Embedder
from analysis.themes import ThemeFit, ThemeSettings, fit_themes

PARTS = ("train", "test")
SEEDS = (1, 2)  # two orders of the rows


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each part; exit code 1 where the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.themes", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder that holds banking77/")
    folder = parser.parse_args(arguments).data / "banking77"
    missing = [str(folder / f"{part}.csv") for part in PARTS if not (folder / f"{part}.csv").is_file()]
    if missing:
        print(f"not found: {', '.join(missing)}; --data must name the folder that holds banking77/", file=sys.stderr)
        return 1
    print(f"encoder: {MODEL}\nsetting: {ThemeSettings()}\nunit: record; rows shuffled\n")
    print("set    texts  intents  themes  V-measure    ARI  unassigned  embed s  fit s  same for two row orders")
    embedder = Embedder()
    for part in PARTS:
        print(measure(part, pd.read_csv(folder / f"{part}.csv"), embedder), flush=True)
    # Kilobytes, but bytes on macOS.
    unit = 1024**2 if sys.platform == "darwin" else 1024
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:,.0f} MB")
    return 0


def measure(part: str, data: pd.DataFrame, embedder: Embedder) -> str:
    """The line of one part: how well its themes match the intents, and what they cost."""
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    started = time.perf_counter()
    vectors = embedder.embed(data["text"].tolist())
    embedded = time.perf_counter() - started
    fit, first, seconds = fit_shuffled(data, vectors, SEEDS[0])
    _, second, _ = fit_shuffled(data, vectors, SEEDS[1])
    truth = data["category"]
    return (
        f"{part:5}  {len(data):5}  {truth.nunique():7}  {len(fit.themes):6}  {v_measure_score(truth, first):9.3f}  "
        f"{adjusted_rand_score(truth, first):5.3f}  {(first < 0).mean():10.1%}  {embedded:7.1f}  {seconds:5.1f}  "
        f"{'yes' if np.array_equal(first, second) else 'NO'}"
    )


def fit_shuffled(data: pd.DataFrame, vectors: np.ndarray, seed: int) -> tuple[ThemeFit, np.ndarray, float]:
    """The fit of the rows in a random order, the assignment in the data's order, and the seconds it took."""
    order = np.random.default_rng(seed).permutation(len(data))
    texts = data["text"].to_numpy()[order].tolist()
    started = time.perf_counter()
    fit = fit_themes(texts, vectors[order], ids=[f"{row:06d}" for row in order])
    seconds = time.perf_counter() - started
    return fit, fit.assignment[np.argsort(order)], seconds


if __name__ == "__main__":
    raise SystemExit(main())
