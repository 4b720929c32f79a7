"""Seconds and peak memory of each stage of `groundswell try`, without Prefect, for sets of real feedback.

    python -m benchmarks.speed --data DIR [--set NAME]

Each set runs in a process of its own, so that its peak memory is its own. The machine may be shared: compare stages of
one run with each other, not runs. Beside the embedding stands what fp32 ONNX Runtime takes for 2,000 clauses
of the same set in the same process.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
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


def measure(file: Path) -> None:
    """Runs one set and prints a line per stage, then the peak."""
    from pydantic import SecretStr

    from analysis.findings.everything import find_everything
    from analysis.findings.periods import as_of_for, choose_period
    from extractors.detect import detect
    from extractors.files import FileExtractor
    from flows import analyse, ingest
    from groundswell.keys import ensure_key

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        store, key = SecretStr(f"{folder}/store.db"), Path(folder) / "key"
        ensure_key(key)
        with clock("detect"):
            found = detect(file)
        source = FileExtractor([file], found.mapping, source_name="set", kind=found.kind)
        now = datetime.now(UTC)
        with clock("ingest"):
            load = ingest.open_load.fn(store, "set", found.kind, now)
            counts = ingest.read_pages.fn(load, source, found.kind, store, str(key), now)
            ingest.close_load.fn(store, load, counts)
        feedback = analyse.load_feedback.fn(store)
        with clock("languages, clauses"):
            clauses = analyse.split_into_clauses.fn(feedback)
            words = analyse.find_product_words.fn(clauses)
            clauses = analyse.mark_contentless.fn(clauses, words)
        with clock("sentiment"):
            clauses, comments = analyse.score_sentiment.fn(feedback, clauses)
        with clock("embedding"):
            vectors, content = analyse.embed_clauses.fn(store, clauses, words)
        with clock("themes"):
            clauses, themes, note = analyse.find_themes.fn(clauses, vectors, content, words)
        with clock("saving"):
            analyse.save_analysis.fn(store, clauses, comments, themes)
        with clock("findings"):
            span = choose_period(feedback, as_of_for(feedback["occurred_at"], "UTC"))
            find_everything(feedback, clauses, comments, themes, span)
    print(f"  {'all':<20} {time.perf_counter() - began:7.1f} s")
    print(f"  {len(feedback):,} records, {len(clauses):,} clauses, {len(content):,} embedded; {note}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  peak {peak:.2f} GiB")
    compare_with_fp32(content["embedded"].tolist(), Embedder())


def compare_with_fp32(texts: list[str], embedder: Embedder) -> None:
    """How many times as long fp32 takes for 2,000 of the texts, both warm, three rounds in turn."""
    from benchmarks.embedding import full_precision, ratios
    from benchmarks.embedding import measure as rounds_of

    sample = random.Random(1).sample(sorted(set(texts)), min(2000, len(set(texts))))
    seconds = rounds_of(sample, {"int8": embedder, "fp32": full_precision(None)}, 3)
    print(f"  fp32 / int8 on {len(sample):,} of its texts: wall {ratios(seconds, 0)}, processor {ratios(seconds, 1)}")


@contextmanager
def clock(stage: str) -> Iterator[None]:
    """Prints the stage's wall seconds, and how much processor time they held."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    print(
        f"  {stage:<20} {time.perf_counter() - wall:7.1f} s  (processor {time.process_time() - processor:.1f} s)",
        flush=True,
    )


def main() -> None:
    """Runs the sets one after the other, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the feedback sets")
    parser.add_argument("--set", choices=SETS, help="one set only")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in [options.set] if options.set else list(SETS):
        if options.here:
            from flows.launch import prepare_environment

            prepare_environment()
            measure(options.data / SETS[name])
            continue
        print(name, flush=True)
        command = [sys.executable, "-m", "benchmarks.speed", "--data", str(options.data), "--set", name, "--here"]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
