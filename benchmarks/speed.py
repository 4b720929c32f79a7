"""Seconds of each stage of `groundswell try`, and its peak memory, for sets of real feedback.

    python -m benchmarks.speed --data DIR [--set NAME]

Each set runs in a process of its own, so that its peak memory is its own. The machine may be shared: compare stages of
one run with each other, not runs. Beside the embedding stands what fp32 ONNX Runtime takes for 2,000 clauses
of the same set in the same process.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from analysis.text.embedding import Embedder

SETS = {
    "greenlight": "app_reviews_greenlight/greenlight_google_play_reviews.csv.gz",
    "hotstar": "app_reviews_hotstar/hotstar_google_play_reviews.csv",
    "womens": "shop_reviews_womens_clothing/womens_clothing_reviews.csv.gz",
    "shopzilla": "support_csat_shopzilla/support_csat.csv.gz",
    "banking77": "banking77/train.csv",
    "telecom": "nps_survey_telecom/nps_verbatims.csv",
}

_STAGE = re.compile(r"  \S.*: [\d.]+ s$")


def measure(file: Path) -> None:
    """Runs one set and prints its stages as `try` tells them, the whole, and the peak."""
    from groundswell.storage import open_store

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        store = f"{folder}/store.db"
        command = [sys.executable, "-m", "flows.cli", "try", str(file), "--store", store, "--out", f"{folder}/out"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print("\n".join(line for line in f"{done.stdout}{done.stderr}".splitlines() if _STAGE.match(line)))
        wall, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
        with open_store(store) as opened:
            records, (clauses, _, _) = len(opened.load_feedback()), opened.load_analysis()
    print(f"  all: {wall:.1f} s; {records:,} records, {len(clauses):,} clauses; peak {peak:.2f} GiB")
    compare_with_fp32(clauses.loc[~clauses["contentless"], "text"].tolist(), Embedder())


def compare_with_fp32(texts: list[str], embedder: Embedder) -> None:
    """How many times as long fp32 takes for 2,000 of the texts, both warm, three rounds in turn."""
    from benchmarks.embedding import full_precision, ratios
    from benchmarks.embedding import measure as rounds_of

    sample = random.Random(1).sample(sorted(set(texts)), min(2000, len(set(texts))))
    seconds = rounds_of(sample, {"int8": embedder, "fp32": full_precision(None)}, 3)
    print(f"  fp32 / int8 on {len(sample):,} of its texts: wall {ratios(seconds, 0)}, processor {ratios(seconds, 1)}")


def main() -> None:
    """Runs the sets one after the other, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the feedback sets")
    parser.add_argument("--set", choices=SETS, help="one set only")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in [options.set] if options.set else list(SETS):
        if options.here:
            measure(options.data / SETS[name])
            continue
        print(name, flush=True)
        command = [sys.executable, "-m", "benchmarks.speed", "--data", str(options.data), "--set", name, "--here"]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
