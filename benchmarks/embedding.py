"""int8 against fp32 under ONNX Runtime, in one run: texts per second, their ratio, closeness, and law 4.

    python -m benchmarks.embedding [--texts N] [--rounds N] [--threads N]

Both sides are the same graph of the same weights, with the same threads, tokenizer and batches of equal length
without padding, which is kinder to fp32 than padded batches. Rounds alternate; other load on the machine can still meet
one side more than the other, so the range of the rounds' own ratios, wall and processor time, is printed too.
Texts are made up, as long as the clauses and comments of real reviews.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

import numpy as np

from analysis.text import embedding
from analysis.text.embedding import Embedder
from analysis.text.encoder import build_encoder, load_weights, model_folder

WORDS = """the a my your it this was is not and but for with after again card parcel app refund order dress driver
support invoice account delivery size colour fabric update password agent price shop week day never always arrived late
charged twice broken lovely perfect slow fast friendly rude waiting answered cancelled returned fits crashed""".split()
SHAPES = {"clauses": (5, 13), "comments": (28, 48)}  # words, least and most


def made_up_texts(shape: str, n: int) -> list[str]:
    """`n` texts of random common words, different with near certainty."""
    rng = random.Random(shape)
    low, high = SHAPES[shape]
    return [" ".join(rng.choices(WORDS, k=rng.randint(low, high))) for _ in range(n)]


def full_precision(threads: int | None) -> Embedder:
    """The embedder with the fp32 graph instead of the int8 one."""
    embedder = Embedder(threads=threads)
    embedder._load()
    embedder._session = embedding._open_session(build_encoder(load_weights(model_folder()), int8=False))
    return embedder


def measure(texts: list[str], embedders: dict[str, Embedder], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Wall and processor seconds of each embedder in each of the alternating rounds."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in embedders}
    for embedder in embedders.values():
        embedder.embed(texts[:200])
    for _ in range(rounds):
        for name, embedder in embedders.items():
            wall, processor = time.perf_counter(), time.process_time()
            embedder.embed(texts)
            seconds[name].append((time.perf_counter() - wall, time.process_time() - processor))
    return seconds


def ratios(seconds: dict[str, list[tuple[float, float]]], clock: int) -> str:
    """How many times as long fp32 takes, round by round: median and range; clock 0 is wall time, 1 processor time."""
    values = [slow[clock] / fast[clock] for slow, fast in zip(seconds["fp32"], seconds["int8"], strict=True)]
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def main() -> None:
    """Prints one line for each length of text, then whether law 4 held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=2000, help="clauses; a quarter as many comments (2000)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=None, help="default: one for each processor")
    options = parser.parse_args()
    embedders = {"int8": Embedder(threads=options.threads), "fp32": full_precision(options.threads)}
    for shape, n in (("clauses", options.texts), ("comments", max(1, options.texts // 4))):
        texts = made_up_texts(shape, n)
        seconds = measure(texts, embedders, options.rounds)
        speed = {name: n / statistics.median(wall for wall, _ in values) for name, values in seconds.items()}
        vectors = {name: embedder.embed(texts) for name, embedder in embedders.items()}
        cosine = (vectors["int8"] * vectors["fp32"]).sum(axis=1)
        tokens = np.mean([len(embedders["int8"]._tokenizer.encode(text).ids) for text in texts])
        print(
            f"{shape}: {n} texts, {tokens:.1f} tokens each: int8 {speed['int8']:,.0f} texts/s, fp32 "
            f"{speed['fp32']:,.0f} texts/s; ratio by round: wall {ratios(seconds, 0)}, processor {ratios(seconds, 1)}; "
            f"cosine mean {cosine.mean():.4f}, least {cosine.min():.4f}"
        )
        alone = np.vstack([embedders["int8"].embed([text]) for text in texts[:100]])
        print(f"{shape}: alone and among others the same bytes: {alone.tobytes() == vectors['int8'][:100].tobytes()}")


if __name__ == "__main__":
    main()
